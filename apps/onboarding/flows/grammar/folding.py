"""One normal form for text, with a way back to the original positions."""

import unicodedata
from functools import lru_cache

MAX_TEXT = 2_000
"""Longest utterance that is read, in code points. More is refused before any pattern runs."""

_SAME = {
    "‘": "'", "’": "'", "ʼ": "'", "`": "'",
    "“": '"', "”": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "ँ": "ं", "़": "", "×": "x", "।": ".", "॥": ".",
}  # fmt: skip


@lru_cache(maxsize=4_096)
def _fold_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    if character.isspace():
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character).lower()
    return "".join(_SAME.get(part, part) for part in folded)


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the index in `text` it came from.

    Folding lowers case, turns digits of every script into ASCII, drops zero-width and bidirectional
    marks and the nukta, and unifies dashes and quotes. One more entry than characters: the end.
    """
    parts: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        folded = _fold_character(character)
        parts.append(folded)
        origin.extend([index] * len(folded))
    origin.append(len(text))
    return "".join(parts), origin


def fold(text: str) -> str:
    """The folded text alone."""
    return "".join(_fold_character(character) for character in text)
