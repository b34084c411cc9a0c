"""Whether a single word of the code is a person's name as well: then its being in the code proves nothing."""

from __future__ import annotations

from functools import lru_cache

from apps.onboarding_api.services.pii_integration.engine.lexicon import words

_LISTS = ("first_india", "first_west", "first_world", "first_scripts", "ambiguous", "surnames")
"""The hand-made lists. The large ones hold half the dictionary of a programmer as family names."""


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset[str]().union(*map(words, _LISTS))


def is_a_name(word: str) -> bool:
    return word.lower() in _names()
