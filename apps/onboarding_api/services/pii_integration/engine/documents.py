"""Codes of letters and digits: IBAN and what identifies a person or a vehicle, by the shapes of the country packs;
dates of birth; coordinates of somebody's home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine import checksums, packs
from apps.onboarding_api.services.pii_integration.engine.context import (
    cue_ends,
    is_harmless,
    last_cue,
    speaks_of,
)
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily, plain_lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_STARTS = re.compile(r"[A-ZÄÖÜ0-9](?<![A-Za-z0-9_-].)(?=[A-ZÄÖÜ0-9 -])")
"""Where a shape of a pack may begin: all begin with two of capitals, digits, spaces and dashes. What stands before is
looked at last: a pattern that begins with a set of characters is searched for much quicker."""
_STARTS_ALONE = re.compile(_STARTS.pattern + r"(?=(?:[A-ZÄÖÜ -]{0,6}[0-9]){2})")
"""The same of the shapes that tell enough by themselves: all have digits soon."""
_IBAN_DIGITS = re.compile(
    r"[0-9](?<![0-9].)(?:(?<=[A-Za-z]{2}.)|(?<=[A-Za-z]{2}[ -].)|(?<=[A-Za-z]{2}[ -]{2}.))"
    r"[0-9](?=[ -]{0,2}[A-Za-z0-9]{2})"
)
"""The two check digits of an IBAN, after its country."""
_COUNTRY = 6
"""Characters at most from the country to the end of these."""
_MISREAD = re.compile(r"[OolISBZ]")
_NUMBERS = re.compile(r"\d[\d -]?\d")
_MIXED = re.compile(
    r"[A-Z][ -]?[0-9]{2}|[0-9]{2}[ -]?[A-Z]{1,3}(?![a-z])|[0-9][A-Z]|784[ -][12]"
    r"|[12] ?[0-9]{2} ?[0-9]{2} ?[0-9]"
)
"""Without so much no code of any country stands in a text."""
_CODE = lazily(
    r"(?<![\p{L}\d])(?:\p{Lu}{1,5}[ -])?\p{L}{0,5}+\d[\p{L}\d]{0,15}+"
    r"(?:[ \-/](?=\p{Lu}{0,3}\d)[\p{Lu}\d]{1,12}){0,4}+(?:[ -]\p{Lu}{1,2})?(?![\p{L}\d])"
)
"""What may stand for a code right after the word that says so, whatever the country."""
_CUED = ("PASSPORT", "LICENCE", "IDENTITY")
DIGITS_OF_CODE = 4
_CUE_REACH, _CODE_LENGTH, _PLATE_REACH = 40, 90, 32
_YEAR = re.compile(r"(?:19|20)\d\d")
_OLD_YEAR = re.compile(r"(?<!\d)(?:19[2-9]\d|200\d)(?!\d)")
"""Nothing of these years is logged, unless somebody was born then."""
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
"""Of the scripts in which months are written: with one of these behind it, a month is another word."""
_ANY_DIGIT = re.compile(r"\d")
_SAID_MONTH = re.compile(r"uary|march|april|may|june|july|august|ember|ober")
_SAID_DATE = lazily(
    r"(?:the\s)?(?:\p{L}+(?:teenth|rd|st|nd|th)|\d{1,2})\s(?:of\s)?"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?:\s(?:nineteen|twenty|two thousand)(?:\s(?!and\s[a-hj-z]{6})\p{L}{2,9}){0,3})?"
)
_SAID_MONTH_FIRST = lazily(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\s(?:the\s)?"
    r"(?:(?:twenty|thirty)[ -])?(?:\p{L}+(?:teenth|rd|st|nd|th)|\d{1,2}(?:st|nd|rd|th)?)"
    r"(?:,?\s(?:nineteen|twenty|two thousand)(?:\s(?!and\s[a-hj-z]{6})\p{L}{2,9}){0,3})?"
)
_PAIR = lazily(
    r"(?<![\d.])-?\d{1,2}\.\d{3,12}\s?°?\s?[NS]?\s?[,;/ ]\s?(?:lon|lng|long|longitude)?[ =:]{0,2}-?\d{1,3}\.\d{3,12}"
)
_AT_HOME = ("GPS", "HOME")
_HAS_POINT = re.compile(r"\d\.\d\d\d")


def ibans(scene: Scene) -> Iterator[Span]:
    """IBAN spans with the right length and remainder; the text after one may follow without a break."""
    for start, length in _iban_starts(scene.text):
        match = _iban_body(length).match(scene.text, start)
        if match is None:
            continue
        if checksums.iban("".join(filter(str.isalnum, match.group())).upper()):
            yield Span(match.start(), match.end(), "IBAN", 0.97, "iban.check_digits")
        elif speaks_of(scene, match.start(), "IBAN") and _MISREAD.search(match.group()):
            # Letters that a scan puts for digits: the word before it and the length of its country say enough.
            yield Span(match.start(), match.end(), "IBAN", 0.92, "iban.cue")


def _iban_starts(text: str) -> Iterator[tuple[int, int]]:
    """Where an IBAN may begin, and how long one of its country is."""
    for digits in _IBAN_DIGITS.finditer(text):
        end = digits.start()
        before = text[max(0, end + 2 - _COUNTRY) : end].rstrip(" -")
        length = checksums.iban_length(before[-2:].upper())
        start = end - (min(end, _COUNTRY - 2) - len(before)) - 2
        if length and not (start and text[start - 1].isalnum()):
            yield start, length


@lru_cache(maxsize=64)
def _iban_body(length: int) -> regex.Pattern[str]:
    return regex.compile(rf"[A-Za-z\d](?:[ -]{{0,2}}\n?[A-Za-z\d]){{{length - 1}}}(?![A-Za-z\d])")


class _Shapes:
    """The identities of all countries, ready to be matched."""

    def __init__(self) -> None:
        self.identities = [one for country in packs.all_countries() for one in country.identities]
        alone = [one for one in self.identities if one.alone]
        self.alone = [(one, self._pattern(one.shape)) for one in alone]
        self.any_alone = self._pattern("|".join(one.shape for one in alone))
        plates_alone = [shape for country in packs.all_countries() for shape in country.plates_alone]
        self.plates_alone = self._pattern("|".join(plates_alone))
        self.alone_or_plate = self._pattern("|".join([*(one.shape for one in alone), *plates_alone]))
        # The longest of the shapes counts, not the first.
        every = "|".join(
            shape for country in packs.all_countries() for shape in (*country.plates_alone, *country.plates)
        )
        self.plates = lazily(rf"(?<![\w-])(?:{every})(?!\w|-[^\W_])", regex.POSIX)

    @staticmethod
    def _pattern(shape: str) -> re.Pattern[str]:
        return plain_lazily(rf"(?<![\w-])(?:{shape})(?!\w|-[^\W_])")


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    return _Shapes()


def _finds(
    pattern: re.Pattern[str] | regex.Pattern[str],
    text: str,
    places: Iterable[int],
) -> Iterator[re.Match[str] | regex.Match[str]]:
    """As `finditer`, looking only at the places where a shape may begin."""
    last = 0
    for place in places:
        if place >= last and (match := pattern.match(text, place)):
            last = match.end()
            yield match


def _starts(text: str) -> Iterator[int]:
    return (place.start() for place in _STARTS.finditer(text))


def _starts_alone(scene: Scene) -> Sequence[int]:
    """Where a shape stands that tells enough by itself, an identity's or a plate's; looked for once."""
    if scene.codes is None:
        match = _shapes().alone_or_plate.match
        text = scene.text
        scene.codes = [
            place for place in [place.start() for place in _STARTS_ALONE.finditer(text)] if match(text, place)
        ]
    return scene.codes


def _upper(scene: Scene) -> str:
    upper = scene.text.upper()
    return upper if len(upper) == len(scene.text) else scene.text


def has_code(text: str) -> bool:
    """Whether something in the text has a shape that tells enough without a cue, or is a pair of coordinates."""
    if _HAS_POINT.search(text) and _PAIR.search(text.lower()):
        return True
    shapes = _shapes()
    return bool(_MIXED.search(text) and (shapes.any_alone.search(text) or shapes.plates_alone.search(text)))


def has_old_year(text: str) -> bool:
    """Whether a year stands in a text in which somebody may be born, and nothing is logged."""
    return bool(_OLD_YEAR.search(text))


def has_iban_start(text: str) -> bool:
    """Whether an IBAN may begin somewhere."""
    return any(True for _ in _iban_starts(text))


def identities(scene: Scene) -> Iterator[Span]:
    """PAN, PASSPORT, LICENCE and IDENTITY spans: shapes that tell enough by themselves, and any code after a cue."""
    if not _NUMBERS.search(scene.lower) and scene.cues.keys().isdisjoint(_CUED):
        return
    shapes = _shapes()
    for found in _finds(shapes.any_alone, scene.text, _starts_alone(scene)):
        for one, pattern in shapes.alone:
            match = pattern.match(scene.text, found.start())
            if match is None:
                continue
            plain = "".join(filter(str.isalnum, match.group()))
            cued = speaks_of(scene, match.start(), one.cue)
            proven = one.check is None or one.check(plain)
            if cued or (proven and not is_harmless(scene, match.start(), match.end())):
                yield Span(
                    match.start(),
                    match.end(),
                    one.kind,
                    0.95 if cued else 0.9,
                    f"identity.{one.kind.lower()}",
                )
                break
    kinds = [kind for kind in _CUED if kind in scene.cues]
    if "PAN" in scene.cues:
        upper = _upper(scene)
        for match in _finds(shapes.any_alone, upper, _starts(upper)):
            if len(match.group()) <= 12 and speaks_of(scene, match.start(), "PAN"):
                yield Span(match.start(), match.end(), "PAN", 0.95, "identity.pan")
    if not kinds:
        return
    for match in _codes_near(scene, kinds):
        if sum(character.isdigit() for character in match.group()) < DIGITS_OF_CODE:
            continue
        if shapes.plates_alone.fullmatch(match.group()) or _YEAR.fullmatch(match.group()):
            continue
        # The letters before the digits may be the cue itself: "Steuer-ID 860...".
        digits = next(place for place in range(match.start(), match.end()) if scene.lower[place].isdigit())
        for kind, start in ((kind, start) for kind in kinds for start in (match.start(), digits)):
            cue = last_cue(scene, start, kind, 40)
            if speaks_of(scene, start, kind, 40) and cue >= last_cue(scene, start, "PLATE", 40):
                yield Span(start, match.end(), kind, 0.92, f"identity.{kind.lower()}.cue")
                break


def _codes_near(scene: Scene, kinds: Sequence[str]) -> Iterator[regex.Match[str]]:
    """What may be a code, from each cue on as far as it reaches."""
    covered = 0
    for start, end in sorted(pair for kind in kinds for pair in zip(*scene.cues[kind], strict=True)):
        begin = max(covered, start)
        if begin >= end + _CUE_REACH:
            continue
        for match in _CODE.finditer(scene.text, begin, min(len(scene.text), end + _CUE_REACH + _CODE_LENGTH)):
            if match.start() > end + _CUE_REACH:
                break
            covered = match.end()
            yield match
        covered = max(covered, end)


def plates(scene: Scene) -> Iterator[Span]:
    """PLATE spans: some countries' shapes by themselves, all of them next to a cue."""
    if not _NUMBERS.search(scene.lower):
        return
    shapes = _shapes()
    for match in _finds(shapes.plates_alone, scene.text, _starts_alone(scene)):
        if last_cue(scene, match.start(), "NOT", 40) < 0 or speaks_of(scene, match.start(), "PLATE"):
            yield Span(match.start(), match.end(), "PLATE", 0.93, "plate.shape")
    if "PLATE" in scene.cues:
        # In capitals, or of a shape that tells enough: "bay 4" after "car" is no plate.
        for pattern, text, score in (
            (shapes.plates, scene.text, 0.7),
            (shapes.plates_alone, _upper(scene), 0.93),
        ):
            for match in _finds(pattern, text, _starts_near(text, cue_ends(scene, "PLATE"))):
                plate = match.group()
                mixed = len(plate) >= 4 and any(map(str.isdigit, plate)) and any(map(str.isalpha, plate))
                if mixed and speaks_of(scene, match.start(), "PLATE", _PLATE_REACH):
                    yield Span(match.start(), match.end(), "PLATE", score, "plate.cue")


def _starts_near(text: str, cues: Sequence[int]) -> Iterator[int]:
    """Where a shape may begin after one of the cues that end there."""
    for end in cues:
        for place in _STARTS.finditer(text, end, end + _PLATE_REACH):
            yield place.start()


@lru_cache(maxsize=1)
def _dates() -> re.Pattern[str]:
    """A date in figures or with the name of a month. Of the standard library: three times as quick here."""
    months = sorted(packs.all_words("months"), key=len, reverse=True)
    month = rf"(?:{'|'.join(months)})\.?(?![^\W\d_]|[{_MARKS}])"
    firsts = "".join(sorted({month[0] for month in months}))
    return re.compile(
        rf"""(?<![^\W_])(?:
          \d{{1,4}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?\d{{1,4}} | \d{{1,2}}\s\d{{1,2}}\s(?:19|20)\d\d
        | (?:the\s)?\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s(?:of\s|de\s)?{month}(?:,?\s(?:de\s|del\s)?\d{{2,4}})?
        | (?=[{firsts}]){month}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{2,4}})?
        )(?![^\W_])""",
        re.VERBOSE,
    )


def birth_dates(scene: Scene) -> Iterator[Span]:
    """DOB spans: a date right after a cue, or right before one; of the strict policy any date that is so old."""
    last = -1
    for cue in cue_ends(scene, "DOB"):
        if cue < last:
            continue
        window = scene.lower[cue : cue + 80].lstrip(" :.\n").split("\n", 1)[0]
        cue += scene.lower.index(window, cue) - cue if window else 0
        for pattern, needed in (
            (_dates(), _ANY_DIGIT),
            (_SAID_MONTH_FIRST, _SAID_MONTH),
            (_SAID_DATE, _SAID_MONTH),
        ):
            match = pattern.search(window) if needed.search(window) else None
            if match and match.start() <= 26:
                last = cue + match.end()
                yield Span(cue + match.start(), last, "DOB", 0.93, "dob.cue")
                break
    if scene.policy == "strict" and _OLD_YEAR.search(scene.lower):
        for match in _dates().finditer(scene.lower):
            if _OLD_YEAR.search(match.group()):
                yield Span(match.start(), match.end(), "DOB", 0.5, "dob.old")
    for cue in scene.cues.get("DOB", ([], []))[0]:
        # "ich bin am 3.4.1981 geboren": the date stands right before.
        window = scene.lower[max(0, cue - 40) : cue].rpartition("\n")[2]
        for match in _dates().finditer(window) if _ANY_DIGIT.search(window) else ():
            if len(window) - match.end() <= 4:
                start = cue - len(window)
                yield Span(start + match.start(), start + match.end(), "DOB", 0.92, "dob.before")


def positions(scene: Scene) -> Iterator[Span]:
    """GPS spans: a pair of coordinates that is somebody's home, or any pair under the strict policy.

    The position of a site is an answer the product asks for, so the balanced policy leaves it.
    """
    if scene.policy != "strict" and scene.cues.keys().isdisjoint(_AT_HOME):
        return
    if not _HAS_POINT.search(scene.lower):
        return
    for match in _PAIR.finditer(scene.lower):
        if scene.policy == "strict" or any(speaks_of(scene, match.start(), kind) for kind in _AT_HOME):
            yield Span(match.start(), match.end(), "GPS", 0.75, "gps.pair")
