"""Where somebody lives. The address of a site is an answer the product asks for, and stays."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_HOME = regex.compile(
    r"(?<![\p{L}])(?:i live (?:at|in)|i stay (?:at|in)|i reside at|residing at|resident of|r/o|"
    r"home address|residential address|"
    r"residence address|permanent address|my home is(?: at)?|my house is(?: at)?|vivo en(?: la)?|"
    r"mi domicilio es|j'habite(?: au)?|ich wohne in(?: der)?|"
    r"main rehta hoon|mera ghar|मेरा घर|घर का पता|أسكن في|عنوان منزلي)"
    r"\s?(?:is\s|:\s?|hai\s)?\s?(?P<place>[^\n;!?]{4,140}+)"
)
_ENDS = regex.compile(
    r"(?:\.\s|\sand (?:my|i|the|we)\s|,?\s(?:phone|mobile|tel|email|mob)\b|\sy mi\s|\set mon\s|\sund meine\s|\sऔर मेरा)"
)


def homes(scene: Scene) -> Iterator[Span]:
    """ADDRESS spans from a cue to the end of the clause, where there is a number in it."""
    for match in _HOME.finditer(scene.lower):
        start, end = match.span("place")
        closing = _ENDS.search(scene.lower, start, end)
        if closing:
            end = closing.start()
        place = scene.lower[start:end].rstrip(" .,")
        if any(character.isdigit() for character in place):
            yield Span(start, start + len(place), "ADDRESS", 0.7, "address.home")
