"""Where somebody lives. The balanced policy leaves the address of a site: the product asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1)
def _home() -> regex.Pattern[str]:
    phrases = sorted({" ".join(phrase) for phrase in packs.all_phrases("home")}, key=len, reverse=True)
    cues = "|".join(map(regex.escape, phrases))
    return regex.compile(
        rf"(?<![\p{{L}}])(?:{cues})(?![\p{{L}}\p{{M}}])\s?(?:is\s|:\s?|hai\s|lautet\s|es\s|est\s|هو\s)?\s?(?P<place>[^\n;!?]{{4,140}}+)"
    )


@lru_cache(maxsize=1)
def _ends() -> regex.Pattern[str]:
    endings = "|".join(pack.home_ends for pack in packs.all_languages() if pack.home_ends)
    return regex.compile(rf"(?:\.\s|{endings})")


@lru_cache(maxsize=1)
def _around() -> regex.Pattern[str]:
    """Where the verb comes last: "main ... mein rehta hoon"."""
    frames = [frame for pack in packs.all_languages() for frame in pack.home_around]
    body = "|".join(
        rf"(?:{opening})\s(?P<place>[^\n;!?]{{4,120}}?)\s(?:{closing})" for opening, closing in frames
    )
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{body})(?![\p{{L}}\p{{M}}])")


@lru_cache(maxsize=1)
def _street() -> regex.Pattern[str]:
    """A house number with a street, in the order of either kind of language."""
    streets = "|".join(sorted(map(regex.escape, packs.all_words("streets")), key=len, reverse=True))
    return regex.compile(
        rf"(?<![\p{{L}}\d])(?:\d{{1,5}}[a-z]?,?(?:\s[\p{{L}}'.\-]{{2,20}}){{0,3}}?\s(?:{streets})"
        rf"|(?:{streets})(?:\s[\p{{L}}'.\-]{{2,20}}){{1,4}}?,?\s\d{{1,5}}[a-z]?"
        rf"|\p{{L}}{{3,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{{1,4}}[a-z]?)"
        rf"(?![\p{{L}}\p{{M}}\d])(?:,?\s[\p{{L}}\d'.\-]{{2,20}}){{0,5}}+"
    )


def homes(scene: Scene) -> Iterator[Span]:
    """ADDRESS spans from a cue to the end of the clause, where there is a number in it."""
    if not _DIGIT.search(scene.lower):
        return
    for match in _home().finditer(scene.lower):
        start, end = match.span("place")
        closing = _ends().search(scene.lower, start, end)
        if closing:
            end = closing.start()
        place = scene.lower[start:end].rstrip(" .,")
        if _DIGIT.search(place):
            yield Span(start, start + len(place), "ADDRESS", 0.7, "address.home")
    for match in _around().finditer(scene.lower):
        if _DIGIT.search(match.group("place")):
            yield Span(*match.span("place"), "ADDRESS", 0.7, "address.home")
    if scene.policy == "strict":
        for match in _street().finditer(scene.lower):
            yield Span(match.start(), match.end(), "ADDRESS", 0.6, "address.street")
