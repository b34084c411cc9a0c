"""What is bound to a language or a country: one file each, found by being there.

A language is a module of `languages` with a `PACK` of `Language`, a country a module of `countries` with a `PACK` of
`Country`. To add one, add the file and its tests; nothing else names it. All packs speak at once: people mix
languages
within a sentence, so the engine never asks which one a text is in.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


def counted(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    """Number words in order, with their values; spellings of one number are separated by a slash."""
    return {
        word: first + step * place
        for place, spellings in enumerate(words.split())
        for word in spellings.split("/")
    }


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Language:
    """Words are lower case, separated by spaces; phrases by commas; `cues` are alternatives of a regular expression.

    announces: phrases right after which a name stands ("my name is").
    suggests: phrases after which a name may stand ("ask for", "this is").
    leads: single words that join a person to a sentence ("with", "by"): they count for a capitalised unknown word
    only.
    titles: words before a name that stay outside it.
    roles: what people are at a site; a name may stand right after one.
    called: after a role and one of these words a name stands ("our guard is called ...").
    follows: what is said right after a name and after hardly anything else ("speaking", "ji").
    acts: verbs that people do; a capitalised unknown word before one is likely a name.
    sign_offs: the last words of a letter before its signature.
    """

    code: str
    announces: str = ""
    suggests: str = ""
    leads: str = ""
    titles: str = ""
    roles: str = ""
    called: str = ""
    follows: str = ""
    acts: str = ""
    does: str = ""
    """Verbs that people and things do: they count half."""
    articles: str = ""
    """After these words no name of a person stands without a title."""
    joins: str = ""
    greets: str = ""
    calls: str = ""
    """Words with which somebody is called: hey, oye, arre. A name after one needs little more."""
    selves: str = ""
    being: str = ""
    """A name between one of `selves` and one of `being` is the speaker's: "main ... hoon"."""
    joined_with: str = ""
    """Of `leads` those that join people to people: with, avec."""
    sign_offs: str = ""
    name_labels: str = ""
    """Words that mean "name" and need no owner: surname, apellido."""
    owners: str = ""
    """Whose name it is: in "guard name" the name of a person stands."""
    particles: str = ""
    introduces: str = ""
    """First words of phrases that introduce things as well as people: it's, c'est."""
    stops: str = ""
    """Words that end a name."""
    everyday: str = ""
    """Words that are no name by themselves; beside the frequent words of `data/vocabulary_<code>.txt`."""
    ambiguous: str = ""
    """Names that are everyday words too: they count with a capital or after a cue."""
    kinds_after: str = ""
    """A word after which what stands before names a place or company: "Road"."""
    kinds_before: str = ""
    """A word before which what follows names a place or company: "calle", "Hotel"."""
    things: str = ""
    """What else has a name: in "site name" no person's stands."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Number words below one hundred."""
    tens: str = ""
    """Those a unit may follow: twenty, treinta."""
    hundreds: str = ""
    hundred_values: Mapping[str, int] = field(default_factory=dict)
    """Words of whole hundreds: quinientos."""
    thousands: str = ""
    repeats: Mapping[str, int] = field(default_factory=dict)
    everyday_numbers: str = ""
    """Number words that are everyday words too: digits only between other number words."""
    at: str = ""
    dot: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    """How the other marks of an e-mail address are said."""
    mail_hosts: str = ""
    mail_endings: str = ""
    no_mailbox: str = ""
    """Words of the sentence before an "at" that are no mailbox."""
    before_mailbox: str = ""
    cues: Mapping[str, str] = field(default_factory=dict)
    """By kind of value, and under NOT what announces a harmless number."""
    links: str = ""
    """What may stand between a harmless announcement and its number."""
    units: str = ""
    months: str = ""
    home: str = ""
    home_ends: str = ""
    home_around: tuple[tuple[str, str], ...] = ()
    """What stands before and after a home where the verb comes last."""
    home_words: str = ""
    """Words that make a street near them somebody's home; a star leaves the end open."""
    versions: str = ""
    """Words near which four numbers with dots are a version; a star leaves the end open."""
    streets: str = ""
    """Words of postal addresses, for those written without a cue."""
    secrets: str = ""
    """Words under which a password or key is given."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that identifies somebody. `shape` matches upper-case text; `check` proves it, by letters and digits
    alone; `alone`: the shape with its check tells enough where no cue stands before it."""

    kind: str
    shape: str
    cue: str
    check: Callable[[str], bool] | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Country:
    """`region` is the ISO code. `plates` are shapes of vehicle plates in upper case; those of `plates_alone` tell
    enough without a cue."""

    region: str
    identities: tuple[Identity, ...] = ()
    plates: tuple[str, ...] = ()
    plates_alone: tuple[str, ...] = ()
    postcodes: str = ""
    """The shape of a postal code with what makes it one."""


def _packs(folder: str) -> Iterator[Any]:
    package = importlib.import_module(f"{__name__}.{folder}")
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{package.__name__}.{module.name}").PACK


@lru_cache(maxsize=1)
def all_languages() -> tuple[Language, ...]:
    """All languages, by the names of their files."""
    return tuple(_packs("languages"))


@lru_cache(maxsize=1)
def all_countries() -> tuple[Country, ...]:
    """All countries, by the names of their files."""
    return tuple(_packs("countries"))


@lru_cache(maxsize=64)
def all_words(attribute: str) -> frozenset[str]:
    """The words of one field in all languages."""
    return frozenset(word for pack in all_languages() for word in getattr(pack, attribute).split())


def all_numbers() -> frozenset[str]:
    """The number words of all languages."""
    return frozenset(
        word for pack in all_languages() for word in (*pack.numbers, *pack.hundred_values, *pack.repeats)
    )


def all_phrases(attribute: str) -> list[tuple[str, ...]]:
    """The phrases of one field in all languages, word by word."""
    return [
        tuple(phrase.split())
        for pack in all_languages()
        for phrase in getattr(pack, attribute).replace("\n", " ").split(",")
        if phrase.strip()
    ]
