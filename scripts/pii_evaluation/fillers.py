"""What goes into the slots of a template: names, places and numbers of a language."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from random import Random

from scripts.pii_evaluation import makers, speech, wording
from scripts.pii_evaluation.templates import CORPORA, Slot

Lists = dict[str, tuple[str, ...]]

COUNTRIES = {
    "en": ("US", "GB", "IN"), "hi": ("IN",), "hi-latn": ("IN",), "es": ("ES", "MX"), "fr": ("FR",), "de": ("DE",),
    "ar": ("AE", "SA", "EG"),
}  # fmt: skip
"""Whose national numbers are said without a country code in a language."""

_NATIVE_DIGITS = {"hi": "०१२३४५६७८९", "ar": "٠١٢٣٤٥٦٧٨٩"}
_HOSTS = wording.words(
    "gmail.com yahoo.com outlook.com brightfm.example northgate.co.uk tower-services.in posteo.de orange.fr correo.es"
)


@cache
def lists(language: str) -> Lists:
    return _read(CORPORA / "values" / f"{language}.txt")


@cache
def with_names(folder: str, language: str) -> Lists:
    """The names of one part of the corpora; every other list is the language's own."""
    found = _read(CORPORA / folder / "names.txt")
    return {**lists(language), "first": found[f"{language} first"], "last": found[f"{language} last"]}


def _read(path: Path) -> Lists:
    lines = (
        line.partition(": ") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    )
    return {key: tuple(part.strip() for part in rest.split(";")) for key, mark, rest in lines if mark}


def value_of(slot: Slot, *, language: str, words: Lists, random: Random) -> str:
    """A personal value for the slot, as people of the language write or say it."""
    if slot.name in ("NAME", "FULL", "FIRST", "LAST"):
        return _name(slot.name, words, random)
    if slot.name == "ADDRESS":
        return random.choice(words["street"])
    if slot.name == "EMAIL":
        address = _address(words, random)
        if not slot.said:
            return address
        if language == "hi":
            person = f"{random.choice(words['first'])}.{random.choice(words['last'])}"
            address = f"{person}@{random.choice(('gmail', 'yahoo'))}.com"
        return speech.say_address(
            address, language, random, spelled=language != "hi" and random.random() < 0.15
        )
    value = (
        _phone(language, random, said=slot.said) if slot.name == "PHONE" else makers.MAKERS[slot.name](random)
    )
    if slot.said:
        return speech.say_digits(value, language, random)
    if (
        language in _NATIVE_DIGITS
        and slot.name in ("PHONE", "AADHAAR", "CARD", "DOB")
        and random.random() < 0.3
    ):
        return value.translate(str.maketrans("0123456789", _NATIVE_DIGITS[language]))
    return value


def filler(name: str, *, words: Lists, random: Random) -> str:
    """Words and numbers that are nobody's."""
    if name in words:
        return random.choice(words[name])
    number = random.randint
    long = makers.digits(random, random.choice((6, 7, 8, 9, 10)), first="123456789")
    day, month, year = number(1, 28), number(1, 12), number(2019, 2027)
    forms: dict[str, tuple[str, ...]] = {
        "n": (str(number(2, 60)),),
        "time": (
            f"{number(0, 23):02}:{random.choice(('00', '15', '30'))}",
            f"{number(1, 12)} am",
            f"{number(1, 12)}.30",
        ),
        "date": (
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day} {makers.MONTHS[month - 1]} {year}",
        ),
        "year": (str(year),),
        "yy": (str(year % 100),),
        "month": (f"{month:02}",),
        "long": (long,),
        "tag": (
            f"AHU-{number(1, 99):02}-{long[:5]}",
            f"TAG{long}",
            f"P-{number(100, 999)}/{number(1, 9)}",
            f"DG{number(1, 9)}-{long[:4]}",
        ),
        "ean": (makers.digits(random, 13, first="4589"),),
        "v4": (".".join(str(number(0, 40)) for _ in range(4)),),
        "v3": (".".join(str(number(0, 40)) for _ in range(3)),),
        "reading": (
            str(number(10000, 999999)),
            f"{number(1000, 99999)}.{number(1, 9)}",
            f"00{number(10000, 99999)}",
        ),
        "area": (
            f"{number(2, 99)},{number(100, 999)}",
            str(number(1200, 98000)),
            f"{number(1, 9)}.{number(1, 9)} lakh",
        ),
        "money": (
            f"$ {number(100, 9999)}.50",
            f"Rs. {number(1, 90)},{number(100, 999)}",
            f"{number(100, 9999)} EUR",
            f"€{number(10, 900)},{number(10, 99)}",
        ),
        "code": (f"{makers.letters(random, 3)}-{number(2020, 2026)}-{long[:6]}",),
        "zip": (makers.digits(random, 6, first="1234567"), makers.digits(random, 5, first="12345678")),
    }
    return random.choice(forms[name])


def _name(form: str, words: Lists, random: Random) -> str:
    first, last = random.choice(words["first"]), random.choice(words["last"])
    if form == "FIRST":
        return first
    if form == "LAST":
        return last
    return f"{first} {last}" if form == "FULL" or random.random() < 0.8 else first


def _address(words: Lists, random: Random) -> str:
    people = [plain for name in (*words["first"], *words["last"]) if (plain := _ascii(name))]
    if len(people) < 2:
        return makers.email(random)
    one, two = random.sample(people, 2)
    local = random.choice(
        (f"{one}.{two}", f"{one}_{two}", f"{one[0]}{two}", f"{one}{random.randint(1, 99)}", f"{one}-{two}")
    )
    return f"{local}@{random.choice(_HOSTS)}"


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "".join(character for character in plain if character.isalpha()) if plain.isascii() else ""


def _phone(language: str, random: Random, *, said: bool) -> str:
    country = random.choice(COUNTRIES[language])
    style = random.choice(("national", "national", "international", "e164"))
    value = makers.phone(random, country=country, style=style)
    if said or random.random() < 0.5:
        return value
    return random.choice(
        (value.replace("-", " "), value.replace(" ", "-"), value.replace(" ", "."), value.replace(" ", ""))
    )


def check_lists(folder: Path = CORPORA) -> None:
    """`ValueError` where a list is empty or holds a name twice."""
    for path in (*(folder / "values").glob("*.txt"), *folder.glob("*/names.txt")):
        for key, entries in _read(path).items():
            if not all(entries) or len(set(entries)) < len(entries):
                raise ValueError(f"{path.name}: {key} is empty or repeats itself")
