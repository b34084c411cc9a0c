"""Personal values inside of identifiers and paths, as logs and error reports have them: `asha_verma`, `/home/asha`,
`call_9845012345`.

Only the strict policy takes them out: in a conversation they are codes of things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    BRAND,
    CORE,
    EVERYDAY,
    KIND,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    marks,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.phones import REGIONS
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_NO_NAME = CORE | EVERYDAY | STOP | PLACE | KIND | BRAND | ROLE
_CHAIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3,20}(?:[._][A-Za-z]{3,20})++(?![A-Za-z0-9])")
_HOME = re.compile(r"(?:/home/|/Users/|\\Users\\)([^/\\\s\"':]{2,40})")
_ACCOUNTS = word_set(
    "root app user ubuntu debian admin runner www data public shared default deploy django celery"
)
_NUMBER = re.compile(r"(?<![0-9.,+-])[0-9]{10,12}(?![0-9,]|\.[0-9])")
_TWO_FIVES = re.compile(r"(?<![0-9.,-])[6-9][0-9]{4}[,;=~x][0-9]{5}(?![0-9,])")


def in_identifiers(scene: Scene) -> Iterator[Span]:
    """Names joined by points or underlines, owners of home folders, numbers that dial. The strict policy alone."""
    if scene.policy != "strict":
        return
    for chain in _CHAIN.finditer(scene.text):
        yield from _names_in(chain)
    for home in _HOME.finditer(scene.text):
        if home.group(1).lower() not in _ACCOUNTS:
            yield Span(home.start(1), home.end(1), "NAME", 0.6, "identifier.home")
    for number in _NUMBER.finditer(scene.text):
        if _is_inside(scene.text, number) and checksums.dials(number.group(), REGIONS):
            yield Span(number.start(), number.end(), "PHONE", 0.5, "identifier.phone")
    for number in _TWO_FIVES.finditer(scene.text):
        yield Span(number.start(), number.end(), "PHONE", 0.5, "identifier.phone")


def _names_in(chain: re.Match[str]) -> Iterator[Span]:
    """Two known names side by side; one alone may be a word of code."""
    parts = list(re.finditer(r"[A-Za-z]+", chain.group()))
    for first, second in pairwise(parts):
        if _is_name(first.group()) and _is_name(second.group()):
            yield Span(
                chain.start() + first.start(), chain.start() + second.end(), "NAME", 0.6, "identifier.names"
            )


def _is_name(word: str) -> bool:
    known = marks(word.lower())
    return bool(known & NAMED) and not known & _NO_NAME


def _is_inside(text: str, number: re.Match[str]) -> bool:
    """Whether letters, underlines or slashes touch the number: else it is for `phones` to judge."""
    before = text[number.start() - 1 : number.start()]
    after = text[number.end() : number.end() + 1]
    return before.isalpha() or before in ("_", "/") or after.isalpha() or after in ("_", "/", ".")
