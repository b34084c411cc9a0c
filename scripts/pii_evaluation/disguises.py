"""Ten thousand values of structured types in disguises a person still reads: the generative set.

Every case is one value in a sentence. It leaks where so much of the value stays outside every span that it can still be
read. Everything is drawn from one seed: the same cases on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from random import Random

from scripts.pii_evaluation import makers, speech
from scripts.pii_evaluation.carriers import CARRIERS
from scripts.pii_evaluation.examples import Builder, Example, ViewKind
from scripts.pii_evaluation.metrics import Found, left_over
from scripts.pii_evaluation.wording import words

SEED = 61_081
KINDS = tuple(makers.MAKERS)

_NUMBERS = {"PHONE", "SSN", "CARD", "IP", "AADHAAR"}
_CODES = {"IBAN", "PAN", "PASSPORT", "LICENCE", "PLATE"}
_NO_SPEECH = {"IPV6", "URL", "SECRET"}
_CASE_COUNTS = {"SECRET", "URL"}
_CONFUSED = {"0": "O", "1": "l", "5": "S", "8": "B", "2": "Z"}
_HOMOGLYPHS = str.maketrans("aeopcxAEOPCXBHKMT", "аеорсхАЕОРСХВНКМТ")
_JOINERS = "\u200b\u200c\u2060\ufeff"
_MARKS = "\u0332\u0301\u0336\u034f"
_DIGITS = {
    "arabic_indic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "devanagari": "०१२३४५६७८९", "bengali": "০১২৩৪৫৬৭৮৯",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "circled": "⓪①②③④⑤⑥⑦⑧⑨",
}  # fmt: skip
_ORDINALS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)


@dataclass(frozen=True, slots=True)
class Draw:
    """A value about to be disguised, in a sentence of that language."""

    kind: str
    value: str
    language: str
    random: Random


Disguise = Callable[[Draw], str]


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    disguise: str
    example: Example


@lru_cache(maxsize=4)
def cases(count: int) -> tuple[Case, ...]:
    """`count` cases, evenly over kinds, and over the disguises of each kind."""
    random = Random(SEED)
    made = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        names = _fitting(kind)
        made.append(_case(kind, names[number // len(KINDS) % len(names)], random))
    return tuple(made)


def is_readable(case: Case, found: Sequence[Found]) -> bool:
    """Whether a quarter of the value's letters and digits, or four of them in a row of digits, stay in the clear."""
    value = case.example.values[0]
    left = left_over(case.example.text, value, found)
    whole = left_over(case.example.text, value, ())
    return bool(left) and (4 * len(left) >= len(whole) or sum(character.isdigit() for character in left) >= 4)


def is_touched(case: Case, found: Sequence[Found]) -> bool:
    """Whether anything at all of the value was taken."""
    value = case.example.values[0]
    return left_over(case.example.text, value, found) != left_over(case.example.text, value, ())


def _case(kind: str, disguise: str, random: Random) -> Case:
    by_language = CARRIERS[kind]
    language = random.choice(sorted(by_language)) if random.random() < 0.6 else "en"
    if kind == "DOB" and disguise == "speech":
        language = "en"
    carrier = random.choice(by_language[language])
    value = makers.MAKERS[kind](random)
    if kind == "PHONE" and not value.startswith("+"):
        value = makers.phone(random, country=random.choice(_home(language)))
    before, _, after = carrier.partition("{}")
    builder = Builder()
    builder.say(before)
    hidden = DISGUISES[disguise](Draw(kind, value, language, random))
    if kind == "URL":
        _tell_url(builder, hidden)
    else:
        builder.tell("IP" if kind == "IPV6" else kind, hidden)
    builder.say(after)
    view: ViewKind = "speech" if disguise.startswith("spe") else "ocr" if disguise == "scan" else "text"
    return Case(
        kind,
        disguise,
        Example(builder.text, tuple(builder.values), language, f"{kind}/{disguise}", view, disguise),
    )


def _home(language: str) -> tuple[str, ...]:
    from scripts.pii_evaluation.fillers import COUNTRIES  # fillers read files; most cases need none

    return COUNTRIES[language]


def _tell_url(builder: Builder, url: str) -> None:
    """Only user and password are personal; the at sign may be disguised as well."""
    cut = max(url.rfind("@"), url.rfind("＠"))
    start = next(at for at in range(len(url)) if unicodedata.normalize("NFKC", url[at]) == "/" and at > 3) + 1
    while not url[start].isalnum():
        start += 1
    builder.say(url[:start])
    builder.tell("URL", url[start:cut])
    builder.say(url[cut:])


def _fitting(kind: str) -> tuple[str, ...]:
    """The disguises a value of the kind stays readable in."""
    names = ["plain", "wide", "zero_width", "soft_hyphen", "combining", "line_break"]
    if kind not in _CASE_COUNTS:
        names.append("case")
    if kind not in ("SECRET", "EMAIL", "IPV6", "URL"):
        names += ["digits", "dashes"]
    if kind not in ("SECRET", "EMAIL", "IP", "IPV6", "URL"):
        names.append("spaces")
    if kind in _NUMBERS | _CODES | {"GPS"}:
        names += ["separators"]
    if kind in _NUMBERS - {"IP"} | {"IBAN"}:
        names.append("scan")
    if kind in _CODES | {"EMAIL", "SECRET"}:
        names.append("homoglyph")
    if kind not in _NO_SPEECH:
        names.append("speech")
    if kind in ("PHONE", "CARD", "SSN", "AADHAAR"):
        names += ["speech_repeats", "speech_hesitant"]
    if kind == "EMAIL":
        names += ["spelled", "brackets", "scan"]
    return tuple(names)


def _plain(draw: Draw) -> str:
    return draw.value


def _wide(draw: Draw) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in draw.value)


def _case_of(draw: Draw) -> str:
    return draw.random.choice(
        (draw.value.lower(), draw.value.upper(), draw.value.swapcase(), draw.value.title())
    )


def _scattered(value: str, marks: str, random: Random, *, share: float) -> str:
    """Marks after some of the characters, one at least, never at the end."""
    sure = random.randrange(len(value) - 1)
    return "".join(
        one
        + (random.choice(marks) if at == sure or (at < len(value) - 1 and random.random() < share) else "")
        for at, one in enumerate(value)
    )


def _zero_width(draw: Draw) -> str:
    return _scattered(draw.value, _JOINERS, draw.random, share=draw.random.choice((0.1, 0.5, 1.0)))


def _soft_hyphen(draw: Draw) -> str:
    return _scattered(draw.value, "\u00ad", draw.random, share=0.25)


def _combining(draw: Draw) -> str:
    mark = draw.random.choice(_MARKS)
    if mark == "\u0336":  # a whole value struck through
        return "".join(one + mark if one.isalnum() else one for one in draw.value)
    return "".join(one + (mark if one.isalnum() and draw.random.random() < 0.3 else "") for one in draw.value)


def _line_break(draw: Draw) -> str:
    """Broken where a person or a page breaks it: at a separator, else in the middle."""
    if draw.kind == "URL":
        at = draw.value.index("@") + 1 if draw.random.random() < 0.5 else draw.value.index(":", 8) + 3
        return f"{draw.value[:at]}\n{draw.value[at:]}"
    places = [at for at, one in enumerate(draw.value) if one in " -.@/:_" and 2 < at < len(draw.value) - 3]
    if not places:
        at = len(draw.value) // 2
        return f"{draw.value[:at]}\n{draw.value[at:]}"
    at = draw.random.choice(places)
    if draw.value[at] == " ":
        return f"{draw.value[:at].rstrip()}\n{draw.value[at:].lstrip()}"
    return f"{draw.value[: at + 1]}\n{draw.value[at + 1 :]}"


def _digits(draw: Draw) -> str:
    script = draw.random.choice(sorted(_DIGITS))
    return draw.value.translate(str.maketrans("0123456789", _DIGITS[script]))


def _spaces(draw: Draw) -> str:
    """Unusual spaces in place of the usual ones, or between groups where there are none."""
    space = draw.random.choice("\u00a0\u2009\u202f\u2003\u3000")
    if draw.kind == "DOB" and " " not in draw.value:
        return "".join(f"{space}{one}{space}" if one in "/.-" else one for one in draw.value)
    return (
        draw.value.replace(" ", space)
        if " " in draw.value
        else space.join(_groups(draw.kind, draw.value, draw.random))
    )


def _dashes(draw: Draw) -> str:
    dash = draw.random.choice("‐‑–—−")
    if "-" in draw.value:
        return draw.value.replace("-", dash)
    return (
        draw.value.replace(" ", dash) if " " in draw.value and draw.kind not in ("DOB", "GPS") else draw.value
    )


def _separators(draw: Draw) -> str:
    if draw.kind == "IP":
        return draw.value.replace(".", draw.random.choice((" . ", ". ", " .")))
    if draw.kind == "GPS":
        return draw.value.replace(", ", draw.random.choice((" , ", ",", " / ", "; ")))
    mark = draw.random.choice(
        (" ", "-", "", "  ") if draw.kind in _CODES else (" ", "-", ".", "", " - ", "  ")
    )
    plain = "".join(one for one in draw.value if one.isalnum() or one == "+")
    return mark.join(_groups(draw.kind, plain, draw.random))


def _groups(kind: str, value: str, random: Random) -> list[str]:
    """Groups that people write: where letters and digits meet, each character alone, or of two to five."""
    if kind in ("PAN", "PASSPORT", "PLATE"):
        return list(value) if random.random() < 0.25 else _runs(value)
    size = random.choice((3, 4, 5) if kind in ("PHONE", "SSN") else (4, 4, 2))
    pieces = [value[at : at + size] for at in range(0, len(value), size)]
    if len(pieces) > 1 and len(pieces[-1]) == 1:
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return pieces


def _runs(value: str) -> list[str]:
    """Letters and digits apart: ABCDE, 1234, F."""
    return ["".join(group) for _, group in groupby((one for one in value if one.isalnum()), str.isdigit)]


def _scan(draw: Draw) -> str:
    value = draw.value
    if draw.kind == "EMAIL":
        return draw.random.choice(
            (
                value.replace("@", " @ "),
                value.replace(".", " ."),
                value.replace("@", "©"),
                value.replace(".", ". "),
            )
        )
    places = [at for at, one in enumerate(value) if one in _CONFUSED and at > 3]
    for at in draw.random.sample(places, min(len(places), draw.random.choice((1, 2)))):
        value = value[:at] + _CONFUSED[value[at]] + value[at + 1 :]
    return value


def _homoglyph(draw: Draw) -> str:
    """Some letters from Cyrillic, at least one where there is one."""
    value = draw.value
    places = [at for at, one in enumerate(value) if one.translate(_HOMOGLYPHS) != one]
    for at in draw.random.sample(places, max(1, len(places) // 3)) if places else ():
        value = value[:at] + value[at].translate(_HOMOGLYPHS) + value[at + 1 :]
    return value


def _speech(draw: Draw) -> str:
    if draw.kind == "EMAIL":
        return speech.say_address(draw.value, draw.language, draw.random)
    if draw.kind == "DOB":
        return _said_date(draw.random)
    said = speech.speech(draw.language)
    if draw.kind == "IP":
        return f" {said.dot} ".join(
            speech.say_digits(part, draw.language, draw.random, style="plain")
            for part in draw.value.split(".")
        )
    if draw.kind == "GPS":
        degrees = [
            " point ".join(
                speech.say_digits(part, draw.language, draw.random, style="plain") for part in one.split(".")
            )
            for one in draw.value.replace("-", "").split(", ")
        ]
        return " comma ".join(degrees)
    if draw.kind in _CODES:
        return speech.spell(draw.value, draw.language, draw.random)
    return speech.say_digits(draw.value, draw.language, draw.random, style="plain")


def _said_date(random: Random) -> str:
    teens, tens = speech.TENS_AND_TEENS["en"]
    year = random.choice(
        [tens[3] + " " + unit for unit in speech.speech("en").digits[1:]] + [*tens[4:], *teens[3:]][:4]
    )
    day, month = random.choice(_ORDINALS), random.choice(makers.MONTHS)
    return random.choice((f"the {day} of {month} nineteen {year}", f"{month} {day} nineteen {year}"))


def _speech_repeats(draw: Draw) -> str:
    return speech.say_digits(
        draw.value, draw.language, draw.random, style=draw.random.choice(("repeats", "oh", "pairs"))
    )


def _speech_hesitant(draw: Draw) -> str:
    words = speech.say_digits(draw.value, draw.language, draw.random, style="plain").split(" ")
    cut = draw.random.randrange(2, len(words) - 2)
    return " ".join([*words[:cut], draw.random.choice(("um", "uh", "...", "er")), *words[cut:]])


def _spelled(draw: Draw) -> str:
    return speech.say_address(draw.value, draw.language, draw.random, spelled=True)


def _brackets(draw: Draw) -> str:
    at, dot = draw.random.choice(
        ((" (at) ", " (dot) "), ("[at]", "[dot]"), (" AT ", " DOT "), (" {at} ", "."))
    )
    local, _, host = draw.value.partition("@")
    return local + at + host.replace(".", dot)


DISGUISES: dict[str, Disguise] = {
    "plain": _plain, "case": _case_of, "wide": _wide, "zero_width": _zero_width, "soft_hyphen": _soft_hyphen,
    "combining": _combining, "line_break": _line_break, "digits": _digits, "spaces": _spaces, "dashes": _dashes,
    "separators": _separators, "scan": _scan, "homoglyph": _homoglyph, "speech": _speech,
    "speech_repeats": _speech_repeats, "speech_hesitant": _speech_hesitant, "spelled": _spelled, "brackets": _brackets,
}  # fmt: skip
