"""Which words can be a name, and where a name that begins here ends."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set, words

_WORD = regex.compile(r"[\p{L}\p{M}\d]+(?:['\-][\p{L}\p{M}\d]+)*")
PARTICLES = word_set(
    """de la le du da dos das del della di van von der den zu zur ten ter bin bint ibn al el abu ben st mac e y af
    av"""
)
_SUFFIXES = word_set("jr sr ii iii iv phd")
_MARKED = regex.compile(r"(?:O'|Mc|Mac|D'|Fitz|al-|el-|Al-|El-|Ben-)\p{Lu}[\p{Ll}\p{M}]{2,}")
_ENDINGS = regex.compile(
    r"(?:ing|ed|tion|sion|ment|ness|able|ible|ally|ily|ful|less|ous|ive|ity|ship|ism|ist|ward|wards)$"
)
_BUILT = regex.compile(
    r"(?:nathan|swam[iy]|murth[iy]|rajan|eswaran|eshwaran|kumar|appan|appa|amma|aiah|reddy|singh|preet|jeet|endra|eshwar|ullah|uddin|samy|"
    r"nandan|mohan|lakshmi|priya|ovich|ovna|enko|wicz|czyk|owski|ewski|inski|sson|shvili|opoulos|escu|poulou|ieri|etti|ellini)$"
)
_LONGEST = 5


class Trust(IntEnum):
    """How much the words before say that a name follows."""

    NONE = 0
    SOME = 1
    FULL = 2


class Word:
    """`text` as written, `low` in lower case, at `[start, end)`; `gap` stands between it and the word before."""

    __slots__ = ("capital", "end", "gap", "low", "start", "text")

    def __init__(self, text: str, start: int, gap: str) -> None:
        self.text = text
        self.low = text.lower()
        self.start = start
        self.end = start + len(text)
        self.gap = gap
        self.capital = text[0].isupper()

    @property
    def caseless(self) -> bool:
        """Of a script without capitals."""
        return self.text[0].upper() == self.text[0].lower() and self.text[0].isalpha()


def words_in(text: str) -> list[Word]:
    """All words of a line or a text, in order."""
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        word = match.group()
        if word.endswith(("'s", "'S")) and len(word) > 3:
            word = word[:-2]
        start = match.start()
        found.append(Word(word, start, text[last:start]))
        last = start + len(word)
    return found


@lru_cache(maxsize=1)
def given() -> frozenset[str]:
    """Given names that are hardly anything else."""
    return (
        (words("first_india") | words("first_west") | words("first_world") | words("first_scripts"))
        - words("ambiguous")
        - words("common")
        - words("stop")
        - words("places")
    )


def is_listed(low: str) -> bool:
    """A name in some list, or built like one."""
    return low in listed() or (len(low) >= 7 and bool(_BUILT.search(low)))


@lru_cache(maxsize=1)
def listed() -> frozenset[str]:
    """Everything that is a name in some list."""
    return (
        words("first_india") | words("first_west") | words("first_world") | words("first_scripts") | words("ambiguous")
        | words("surnames")
    )  # fmt: skip


def is_everyday(low: str) -> bool:
    """A word of the language, a place or a label, that is no name by itself."""
    if (
        low in words("common")
        or low in words("stop")
        or low in words("places")
        or low in words("organisations")
    ):
        return True
    if low in listed():
        return False
    return bool(_ENDINGS.search(low)) and len(low) > 5


def is_marked(word: Word) -> bool:
    """O'Brien, McDonald, al-Zahra."""
    return bool(_MARKED.fullmatch(word.text))


def _is_initial(word: Word) -> bool:
    return len(word.text) == 1 and word.capital


def _letters(word: Word) -> bool:
    return not any(character.isdigit() for character in word.text)


def begins(word: Word, trust: Trust) -> bool:
    """Whether a name can begin with this word."""
    if word.low in words("stop") and not (trust is Trust.FULL and is_listed(word.low)):
        return False
    if not _letters(word):
        return (
            trust is Trust.FULL
            and word.text.isupper()
            and sum(c.isdigit() for c in word.text) * 2 < len(word.text)
        )
    if trust is Trust.FULL:
        if is_listed(word.low) or word.low in PARTICLES:
            return True
        return len(word.text) > 1 and (
            not is_everyday(word.low) or (word.capital and word.low not in words("common"))
        )
    if word.low in given() or is_marked(word) or ("-" in word.text and word.low.split("-")[0] in given()):
        return True
    if trust is Trust.SOME:
        if is_listed(word.low) and not (word.low in words("common") and not word.capital):
            return True
        return len(word.text) >= 3 and not is_everyday(word.low) and (word.capital or word.low.isalpha())
    return False


def name_end(sequence: Sequence[Word], first: int, trust: Trust, *, comma: bool = False) -> int:
    """The index after the last word of the name that begins at `first`; `first` itself where none does.

    `comma` allows one comma ("van der Merwe, Pieter").
    """
    initials = first
    while (
        initials + 1 < len(sequence)
        and _is_initial(sequence[initials])
        and sequence[initials + 1].gap in (". ", ".")
    ):
        initials += 1
    if initials > first:
        end = name_end(sequence, initials, trust, comma=comma)
        return first if end == initials else end
    if first >= len(sequence) or not begins(sequence[first], trust):
        return first
    particle = sequence[first].low in PARTICLES and sequence[first].low not in given()
    last, proper = first + 1, not particle
    while last < len(sequence) and last - first < _LONGEST + particle:
        word = sequence[last]
        gap = word.gap
        if gap not in (" ", "  ", ". ", ".", "-") and not (comma and gap == ", " and word.capital):
            break
        if (
            gap == ". "
            and len(sequence[last - 1].text) > 2
            and sequence[last - 1].low not in ("st", "mohd", "md")
        ):
            break
        if not _continues(sequence, last, first, trust):
            break
        comma = comma and gap != ", "
        proper = proper or word.low not in PARTICLES
        last += 1
    while last > first + 1 and sequence[last - 1].low in PARTICLES and not is_listed(sequence[last - 1].low):
        last -= 1
    if not proper or is_organisation(sequence, first, last):
        return first
    return last


def _continues(sequence: Sequence[Word], index: int, first: int, trust: Trust) -> bool:
    word, start = sequence[index], sequence[first]
    if word.low in _SUFFIXES:
        return True
    if len(word.text) == 1:
        return word.capital and start.capital and (word.text not in "AI" or index + 1 == len(sequence))
    if word.low in PARTICLES and index + 1 < len(sequence):
        following = sequence[index + 1]
        return following.gap == " " and (
            following.capital or is_listed(following.low) or following.low in PARTICLES
        )
    if not _letters(word):
        return (
            trust is Trust.FULL and word.text.isupper() and start.text.isupper() and not word.text.isdigit()
        )
    if is_marked(word):
        return True
    if word.low in words("stop"):
        return is_listed(word.low) and all(one.text.isupper() for one in sequence[first : index + 1])
    if trust is not Trust.FULL and not word.capital and word.low in words("common"):
        return False
    if is_listed(word.low):
        return word.capital or not start.capital or word.low in given()
    if is_everyday(word.low):
        return False
    if word.caseless:
        return trust is Trust.FULL
    if start.capital:
        return word.capital
    return trust is Trust.FULL or start.low in given()


def is_organisation(sequence: Sequence[Word], first: int, last: int) -> bool:
    """Whether the words name a company, a building or a place: Lakshmi Mills, Gandhi Nagar."""
    kinds = words("organisations")
    inside = any(word.low in kinds and not is_listed(word.low) for word in sequence[first + 1 : last])
    after = (
        last < len(sequence) and sequence[last].gap in (" ", " & ", "-", "  ") and sequence[last].low in kinds
    )
    return inside or after
