"""Lists of words read better as running text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())
