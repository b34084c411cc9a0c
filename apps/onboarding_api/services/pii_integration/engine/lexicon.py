"""What is known of a word, read once per process: is it a name, an everyday word, a place, a role?"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from pathlib import Path

from apps.onboarding_api.services.pii_integration.engine import packs

_FOLDER = Path(__file__).parent / "data"

GIVEN = 1
"""A given name that is hardly anything else."""
FAMILY = 2
AMBIGUOUS = 4
"""A name that is an everyday word, a month or a place too."""
EVERYDAY = 8
STOP = 16
"""Ends a name."""
PLACE = 32
KIND = 64
"""After it, what stands before names a company, a building or a place: "Towers"."""
KIND_BEFORE = 128
"""Before it, what follows does: "calle", "Hotel"."""
FREQUENT = 256
"""Among the frequent words of a language (names and places may be among them)."""
ROLE = 512
ACT = 1024
FOLLOWS = 2048
BRAND = 4096
DOES = 16384
LEADS = 32768
NAMED = 8192
"""A name in some list."""

CORE = 65536
"""Among the most frequent words of its language."""

JOINED = _FOLDER / "joined.txt"
_NO_NAME = EVERYDAY | STOP | PLACE | KIND
_HAND_MADE = ("first_india", "first_west", "first_world", "first_scripts")
_CORE = 1_500
"""So many words of a language are its core. A given name of the large lists among them counts as ambiguous."""


def word_list(text: str) -> tuple[str, ...]:
    """The words of a text in order: lists of words read better as running text."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """The words of a text, once each."""
    return frozenset(text.split())


def _read(name: str) -> list[str]:
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    if text.startswith("#"):
        text = text.partition("\n")[2]
    return text.split()


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """The lower-case words of `data/<name>.txt`; the first line may be a comment."""
    return frozenset(_read(name))


@lru_cache(maxsize=1)
def firms() -> dict[str, tuple[tuple[str, ...], ...]]:
    """What is called after people and is none, word by word, by the first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    lines = (_FOLDER / "firms.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            # As `words_in` gives them: no signs, no genitive.
            words_of = tuple(word.removesuffix("'s") for word in line.replace("& ", "").split())
            found.setdefault(words_of[0], []).append(words_of)
    return {first: tuple(phrases) for first, phrases in found.items()}


@lru_cache(maxsize=1)
def table() -> dict[str, int]:
    """Every known word in lower case with its marks.

    Read from the list that `scripts/make_gazetteer.py` has joined; where a list, a pack or this file has changed since,
    joined anew.
    """
    first, _, rest = JOINED.read_text(encoding="utf-8").partition("\n") if JOINED.exists() else ("", "", "")
    if first != seal():
        return joined()
    known: dict[str, int] = {}
    for line in rest.split("\n"):
        found, _, of_it = line.partition(" ")
        known.update(zip(of_it.split(), repeat(int(found or 0)), strict=False))
    return known


def seal() -> str:
    """Of everything that the table is made from."""
    sources = sorted(path for path in _FOLDER.glob("*.txt") if path != JOINED)
    sources += sorted((Path(__file__).parent / "packs").glob("**/*.py"))
    total = zlib.crc32(" ".join(sorted(packs.all_numbers())).encode())
    for path in (*sources, Path(__file__)):
        total = zlib.crc32(path.read_bytes(), total)
    return f"# {total:08x} Joined by scripts/make_gazetteer.py from the other lists and the packs: marks, then words."


def joined() -> dict[str, int]:
    """The table, made from its lists.

    The large lists are joined by set operations, only words that stand in several of them one by one.
    """
    known: dict[str, int] = {}
    core: dict[str, int] = {}
    for pack in packs.all_languages():
        frequent = _read(f"vocabulary_{pack.code}")
        known |= dict.fromkeys(frequent, FREQUENT)
        core |= dict.fromkeys(frequent[:_CORE], FREQUENT | CORE)
    known |= core
    given, family = frozenset(_read("given")), frozenset(_read("family"))
    for word in (given | family) & known.keys():
        found = known[word] | (FAMILY if word in family else 0)
        if word in given:
            found |= NAMED | (AMBIGUOUS if found & CORE else GIVEN)
        known[word] = found
    known |= dict.fromkeys(given - known.keys(), NAMED | GIVEN)
    for word in family & given:
        known[word] |= FAMILY
    known |= dict.fromkeys(family - known.keys(), NAMED | FAMILY)
    _add_more(known)
    hand_made = frozenset[str]().union(*(words(name) for name in _HAND_MADE))
    _mark(known, hand_made, NAMED | GIVEN)
    _mark(known, words("ambiguous") | packs.all_words("ambiguous"), AMBIGUOUS | NAMED)
    for name, mark in (
        ("common", EVERYDAY),
        ("stop", STOP),
        ("places", PLACE),
        ("organisations", KIND),
        ("brands", BRAND),
    ):
        _mark(known, words(name), mark)
    for attribute, mark in (
        ("everyday", EVERYDAY), ("stops", STOP), ("kinds_after", KIND), ("kinds_before", KIND_BEFORE), ("roles", ROLE),
        ("acts", ACT), ("does", DOES), ("leads", LEADS), ("follows", FOLLOWS), ("months", EVERYDAY),
    ):  # fmt: skip
        _mark(known, packs.all_words(attribute), mark)
    _mark(known, words("surnames"), NAMED | FAMILY)
    for word in words("everyday_more"):
        # What is somebody's name too stays one where it has a capital.
        found = known.get(word, 0)
        known[word] = found & ~GIVEN | AMBIGUOUS | FREQUENT if found & NAMED else found | EVERYDAY
    for word in words("sure_scripts"):
        known[word] = known.get(word, 0) & ~(AMBIGUOUS | CORE) | NAMED | GIVEN
    for word in packs.all_numbers():
        known[word] = known.get(word, 0) | FREQUENT
    return known


def _add_more(known: dict[str, int]) -> None:
    """The longer lists written by hand. What is a word of a language too is an ambiguous name, or part of one."""
    for word in (*_read("first_more"), *_read("scripts_more")):
        found = known.get(word, 0)
        if not found & FREQUENT:
            known[word] = found | NAMED | GIVEN
        elif not found & GIVEN and not (found & CORE and word.isascii()):
            known[word] = found | NAMED | AMBIGUOUS
    for word in _read("surnames_more"):
        found = known.get(word, 0)
        if not found & CORE and len(word) > 2:
            known[word] = found | (FAMILY if found & FREQUENT else FAMILY | NAMED)


def _mark(known: dict[str, int], found: Iterable[str], mark: int) -> None:
    """Adds a mark. What makes a word no name by itself turns a sure name into an ambiguous one."""
    get = known.get
    weakens = mark & (_NO_NAME | AMBIGUOUS | ROLE | BRAND)
    for word in found:
        marks = get(word, 0) | mark
        if weakens:
            if marks & GIVEN:
                marks = marks & ~GIVEN | AMBIGUOUS
            elif marks & FAMILY and not marks & AMBIGUOUS:
                marks &= ~NAMED
        known[word] = marks


def marks(low: str) -> int:
    """What is known of a lower-case word; 0 for a word of no list."""
    return table().get(low, 0)
