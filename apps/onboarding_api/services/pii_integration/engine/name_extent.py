"""How far a name goes: where it begins and ends, and whether its words are a firm or a place after all."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from apps.onboarding_api.services.pii_integration.engine import name_syllables, packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    ACT,
    AMBIGUOUS,
    BRAND,
    CORE,
    DOES,
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
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    NO_PERSON,
    PARTICLES,
    Word,
    is_everyday,
    is_marked,
    is_named,
    is_sure,
)
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily

_OF = frozenset({"de", "du", "del", "von", "vom", "from"})
_AND = frozenset({"y", "i"})
"""Between the two surnames of a person, in Spanish and Catalan: "Ramon Vidal i Roca"."""
_SHORT = frozenset({"ma", "fco", "mohd", "md"})
_SUFFIXES = word_set("jr sr ii iii iv phd")
_NISBA = lazily(r"ال\p{Arabic}{3,}ي")
"""An Arabic family name by its form: al-...i."""
_INFLECTED = ("ال", "بال", "وال", "لل", "كال", "سي", "ست")
"""Arabic words with the article, or verbs of what will be."""
_PLACING = word_set(
    "at in near to from is called the of on for visit site en à au a bei im am zu von called named"
)
_TO_PEOPLE = word_set(
    """talk talks talked talking speak speaks spoke speaking spoken report reports reporting given gave handed issued
    assigned message call email letter complaint married"""
)
_PLACES_ONLY = word_set("nagar salai sarani vihar marg puram peth wadi")
"""After a name these make a quarter or a street of it, family names though some of them are."""
_FIXTURES = frozenset({"gate", "desk", "office", "room", "lobby", "canteen", "cabin", "door"})
"""In lower case after a name these are where somebody is: "Jitendra gate par khade hain"."""
_LATER_KINDS = word_set(
    "day jayanti chaturthi navami memorial festival jubilee trophy cup award foundation trust"
)
"""With a capital, after a name, these make a day, a prize or a place of it."""
_HONOURED = word_set(
    """king queen prince princess saint sheikh maharaja maharani raja rani sant guru swami netaji pandit rey reina san
    santa roi reine docteur général président doctor general presidente könig königin kaiser prinz prinzessin sankt
    príncipe princesa duque marqués الشيخ الملك الأمير الأميرة السلطان राजा रानी महाराजा संत गुरु स्वामी महात्मा"""
)
"""Between a street or a tower and the name it bears: "rue du docteur Roux", "haus königin luise"."""
_LONGEST = 5
_SEPARATE = (" ", "  ", ". ", ".", "-")


class Trust(IntEnum):
    """How much the words before say that a name follows."""

    NONE = 0
    SOME = 1
    FULL = 2


def _is_initial(word: Word, following: Word) -> bool:
    """A letter, or a given name written short before another: "Mª Jesús Campos", "Fco. Javier Peña"."""
    return word.capital and (len(word.text) == 1 or (word.low in _SHORT and bool(following.marks & GIVEN)))


def _letters(word: Word) -> bool:
    return word.text.isalpha() or not any(character.isdigit() for character in word.text)


def begins(word: Word, trust: Trust) -> bool:
    """Whether a name can begin with this word."""
    if word.marks & STOP and not (
        trust is Trust.FULL
        and (
            word.marks & NAMED
            or (word.capital and (word.low in name_syllables.FAMILIES or word.low in PARTICLES))
        )
    ):
        return False
    if not _letters(word):
        return (
            trust is Trust.FULL
            and word.text.isupper()
            and sum(c.isdigit() for c in word.text) * 2 < len(word.text)
        )
    if trust is Trust.FULL:
        if is_named(word) or word.low in PARTICLES or (word.capital and word.low in name_syllables.FAMILIES):
            return True
        if len(word.text) < 2 or word.marks & (EVERYDAY | ROLE | STOP):
            return False
        if word.caseless and _NISBA.fullmatch(word.text):
            return True
        if word.caseless:
            return not word.marks & (CORE | KIND | PLACE)
        return word.capital or bool(word.marks & FAMILY) or not is_everyday(word)
    if is_sure(word) or is_marked(word):
        return True
    if word.low.startswith(_INFLECTED) and not word.marks & NAMED and not _NISBA.fullmatch(word.text):
        return False
    if trust is Trust.SOME:
        if word.marks & (BRAND | EVERYDAY | KIND) and not word.caseless:
            return False
        if is_named(word):
            return not (word.marks & (NO_PERSON & ~PLACE) and not word.capital)
        return not is_everyday(word) and len(word.text) >= 3
    return False


def name_end(sequence: Sequence[Word], first: int, trust: Trust, *, comma: bool = False) -> int:
    """The index after the last word of the name that begins at `first`; `first` itself where none does.

    `comma` allows one comma ("van der Merwe, Pieter").
    """
    begin = first
    while (
        begin + 1 < len(sequence)
        and begin - first < _LONGEST
        and _is_initial(sequence[begin], sequence[begin + 1])
        and sequence[begin + 1].gap in (". ", ".", " ", ".-")
    ):
        begin += 1
    if begin > first and (sequence[begin].capital or sequence[begin].gap != " "):
        named = trust is Trust.FULL and sequence[begin].capital and sequence[begin].marks & NAMED
        if sequence[begin].marks & (STOP | EVERYDAY) and not named:
            return first
    else:
        begin = first
    if begin >= len(sequence) or not begins(sequence[begin], trust):
        return first
    particle = sequence[begin].low in PARTICLES and not sequence[begin].marks & GIVEN
    last, proper = begin + 1, not particle
    while last < len(sequence) and last - begin < _LONGEST + particle:
        word = sequence[last]
        gap = word.gap
        turned = comma and gap == ", " and word.capital
        if gap not in _SEPARATE and not (turned and _is_one_surname(sequence[begin:last])):
            break
        if (
            gap == ". "
            and len(sequence[last - 1].text) > 2
            and sequence[last - 1].low not in ("st", "mohd", "md")
        ):
            break
        if not _continues(sequence, last, begin, trust):
            break
        comma = comma and gap != ", "
        proper = proper or word.low not in PARTICLES
        last += 1
    while last > begin + 1 and sequence[last - 1].low in PARTICLES and not sequence[last - 1].marks & NAMED:
        last -= 1
    if not proper or is_organisation(sequence, begin, last, trust):
        return first
    return last


def _is_one_surname(words: Sequence[Word]) -> bool:
    """ "van der Merwe, Pieter" is one person, "Ann Lee, Bo Chan" are two."""
    return sum(word.low not in PARTICLES for word in words) == 1


def _continues(sequence: Sequence[Word], index: int, first: int, trust: Trust) -> bool:
    word, start = sequence[index], sequence[first]
    if word.low in _SUFFIXES:
        return True
    if word.text in _AND:
        return _is_and_of_surnames(sequence, index, first)
    if sequence[index - 1].text in _AND:
        return True
    if len(word.text) == 1:
        return word.capital and start.capital and (word.text not in "AI" or index + 1 == len(sequence))
    if word.low in PARTICLES and index + 1 < len(sequence):
        following = sequence[index + 1]
        return following.gap == " " and (
            (following.capital and (trust is Trust.FULL or word.low not in _OF or not _is_kind(following)))
            or (bool(following.marks & NAMED) and not following.marks & (STOP | EVERYDAY))
            or (
                following.low in PARTICLES
                and index + 2 < len(sequence)
                and sequence[index + 2].capital
                and sequence[index + 2].gap == " "
            )
        )
    if not _letters(word):
        return (
            trust is Trust.FULL and word.text.isupper() and _is_in_capitals(start) and not word.text.isdigit()
        )
    if is_marked(word) or name_syllables.goes_on(start, word):
        return True
    if word.marks & STOP:
        return bool(word.marks & NAMED) and all(one.text.isupper() for one in sequence[first : index + 1])
    if trust is not Trust.FULL and not word.capital and word.marks & EVERYDAY:
        return False
    named = word.marks & NAMED and (word.capital or trust is Trust.FULL)
    if word.marks & (ROLE | BRAND | EVERYDAY) and not named:
        return False
    particle = sequence[index - 1].low in PARTICLES
    if word.capital and particle and (index - 1 > first or (trust is Trust.FULL and start.capital)):
        return True
    if is_named(word):
        if word.caseless:
            return (
                not word.marks & AMBIGUOUS
                or trust is Trust.FULL
                or bool((start.marks | word.marks) & (GIVEN | FAMILY))
                or not start.marks & CORE
            )
        if word.capital or word.marks & GIVEN:
            return True
        if start.capital:
            return False
        if trust is Trust.FULL or start.marks & AMBIGUOUS or not _is_also_a_word(word):
            return True
        return bool(start.marks & GIVEN and word.marks & FAMILY) and _ends_here(sequence, index)
    if word.caseless:
        if trust is Trust.FULL and word.marks and not word.marks & (CORE | KIND | PLACE | EVERYDAY):
            return True
        if _NISBA.fullmatch(word.text) and not word.marks & EVERYDAY:
            return bool(trust or start.marks & NAMED)
        return not is_everyday(word) and (trust is Trust.FULL or bool(start.marks & NAMED and not word.marks))
    if word.capital and start.capital:
        if word.marks & FAMILY or not is_everyday(word):
            return True
        # After a sure given name a rare word of the language is a family name: "Carmen Zapatero".
        sure = start.marks & GIVEN or (trust is Trust.FULL and start.marks & NAMED)
        return bool(sure) and not word.marks & (NO_PERSON | CORE | KIND_BEFORE | ACT)
    sure_start = start.marks & GIVEN or (trust is Trust.FULL and start.marks & NAMED)
    if word.marks & FAMILY and sure_start and not start.capital:
        return not word.marks & (NO_PERSON | CORE | KIND_BEFORE | ACT)
    if is_everyday(word) or start.capital:
        return False
    return trust is Trust.FULL or bool(start.marks & GIVEN)


def _is_and_of_surnames(sequence: Sequence[Word], index: int, first: int) -> bool:
    """Not between two people: "Ana Ruiz y Juan", "Pau i Roc"."""
    if index + 1 >= len(sequence) or index - first < 2:
        return False
    before, after = sequence[index - 1], sequence[index + 1]
    return (
        before.capital
        and after.capital
        and after.gap == " "
        and not after.marks & (GIVEN | STOP | ROLE)
        and (bool(after.marks & FAMILY) or not is_everyday(after))
        and (
            index + 2 >= len(sequence)
            or not sequence[index + 2].capital
            or bool(sequence[index + 2].gap.strip())
        )
    )


def _is_in_capitals(word: Word) -> bool:
    """All of it, but for an "l" that a scan puts for "I"."""
    return word.text.replace("l", "I").isupper()


def _is_kind(word: Word) -> bool:
    return bool(word.marks & (KIND | KIND_BEFORE)) and not word.marks & NAMED


def _ends_here(sequence: Sequence[Word], index: int) -> bool:
    """Whether the clause ends after a word, or goes on as after a name: "eilidh green, ...", "tunde wright will"."""
    if index + 1 >= len(sequence):
        return True
    following = sequence[index + 1]
    return (
        bool(following.gap.strip(" "))
        or bool(following.marks & (STOP | ACT | DOES))
        or following.text.isdigit()
    )


def _is_also_a_word(word: Word) -> bool:
    """A family name in lower case that is a frequent word: "heather grey", "ernst gemeinte"."""
    return bool(word.marks & (FREQUENT | EVERYDAY)) and bool(word.marks & AMBIGUOUS)


def is_organisation(sequence: Sequence[Word], first: int, last: int, trust: Trust = Trust.NONE) -> bool:
    """Whether the words name a company, a building or a place: Lakshmi Mills, Gandhi Nagar, calle San Martín."""
    lower = not sequence[first].capital
    for place in range(first + 1, last):
        word = sequence[place]
        if word.low in PARTICLES and place + 1 < len(sequence) and sequence[place + 1].capital:
            continue
        if trust is Trust.FULL and place == first + 1 and sequence[first].low in PARTICLES:
            continue
        if word.marks & KIND and (not word.marks & NAMED or (trust is not Trust.FULL and word.capital)):
            return not _is_rare_person(sequence, first, word)
    if (
        last < len(sequence)
        and sequence[last].marks & KIND
        and sequence[last].gap in (" ", " & ", "-", "  ")
        and not (sequence[first].capital and sequence[last].low in _FIXTURES)
        and not (first and not sequence[last].capital and sequence[first - 1].low in _calls())
        and (lower or sequence[last].capital or not sequence[last].marks & (ROLE | ACT))
    ):
        return True
    if (
        last < len(sequence)
        and sequence[last].capital
        and sequence[last].low in _LATER_KINDS
        and sequence[last].gap == " "
        and trust is not Trust.FULL
        and not lower
    ):
        return True
    return trust is not Trust.FULL and is_named_after(sequence, first)


def _is_rare_person(sequence: Sequence[Word], first: int, last: Word) -> bool:
    """ "Anneke Hill covers the night": a given name that hardly names places, and no place spoken of."""
    start = sequence[first]
    if last.low in _PLACES_ONLY:
        return False
    if not start.marks & GIVEN or start.marks & FREQUENT or not last.marks & FAMILY:
        return False
    if first == 0 or sequence[first - 1].low not in _PLACING:
        return True
    # "talk to Chidinma Stone", "given to Anneke Hill"
    return first > 1 and sequence[first - 2].low in _TO_PEOPLE and sequence[first - 1].low in ("to", "from")


def is_named_after(sequence: Sequence[Word], first: int) -> bool:
    """ "calle de San Martín", "rue Victor Hugo", "Hotel Maria"."""
    place = first - 1
    for _ in range(3):
        if place < 0 or sequence[place + 1].gap not in (" ", "-", "  "):
            return False
        word = sequence[place]
        if word.marks & KIND_BEFORE and not (word.marks & NAMED and not word.capital):
            # English kinds stand before a name only with a capital ("Hotel Maria"), "the hotel maria runs" does not.
            return word.capital or word.caseless or word.low not in _english_before()
        passed = word.low in PARTICLES or word.low in _HONOURED or word.marks & AMBIGUOUS
        if not passed and not word.capital:
            return False
        place -= 1
    return False


@lru_cache(maxsize=1)
def _calls() -> frozenset[str]:
    return packs.all_words("calls")


@lru_cache(maxsize=1)
def _english_before() -> frozenset[str]:
    for pack in packs.all_languages():
        if pack.code == "en":
            return frozenset(pack.kinds_before.split())
    return frozenset()
