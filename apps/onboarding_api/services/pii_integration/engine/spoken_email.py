"""E-mail addresses as they are said: "priya dot k at outlook dot com", "luc point martin arobase orange point fr"."""

from __future__ import annotations


def written_address(value: str) -> str:
    return value.strip().lower()
