"""The normalised view of a text, with the way back to the original positions.

NFKC, zero-width and bidirectional marks out, digits of every script to ASCII, dashes and quotes unified, look-alike
letters of another script back to Latin inside mixed words only. Case is kept: `lower` is the same view in lower case
with the same positions.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

_SAME = {
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("‘’ʼ`´", "'"),
    **dict.fromkeys("“”„«»", '"'),
    "․": ".",
    "。": ".",
    "∶": ":",
}
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнАВЕКМНОРСТХІЈЅУοαενικρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhkmtbhABEKMHOPCTXIJSYoaevikptuxABEZHIKMNOPTYX",
)
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]++")
_LATIN = regex.compile(r"\p{Latin}")
_FOREIGN = regex.compile(r"[\p{Cyrillic}\p{Greek}]")


@dataclass(frozen=True, slots=True)
class View:
    """`origin[i]` is the index in the original of character `i` of the view; one more entry marks the end."""

    text: str
    lower: str
    origin: Sequence[int]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The original positions of `[start, end)` of the view; the span must not be empty."""
        return self.origin[start], self.origin[end - 1] + 1

    def at(self, position: int) -> int:
        """Where a position of the original lies in the view."""
        return bisect_left(self.origin, position)


@lru_cache(maxsize=8_192)
def _normal(character: str) -> str:
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if character.isspace():
        return "\n" if character in "\r\v\f\u2028\u2029\x85" else " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return "".join(
        _SAME.get(part, part) for part in unicodedata.normalize("NFKC", _SAME.get(character, character))
    )


def _lowered(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def _unmixed(match: regex.Match[str]) -> str:
    word = match.group()
    if _LATIN.search(word) and _FOREIGN.search(word):
        return word.translate(_LOOKALIKES)
    return word


def view_of(text: str) -> View:
    """The normalised view. ASCII text is its own view (the quick way for logs)."""
    if text.isascii():
        return View(text=text, lower=text.lower(), origin=range(len(text) + 1))
    parts: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        normal = _normal(character)
        parts.append(normal)
        origin.extend([index] * len(normal))
    origin.append(len(text))
    normalised = "".join(parts)
    if _FOREIGN.search(normalised):
        normalised = _WORD.sub(_unmixed, normalised)
    return View(text=normalised, lower=_lowered(normalised), origin=origin)
