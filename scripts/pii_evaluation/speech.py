"""How people say digits and addresses, in the languages of the product: written for the evaluation alone.

The engine has tables of its own; a common one would hide what it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from random import Random

from scripts.pii_evaluation.wording import words


@dataclass(frozen=True)
class Speech:
    """`digits` are the words for 0 to 9. Where nobody says "triple five", `thrice` is empty."""

    digits: tuple[str, ...]
    twice: str
    thrice: str
    plus: str
    at: str
    dot: str
    underscore: str
    hyphen: str
    hosts: tuple[tuple[str, str], ...] = ()


_SPEECH = {
    "en": Speech(
        words("zero one two three four five six seven eight nine"),
        "double", "triple", "plus", "at", "dot", "underscore", "dash",
    ),
    "hi": Speech(
        words("शून्य एक दो तीन चार पांच छह सात आठ नौ"),
        "डबल", "ट्रिपल", "प्लस", "एट", "डॉट", "अंडरस्कोर", "डैश",
        (("gmail.com", "जीमेल डॉट कॉम"), ("yahoo.com", "याहू डॉट कॉम")),
    ),
    "hi-latn": Speech(
        words("shunya ek do teen char paanch chhe saat aath nau"),
        "double", "triple", "plus", "at the rate", "dot", "underscore", "dash",
    ),
    "es": Speech(
        words("cero uno dos tres cuatro cinco seis siete ocho nueve"),
        "doble", "triple", "más", "arroba", "punto", "guion bajo", "guion",
    ),
    "fr": Speech(
        words("zéro un deux trois quatre cinq six sept huit neuf"),
        "double", "triple", "plus", "arobase", "point", "tiret du bas", "tiret",
    ),
    "de": Speech(
        words("null eins zwei drei vier fünf sechs sieben acht neun"),
        "doppel", "", "plus", "ät", "punkt", "unterstrich", "bindestrich",
    ),
    "ar": Speech(
        words("صفر واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة"),
        "دبل", "", "زائد", "آت", "دوت", "شرطة سفلية", "شرطة",
    ),
}  # fmt: skip

TENS_AND_TEENS = {
    "en": (
        words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        words("twenty thirty forty fifty sixty seventy eighty ninety"),
    ),
}


def speech(language: str) -> Speech:
    return _SPEECH[language]


def say_digits(number: str, language: str, random: Random, *, style: str = "any") -> str:
    """The digits of `number` in words. `style`: "plain", "repeats" (double five), "oh" (English), "pairs" (English)."""
    said = speech(language)
    plain = "".join(character for character in number if character.isascii() and character.isdigit())
    lead = [said.plus] if number.lstrip().startswith("+") else []
    chosen = style
    if style == "any":
        chosen = random.choice(
            ("plain", "repeats", "oh", "pairs") if language == "en" else ("plain", "repeats")
        )
    if chosen == "pairs" and language == "en":
        return " ".join([*lead, *_pairs(plain)])
    spoken: list[str] = []
    for digit, group in groupby(plain):
        many = len(list(group))
        word = "oh" if chosen == "oh" and digit == "0" and language == "en" else said.digits[int(digit)]
        if chosen == "repeats" and many == 2:
            spoken += [said.twice, word]
        elif chosen == "repeats" and many == 3 and said.thrice:
            spoken += [said.thrice, word]
        else:
            spoken += [word] * many
    return " ".join([*lead, *spoken])


def _pairs(number: str) -> list[str]:
    """98 44 00 -> ninety eight, forty four, zero zero."""
    teens, tens = TENS_AND_TEENS["en"]
    digits = speech("en").digits
    spoken: list[str] = []
    for at in range(0, len(number), 2):
        pair = number[at : at + 2]
        if len(pair) == 1 or pair[0] == "0":
            spoken += [digits[int(digit)] for digit in pair]
        elif pair[0] == "1":
            spoken.append(teens[int(pair[1])])
        else:
            spoken.append(tens[int(pair[0]) - 2])
            spoken += [digits[int(pair[1])]] if pair[1] != "0" else []
    return spoken


def say_address(address: str, language: str, random: Random, *, spelled: bool = False) -> str:
    """An e-mail address in words: "asha dot lamp at gmail dot com". `spelled` gives the first part letter by letter."""
    said = speech(language)
    local, _, host = address.partition("@")
    first = _split(local, said, spelled=spelled, random=random, language=language)
    last = _split(host, said, spelled=False, random=random, language=language)
    return f"{' '.join(first)} {said.at} {dict(said.hosts).get(host) or ' '.join(last)}"


def _split(text: str, said: Speech, *, spelled: bool, random: Random, language: str) -> list[str]:
    marks = {".": said.dot, "_": said.underscore, "-": said.hyphen, "+": said.plus}
    found: list[str] = []
    for kind, group in groupby(text, key=lambda one: one if one in marks else one.isdigit()):
        piece = "".join(group)
        if kind in marks:
            found += [marks[str(kind)]] * len(piece)
        elif kind is True:
            found.append(
                piece if random.random() < 0.5 else say_digits(piece, language, random, style="plain")
            )
        else:
            found += list(piece) if spelled else [piece]
    return found


def spell(code: str, language: str, random: Random) -> str:
    """A code letter by letter and digit by digit: "a b c p five two"."""
    said = speech(language)
    written = code.lower() if random.random() < 0.5 else code.upper()
    return " ".join(said.digits[int(one)] if one.isdigit() else one for one in written if one.isalnum())
