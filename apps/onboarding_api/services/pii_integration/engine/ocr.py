"""Scanned numbers with letters in them (O for 0, l for 1, S, B, Z), next to a word that says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.context import follows, speaks_of
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_CHAIN = lazily(
    r"(?<![\p{L}\d])\(?[\dlIOoSBZ|]{1,19}+\)?"
    r"(?:(?:[\-. \n]{1,2}|\s-\s)\(?[\dlIOoSBZ|]{1,19}+\)?(?!\p{L})){0,18}+(?![\p{L}\d])"
)
_LETTER = "[lIOoSBZ|]"
_LETTERS_BEFORE = "|".join(
    rf"(?<=(?<![A-Za-z]){_LETTER}{{{count}}}{gap}.)" for gap in ("", r"[ \-]") for count in (1, 2, 3, 4)
)
_MIXED = re.compile(
    rf"[0-9](?:(?:{_LETTER}{{1,19}}|[ \-]{_LETTER}{{1,4}})(?![A-Za-z])"
    rf"|(?:(?<={_LETTER}.)|(?<={_LETTER}[ \-].))(?:{_LETTERS_BEFORE}))"
)
"""A digit beside letters that it is misread for."""
_LONG = re.compile(r"(?:[0-9lIOoSBZ|][\-. \n()]{0,4}){7}")
"""So much at least a misread number has."""
_FEW = 3
_AADHAAR, _LABEL = 12, 16
_FOURS = re.compile(r"\S{4}[ -]?\S{4}[ -]?\S{4}")
_TO_LETTER = str.maketrans("1058", "losb")
_SAYS_PHONE = re.compile(
    r"(?:^|[\s|(])(?:m|t|p|c|ph|tel|cell?|mob|mobile|mobil|phone|fone|telefon|telefono|telephone|handy|fax|whatsapp)"
    r"\s?(?:no)?\.?\s?[:.]\s?$"
)
"""A label whose letters may be digits in the scan."""
_TO_DIGIT = str.maketrans("lIOoSBZ|", "11005821")
_DIALLED = (10, 13)
"""So many digits, one of them misread, are a telephone to the strict policy."""
_LENGTHS = {"CARD": range(13, 20), "SSN": range(9, 10), "AADHAAR": range(12, 13), "PHONE": range(7, 16)}


def smudged(scene: Scene) -> Iterator[Span]:
    """CARD, SSN, AADHAAR and PHONE spans over digits of which some were read as letters."""
    strict = scene.policy == "strict"
    if not (_MIXED.search(scene.text) and _LONG.search(scene.text)):
        return
    for match in _CHAIN.finditer(scene.text):
        text = match.group()
        seen = sum(character.isdigit() for character in text)
        digits = sum(character.isalnum() or character == "|" for character in text)
        if digits < 7 or seen == digits or seen == 0:
            continue
        for kind, lengths in _LENGTHS.items():
            if (
                digits in lengths
                and (seen * 2 > digits or kind == "CARD")
                and speaks_of(scene, match.start(), kind)
            ):
                yield Span(match.start(), match.end(), kind, 0.9, "ocr.smudged")
                break
        else:
            proven = list(_proven(scene, match.start(), text))
            yield from proven
            if not proven and strict and _DIALLED[0] <= digits <= _DIALLED[1] and digits - seen == 1:
                yield Span(match.start(), match.end(), "PHONE", 0.5, "ocr.number")


def _proven(scene: Scene, start: int, text: str) -> Iterator[Span]:
    """What check digits or a label prove, of the whole or of single lines."""
    for piece in dict.fromkeys(one.strip(" |") for one in (text, *text.split("\n"))):
        seen = sum(character.isdigit() for character in piece)
        digits = sum(character.isalnum() or character == "|" for character in piece)
        first = start + text.index(piece)
        if digits > seen and (kind := _by_itself(scene, first, first + len(piece), digits, seen)):
            yield Span(first, first + len(piece), kind, 0.85, "ocr.proven")


def _by_itself(scene: Scene, start: int, end: int, digits: int, seen: int) -> str:
    """The kind that check digits, the grouping or a misread label prove; "" for none."""
    if digits - seen > _FEW or seen < digits - seen:
        return ""
    text = scene.text[start:end]
    plain = re.sub(r"\D", "", unsmudged(text))
    if digits == _AADHAAR and plain[0] not in "01" and _FOURS.fullmatch(text) and checksums.verhoeff(plain):
        return "AADHAAR"
    if digits in _LENGTHS["CARD"] and checksums.card_like(plain):
        return "CARD"
    if not _DIALLED[0] <= digits <= _DIALLED[1]:
        return ""
    if scene.text[start - 1 : start] == "+" and plain[0] != "0":
        return "PHONE"
    label = scene.before(start, _LABEL).translate(_TO_LETTER)
    if _SAYS_PHONE.search(label) or (
        follows(scene, end, "PHONE") and checksums.dials(plain, ("IN", "US", "GB"))
    ):
        return "PHONE"
    return ""


def unsmudged(text: str) -> str:
    """The digits that were meant."""
    return text.translate(_TO_DIGIT)
