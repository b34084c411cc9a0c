"""The normalised view of a text, with the way back to the original positions.

NFKC, digits of every script to ASCII, dashes and quotes unified, look-alike letters of another script back to Latin
inside mixed words only; without zero-width and bidirectional marks, control characters, and spaces before the end of a
line. Case is kept: `lower` is the same view in lower case with the same positions.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

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
_INVISIBLE = frozenset(
    "\u034f\u0331\u0332\u0333\u0335\u0336\u0337\u0338\u115f\u1160\u3164\u20dd\u20de\u20df\u20e0\u20e3\u20e4"
    "\u17b4\u17b5\u2800\uffa0"
)
"""Marks that strike through, underline, enclose or join, and blanks that are no space: no word of any language needs
them."""
_SPACED_END = re.compile(r"\n(?<=[^\S\n].)", re.DOTALL)
_LINE_END = regex.compile(r"(?<![^\S\n])[^\S\n]++(?=\n)")
"""Before the end of a line: the half of it that Windows writes, and spaces that nobody sees."""
_DRAWN_OVER = regex.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Marks of no script of their own. The vowel signs of Devanagari and Arabic are others."""
_FEW = 8
"""So many characters are replaced one by one."""
_CHUNK = regex.compile(r"\S++")
_MARKED_WORD = regex.compile(r"[\p{L}\p{M}]++")
_FOREIGN = regex.compile(r"[\p{Cyrillic}\p{Greek}]")


@dataclass(frozen=True, slots=True)
class View:
    """`origin[i]` is the index in the original of character `i` of the view; one more entry marks the end.

    `ends[i]`, where given, is where that character ends in the original: one that stands for a whole word.
    """

    text: str
    lower: str
    origin: Sequence[int]
    ends: Sequence[int] | None = None

    @property
    def is_same(self) -> bool:
        """Whether every position is the original's."""
        return self.ends is None and isinstance(self.origin, range)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The original positions of `[start, end)` of the view; the span must not be empty."""
        return self.origin[start], self.origin[end - 1] + 1 if self.ends is None else self.ends[end - 1]

    def at(self, position: int) -> int:
        """Where a position of the original lies in the view."""
        return bisect_left(self.origin, position)


@lru_cache(maxsize=8_192)
def _normal(character: str) -> str:
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if (
        category in ("Cf", "Cs")
        or (category == "Cc" and not character.isspace())
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character in _INVISIBLE
    ):
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


def _without_marks(text: str, origin: Sequence[int]) -> tuple[str, list[int]]:
    """Marks over Latin letters, digits and signs: part of the letter where that makes a known word, else out.

    Marks over letters of other scripts stay.
    """
    characters: list[str] = []
    places: list[int] = []
    position = 0
    for mark in _DRAWN_OVER.finditer(text):
        if mark.start() < position:
            continue
        at = 1 + max(text.rfind(space, position, mark.start()) for space in " \n\t")
        at = max(at, position)
        characters += text[position:at]
        places += origin[position:at]
        chunk = _CHUNK.match(text, at)
        assert chunk is not None
        position = chunk.end()
        coded = any(map(str.isdigit, chunk.group())) or chunk.group().isupper()
        while at < position:
            word = _MARKED_WORD.match(text, at, position)
            end = word.end() if word else at + 1
            kept = _bases(text, at, end, composed=not coded and _is_word(text[at:end]))
            characters += [character for character, _ in kept]
            places += [origin[place] for _, place in kept]
            at = end
    characters += text[position:]
    places += origin[position:]
    return "".join(characters), places


def _bases(text: str, start: int, end: int, *, composed: bool) -> list[tuple[str, int]]:
    kept: list[tuple[str, int]] = []
    foreign = False
    for place in range(start, end):
        character = text[place]
        if not _DRAWN_OVER.match(character):
            foreign = character.isalpha() and not _LATIN.match(character)
            kept.append((character, place))
        elif foreign:
            kept.append((character, place))
        elif composed and kept:
            whole = unicodedata.normalize("NFC", kept[-1][0] + character)
            if len(whole) == 1:
                kept[-1] = (whole, kept[-1][1])
    return kept


def _is_word(text: str) -> bool:
    from apps.onboarding_api.services.pii_integration.engine.lexicon import (
        marks,
    )  # most texts need no list here

    return bool(marks(unicodedata.normalize("NFC", text).lower()))


def _replaced(text: str, changed: Mapping[str, str]) -> str:
    """With other characters, one for one. What stands for a character is never replaced itself."""
    if len(changed) > _FEW:
        return text.translate({ord(one): normal for one, normal in changed.items()})
    for one, normal in changed.items():
        text = text.replace(one, normal)
    return text


def _rewritten(text: str, changed: Mapping[str, str]) -> tuple[str, list[int]]:
    parts: list[str] = []
    origin: list[int] = []
    position = 0
    for index in compress(range(len(text)), map(changed.__contains__, text)):
        normal = changed[text[index]]
        parts += (text[position:index], normal)
        origin.extend(range(position, index))
        origin.extend([index] * len(normal))
        position = index + 1
    parts.append(text[position:])
    origin.extend(range(position, len(text) + 1))
    return "".join(parts), origin


def _without_line_ends(text: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    origin: list[int] = []
    position = 0
    for match in _LINE_END.finditer(text):
        parts.append(text[position : match.start()])
        origin.extend(range(position, match.start()))
        position = match.end()
    parts.append(text[position:])
    origin.extend(range(position, len(text) + 1))
    return "".join(parts), origin


def view_of(text: str) -> View:
    """The normalised view. ASCII text is its own view (the quick way for logs), but for control characters."""
    spaced = "\n" in text and _SPACED_END.search(text)
    if not spaced and text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return View(text=text, lower=text.lower(), origin=range(len(text) + 1))
    if not spaced:
        return _normalised(text)
    shorter, places = _without_line_ends(text)
    view = _normalised(shorter)
    return View(text=view.text, lower=view.lower, origin=[places[at] for at in view.origin])


def _normalised(text: str) -> View:
    characters = set(text)
    normals = list(map(_normal, characters))
    changed = {one: normal for one, normal in zip(characters, normals, strict=True) if one != normal}
    origin: Sequence[int]
    if all(len(normal) == 1 for normal in changed.values()):
        # The usual text of any script: nothing moves.
        normalised, origin = _replaced(text, changed), range(len(text) + 1)
    else:
        normalised, origin = _rewritten(text, changed)
    letters = "".join(normals)
    if _DRAWN_OVER.search(letters):
        normalised, origin = _without_marks(normalised, origin)
    if _FOREIGN.search(letters):
        normalised = _WORD.sub(_unmixed, normalised)
    return View(text=normalised, lower=_lowered(normalised), origin=origin)
