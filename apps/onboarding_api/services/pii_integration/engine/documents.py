"""Codes of letters and digits: IBAN, PAN, passports, plates; dates of birth; coordinates of somebody's home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.context import cue_ends, speaks_of
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_IBAN_START = re.compile(r"(?<![^\W_])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9]{4})")
_PAN = regex.compile(
    r"(?<![A-Za-z\d])[A-Za-z]{3}[ABCFGHLJPTKabcfghljptk][A-Za-z]\s?\d{4}\s?[A-Za-z](?![A-Za-z\d])"
)
_PASSPORT = regex.compile(
    r"(?<![\p{L}\d])(?:[A-Z]{1,2}\s?\d{6,8}|\d{9}|\d{2}[A-Z]{2}\d{5}|[A-Z]\d{2}[A-Z\d]{6})(?![\p{L}\d])"
)
_STATES = (
    "AN|AP|AR|AS|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TG|TN|TR|"
    "TS|UK|UP|WB"
)
_PLATE = regex.compile(
    rf"(?<![\p{{L}}\d-])(?:{_STATES})[ -]?\d{{1,2}}[ -]?(?:[A-Z][ -]?)?[A-Z]{{1,3}}[ -]?\d{{4}}(?![\p{{L}}\d-])",
    regex.IGNORECASE,
)
_BHARAT = regex.compile(r"(?<![\p{L}\d])\d{2}[ -]?BH[ -]?\d{4}[ -]?[A-Z]{1,2}(?![\p{L}\d])", regex.IGNORECASE)
_ANY_PLATE = regex.compile(
    r"(?<![\p{L}\d])(?=[A-Z\d -]{0,9}\d)(?=[A-Z\d -]{0,9}[A-Z])[A-Z\d]{1,4}(?:[ -]?[A-Z\d]{1,5}){1,3}(?![\p{L}\d])"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|ene|abr|ago|dic|fév|avr|mai|juin|juil|août|déc|mär|okt|dez)"
    r"\p{L}*\.?"
)
_DATE = regex.compile(
    rf"""(?<![\p{{L}}\d])(?:
      \d{{1,4}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?\d{{1,4}}
    | \d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s|de\s)?{_MONTH}(?:,?\s(?:de\s)?\d{{2,4}})?
    | {_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{2,4}})?
    )(?![\p{{L}}\d])""",
    regex.VERBOSE,
)
_SAID_DATE = regex.compile(
    r"(?:the\s)?(?:\p{L}+(?:teenth|rd|st|nd|th)|\d{1,2})\s(?:of\s)?"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?:\s(?:nineteen|twenty|two thousand)(?:\s(?!and\s[a-hj-z]{6})\p{L}{2,9}){0,3})?"
)
_PAIR = regex.compile(
    r"(?<![\d.])-?\d{1,2}\.\d{3,}\s?°?\s?[NS]?\s?[,;/ ]\s?(?:lon|lng|long|longitude)?[ =:]{0,2}-?\d{1,3}\.\d{3,}"
)


def ibans(scene: Scene) -> Iterator[Span]:
    """IBAN spans with the right length and remainder; the text after one may follow without a break."""
    for start in _IBAN_START.finditer(scene.text):
        length = checksums.iban_length(start.group()[:2].upper())
        if not length:
            continue
        match = _iban_body(length).match(scene.text, start.start())
        if match and checksums.iban("".join(filter(str.isalnum, match.group())).upper()):
            yield Span(match.start(), match.end(), "IBAN", 0.97, "iban.check_digits")


@lru_cache(maxsize=64)
def _iban_body(length: int) -> regex.Pattern[str]:
    return regex.compile(rf"[A-Za-z\d](?:[ -]?\n?[A-Za-z\d]){{{length - 1}}}(?![A-Za-z\d])")


def tax_numbers(scene: Scene) -> Iterator[Span]:
    """PAN spans. In lower case only next to the word."""
    for match in _PAN.finditer(scene.text):
        cued = regex.search(r"\b(?:pan|income tax|tax)\b", scene.before(match.start()))
        if cued or match.group().isupper():
            yield Span(match.start(), match.end(), "PAN", 0.95 if cued else 0.8, "pan.shape")


def passports(scene: Scene) -> Iterator[Span]:
    """PASSPORT spans next to a cue."""
    if "pas" not in scene.lower and scene.text.isascii():
        return
    for match in _PASSPORT.finditer(
        scene.text.upper() if len(scene.text.upper()) == len(scene.text) else scene.text
    ):
        if speaks_of(scene, match.start(), "PASSPORT", 40):
            yield Span(match.start(), match.end(), "PASSPORT", 0.92, "passport.cue")


def plates(scene: Scene) -> Iterator[Span]:
    """PLATE spans: the Indian shapes by themselves, any other next to a cue."""
    for pattern in (_PLATE, _BHARAT):
        for match in pattern.finditer(scene.text):
            if match.group().isupper() or speaks_of(scene, match.start(), "PLATE"):
                yield Span(match.start(), match.end(), "PLATE", 0.82, "plate.india")
    if regex.search(
        r"plate|licen[cs]e|registration|reg no|regn|kennzeichen|immatriculation|matr[ií]cula", scene.lower
    ):
        for match in _ANY_PLATE.finditer(scene.text):
            if 4 <= len(match.group()) <= 12 and speaks_of(scene, match.start(), "PLATE", 32):
                yield Span(match.start(), match.end(), "PLATE", 0.7, "plate.cue")


def birth_dates(scene: Scene) -> Iterator[Span]:
    """DOB spans: a date right after a cue."""
    for cue in cue_ends(scene, "DOB"):
        window = scene.lower[cue : cue + 80].split("\n", 1)[0]
        for pattern in (_DATE, _SAID_DATE):
            match = pattern.search(window)
            if match and match.start() <= 26:
                yield Span(cue + match.start(), cue + match.end(), "DOB", 0.93, "dob.cue")
                break


def positions(scene: Scene) -> Iterator[Span]:
    """GPS spans: a pair of coordinates that is somebody's home, or any pair under the strict policy.

    The position of a site is an answer the product asks for, so the balanced policy leaves it.
    """
    for match in _PAIR.finditer(scene.lower):
        if scene.policy == "strict" or speaks_of(scene, match.start(), "GPS"):
            yield Span(match.start(), match.end(), "GPS", 0.75, "gps.pair")
