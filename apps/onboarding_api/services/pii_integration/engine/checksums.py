"""The check digits that tell a number from a coincidence."""

from __future__ import annotations

import re
from functools import lru_cache

_VERHOEFF = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTED = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_LONGEST_PREFIX = 5
"""Digits of a country code and a trunk prefix together."""
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24,
    "DE": 22, "DK": 18,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31,
    "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24,
    "TN": 24, "TR": 26,
    "UA": 29,
}  # fmt: skip


def luhn(digits: str) -> bool:
    """Cards (ISO/IEC 7812)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_SIXTEEN = frozenset({"22", "23", "24", "25", "26", "27", "60", "62", "63", "64", "65", "67"})


@lru_cache(maxsize=128)
def card_lengths(two: str) -> frozenset[int]:
    """How long the numbers of payment cards are that begin with two digits; empty for none."""
    if two[:1] == "4":
        return frozenset({13, 16, 19})
    if two in ("34", "37"):
        return frozenset({15})
    if two in ("30", "36", "38", "39"):
        return frozenset({14, 16, 19})
    if (two[:1] == "5" and two != "59") or two in (
        "22",
        "23",
        "24",
        "25",
        "26",
        "27",
        "60",
        "62",
        "63",
        "64",
        "65",
        "67",
    ):
        return frozenset({16, 17, 18, 19})
    return frozenset({16, 17, 18, 19}) if two in ("35", "81", "82") else frozenset()


def card_like(digits: str) -> bool:
    """Length and first digits that card networks use, and the check digit."""
    length = len(digits)
    known = (
        (digits[0] == "4" and length in (13, 16, 19))
        or (digits[:2] in ("34", "37") and length == 15)
        or (length == 16 and (51 <= int(digits[:2]) <= 55 or 2221 <= int(digits[:4]) <= 2720))
        or (length in (14, 16, 19) and digits[:2] in ("30", "36", "38", "39"))
        or (
            16 <= length <= 19
            and digits[:2] in ("60", "62", "64", "65", "81", "82", "50", "56", "57", "58", "63", "67")
        )
        or (16 <= length <= 19 and digits[:2] == "35")
    )
    return known and len(set(digits)) > 1 and luhn(digits)


def verhoeff(digits: str) -> bool:
    """Aadhaar."""
    check = 0
    for place, character in enumerate(reversed(digits)):
        check = int(_VERHOEFF[check][int(_PERMUTED[place % 8][int(character)])])
    return check == 0


def iban(text: str) -> bool:
    """Country, length and the remainder 1 of 97 (ISO 13616). `text` without spaces, upper case."""
    if _IBAN_LENGTHS.get(text[:2]) != len(text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def phone(digits: str, *, plus: bool, regions: tuple[str, ...]) -> str | None:
    """The E.164 form of a number that exists in the plan of its country, or of one of `regions`; else None."""
    # Its plans take as long to load as the rest of the engine: not before the first number that may dial.
    import phonenumbers

    for region in (None,) if plus else regions:
        try:
            number = phonenumbers.parse(("+" if plus else "") + digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def dials(digits: str, regions: tuple[str, ...]) -> bool:
    """Whether digits without a country code are a valid number of one of the regions."""
    import phonenumbers

    for region in regions:
        if not digits.startswith("0") and not _may_dial(region, digits):
            continue
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _may_dial(region: str, digits: str) -> bool:
    """False only where no end of the digits has the general shape of the region's numbers: what the library strips
    before it judges are prefixes."""
    shape = _general_shape(region)
    return any(shape.fullmatch(digits, cut) for cut in range(_LONGEST_PREFIX + 1))


@lru_cache(maxsize=32)
def _general_shape(region: str) -> re.Pattern[str]:
    import phonenumbers

    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    shape = plan.general_desc.national_number_pattern if plan and plan.general_desc else None
    return re.compile(shape or r"\d+")


def iban_length(country: str) -> int:
    """How long an IBAN of this country is; 0 for none."""
    return _IBAN_LENGTHS.get(country, 0)


def health_service(digits: str) -> bool:
    """The number of a patient of the National Health Service: ten digits, modulo 11."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return len(digits) == 10 and rest % 11 == int(digits[9]) and rest != 10


def german_tax(digits: str) -> bool:
    """The German tax number: eleven digits, ISO 7064 modulo 11, 10."""
    if len(digits) != 11:
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def french_number(text: str) -> bool:
    """The French number of social security: thirteen places and their complement to 97."""
    body = text[:13].replace("2A", "19").replace("2B", "18")
    return (
        len(text) == 15 and body.isdigit() and text[13:].isdigit() and 97 - int(body) % 97 == int(text[13:])
    )


def spanish_letter(text: str) -> bool:
    """The letter behind a Spanish DNI or NIE."""
    digits = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return digits.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == text[-1]
