"""Codes for items that people named in their own words and script."""

from __future__ import annotations

from django.utils.text import slugify


def distinct_stem(words: str, *, fallback: str, taken: set[str]) -> str:
    """A slug of `words`, at most 50 characters, that is not in `taken`; it is added there.

    Words without Latin letters or digits give `fallback`. A collision gets a letter, so that `pump` and its
    second spelling never share the codes of their items.
    """
    stem = slugify(words)[:48].strip("-_") or fallback
    candidate, number = stem, 0
    while candidate in taken:
        candidate, number = f"{stem}-{chr(98 + number % 25)}{number // 25 or ''}", number + 1
    taken.add(candidate)
    return candidate
