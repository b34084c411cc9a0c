"""The words of a text, and which of them can be a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, repeat
from typing import NamedTuple

from apps.onboarding_api.services.pii_integration.engine import name_syllables, packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    BRAND,
    CORE,
    EVERYDAY,
    FAMILY,
    FREQUENT,
    GIVEN,
    KIND,
    KIND_BEFORE,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    table,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily

# Digits are left behind at once where no letter follows them: a text may be one long number.
# The first character is looked at first: a pattern that begins with a set of characters is searched for much quicker.
_ASCII_WORD = re.compile(
    r"([A-Za-z0-9](?!'[A-Za-z0-9]{2}(?<=[ld]'..))(?<![A-Za-z0-9]'[sS](?![A-Za-z0-9'\-]))(?<![0-9].)"
    r"(?:(?<=[A-Za-z])|[0-9]*+[A-Za-z])[A-Za-z0-9]*+"
    r"(?:['\-](?!(?<=')[sS](?![A-Za-z0-9'\-]))[A-Za-z0-9]++)*+)"
)
_WORD = lazily(
    r"((?![ld]'[\p{L}\p{M}\d]{2}|(?<=[\p{L}\p{M}\d]')[sS](?![\p{L}\p{M}\d'\-]))[\p{L}\p{M}\d]+"
    r"(?:['\-](?!(?<=')[sS](?![\p{L}\p{M}\d'\-]))[\p{L}\p{M}\d]+)*)"
)
"""Without a genitive and without "l'" and "d'". With a group, so that `split` gives words and gaps in turn."""
PARTICLES = word_set(
    """de la le du da dos das del della di van von der den zu zur ten ter bin bint ibn al el abu ben st mac e y af
    av ould"""
) | packs.all_words("particles")
_MARKS = ("O'", "Mc", "Mac", "D'", "Fitz", "al-", "el-", "Al-", "El-", "Ben-")
_MARKED = lazily(rf"(?:{'|'.join(_MARKS)})\p{{Lu}}[\p{{Ll}}\p{{M}}]{{2,}}")
_ENDINGS = lazily(
    r"(?:ing|ed|tion|sion|ment|ness|able|ible|ally|ily|ful|less|ous|ive|ity|ship|ism|ist|ward|wards|ción|sión|dad|mente|"
    r"ung|heit|keit|schaft|eur|euse|ique|elle|ement)$"
)
_BUILT = lazily(
    r"(?:nathan|swam[iy]|murth[iy]|rajan|eswaran|eshwaran|kumar|appan|appa|amma|aiah|reddy|singh|preet|jeet|inder|endra|"
    r"eshwar|ullah|uddin|samy|nandan|mohan|lakshmi|priya|raghavan|ovich|ovna|enko|wicz|czyk|owski|ewski|inski|sson|"
    r"shvili|opoulos|escu|poulou|ieri|etti|ellini|velu|mathi|oglu|oğlu|zadeh|veer|jot|nath|shree|sree|kanta|[ei]wicz|ovi[cć]"
    r"|evi[cć]|czak|wsk[ia]|[iy]ck[ia]|chuk|eanu|singhe|wardena|nayake|etxea|echea|goitia|dottir|quist|adze|idze)$"
    r"|^(?:oluwa|chukwu|abdul|abdel|abdur|onyek|ogun[a-z]|ade(?:bay|bis|dej|dok|gbo|kun|ley|niy|nik|sin|sol|tok|tol|wal|wum|yem|yin))"
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyzáéíóúñüöäàèêçß"
_LONG_STEM, _SHORTEST_WORD = 6, 4
_SHORTEST_GENITIVE = 5
NO_PERSON = EVERYDAY | STOP | PLACE | KIND | BRAND | ROLE


class Word(NamedTuple):
    """`text` as written, `low` in lower case, at `[start, end)`; `gap` stands between it and the word before; `marks`
    tell what is known of it (`lexicon`). `caseless`: of a script without capitals."""

    text: str
    low: str
    start: int
    end: int
    gap: str
    marks: int
    capital: bool
    caseless: bool


def words_in(text: str) -> list[Word]:
    """All words of a line or a text, in order."""
    plain = text.isascii()
    # Words and gaps in turn; their places are running sums of their lengths. All of it without a loop in Python.
    pieces = (_ASCII_WORD if plain else _WORD).split(text)
    words = pieces[1::2]
    if not words:
        return []
    places = list(accumulate(map(len, pieces)))
    lows = list(map(str.lower, words))
    marks = map(table().get, lows, repeat(0))
    firsts = [word[0] for word in words]
    capitals = map(str.isupper, firsts)
    caseless = repeat(False) if plain else map(_is_caseless, firsts)
    found = list(
        map(
            tuple.__new__,
            repeat(Word),
            zip(words, lows, places[::2], places[1::2], pieces[::2], marks, capitals, caseless, strict=False),
        )
    )
    if not plain and ("ß" in text or "و" in text):
        for index, low in enumerate(lows):
            if low[0] == "و" or "ß" in low:
                found[index] = _in_parts(found[index])
    return found


@lru_cache(maxsize=4_096)
def _is_caseless(first: str) -> bool:
    """Whether a letter is of a script without capitals."""
    return not first.isascii() and first.upper() == first.lower() and first.isalpha()


def _in_parts(word: Word) -> Word:
    """A word to which the Arabic "and" is written on, or with "ss" as one letter."""
    known = table().get
    marks = word.marks or known(word.low.replace("ß", "ss"), 0)
    text, low = word.text[1:], word.low[1:]
    # Of the same script: no capital follows an Arabic letter.
    if word.low[0] == "و" and len(text) > 2 and not marks & NAMED and known(text, 0) & NAMED:
        start, gap = word.start + 1, word.gap + word.text[0]
        return Word(text, low, start, word.end, gap, known(text, 0), False, _is_caseless(text[0]))
    return word._replace(marks=marks)


def is_named(word: Word) -> bool:
    """A name in some list, or built like one."""
    return bool(word.marks & NAMED) or _is_built(word.low, word.marks)


def is_listed(low: str) -> bool:
    """The same of a lower-case word by itself."""
    known = table().get(low, 0)
    return bool(known & NAMED) or _is_built(low, known)


def _is_built(low: str, marks: int) -> bool:
    return len(low) >= 7 and not marks & NO_PERSON and bool(_BUILT.search(low))


def is_sure(word: Word) -> bool:
    """A given name that is hardly anything else, or part of a double one."""
    if word.marks & GIVEN:
        return True
    if "-" in word.text and word.capital and not word.marks:
        if name_syllables.is_double(word.low):
            return True
        parts = word.low.split("-")
        return any(table().get(part, 0) & GIVEN for part in parts) and not any(
            table().get(part, 0) & (KIND | ROLE | EVERYDAY) for part in parts
        )
    return False


def is_somebodys(sequence: Sequence[Word], index: int) -> bool:
    """ "darrens job", "Jürgens Bohrmaschine": a given name with the "s" of a genitive written on to it."""
    word = sequence[index]
    if word.low[-1] != "s" or len(word.low) < _SHORTEST_GENITIVE or index + 1 >= len(sequence):
        return False
    known = table().get(word.low[:-1], 0)
    following = sequence[index + 1]
    if known & FAMILY and known & NAMED and word.capital and word.gap == " ":
        return index > 0 and sequence[index - 1].low in ("the", "die", "les", "los")
    return bool(known & GIVEN) and following.gap == " " and not following.marks & STOP


def is_everyday(word: Word) -> bool:
    """A word of the language, a place, a maker or a label, that is no name by itself."""
    if word.marks & NO_PERSON:
        return True
    if word.marks & NAMED:
        return False
    return bool(word.marks & FREQUENT) or (len(word.low) > 5 and _looks_made(word.low))


def is_unknown(word: Word) -> bool:
    """In no list, and not built like a word of the languages: a rare name, or a name of a thing."""
    return (
        not word.marks & ~(FAMILY | KIND_BEFORE)
        and len(word.text) > 2
        and not _looks_made(word.low)
        and not _is_compound(word)
        and (word.text[1:].islower() or word.text.isupper() or not word.text.isalpha() or word.caseless)
    )


def _is_compound(word: Word) -> bool:
    """Joined with a hyphen to an everyday word: "Steuer-ID", "Check-in"."""
    if "-" not in word.text:
        return False
    known = [table().get(part, 0) for part in word.low.split("-")]
    return any(marks & (FREQUENT | EVERYDAY | KIND | ROLE) and not marks & NAMED for marks in known)


@lru_cache(maxsize=4_096)
def _looks_made(low: str) -> bool:
    """Made of a known ending ("-ung", "-tion") or of two known words ("Wartungsplan")."""
    return bool(_ENDINGS.search(low)) or is_of_two_words(low)


def is_of_two_words(low: str) -> bool:
    """Two known words written together: "Wartungsplan"."""
    if len(low) < 9 or len(low) > 40:
        return False
    known = table().get
    for place in range(4, len(low) - 3):
        head, tail = known(low[:place], 0), known(low[place:], 0)
        if tail & (FREQUENT | KIND | EVERYDAY) and (not tail & NAMED or tail & CORE):
            linked = low[:place].removesuffix("s").removesuffix("en")
            if (head or known(linked, 0)) & (FREQUENT | KIND | EVERYDAY) and not head & GIVEN:
                return True
    return False


@lru_cache(maxsize=2_048)
def is_near_a_word(low: str) -> bool:
    """A known word with one letter wrong, missing, too many or swapped, without its accent, or with more at its end:
    "gaurd", "recepcion", "procuremnt"."""
    for place in range(len(low)):
        head, tail = low[:place], low[place + 1 :]
        if _is_word(head + tail) or (tail and _is_word(head + tail[0] + low[place] + tail[1:])):
            return True
        if any(
            _is_word(head + letter + tail) or _is_word(head + letter + low[place:]) for letter in _ALPHABET
        ):
            return True
    if any(_is_word(low + letter) for letter in _ALPHABET):
        return True
    ended = any(_is_word(low[:-cut]) for cut in (2, 3) if len(low) - cut >= _LONG_STEM)
    return ended or any(_is_word(low[cut:]) for cut in range(3, len(low) - _LONG_STEM + 1))


def _is_word(low: str) -> bool:
    """A frequent word of a language that is nobody's name."""
    marks = table().get(low, 0)
    return (
        bool(marks & (FREQUENT | EVERYDAY | ROLE | KIND)) and not marks & NAMED and len(low) >= _SHORTEST_WORD
    )


def is_marked(word: Word) -> bool:
    """O'Brien, McDonald, al-Zahra."""
    return word.text.startswith(_MARKS) and bool(_MARKED.fullmatch(word.text))
