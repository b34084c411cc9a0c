"""Spoken digits: what number words are worth, in all languages of the packs."""

from __future__ import annotations

from functools import lru_cache

from apps.onboarding_api.services.pii_integration.engine import packs

REPEATS = {word: count for pack in packs.all_languages() for word, count in pack.repeats.items()}
WHOLE_HUNDREDS = {
    word: value for pack in packs.all_languages() for word, value in pack.hundred_values.items()
}
HUNDREDS = packs.all_words("hundreds")
THOUSANDS = packs.all_words("thousands")
EVERYDAY = packs.all_words("everyday_numbers")
"""These are also everyday words: they count as digits only between other number words, never at the edge of a run."""


@lru_cache(maxsize=1)
def values() -> dict[str, int]:
    """Every number word below one hundred, lower case, to its value. Of two languages the first one counts."""
    table: dict[str, int] = {}
    for pack in packs.all_languages():
        for word, value in pack.numbers.items():
            table.setdefault(word, value)
    return table


def is_tens(word: str) -> bool:
    """Whether a unit may follow: twenty one, soixante dix huit, treinta (y) uno."""
    return word in _tens()


@lru_cache(maxsize=1)
def _tens() -> frozenset[str]:
    return packs.all_words("tens")
