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


_CALLING_CODES = frozenset(map(str, (
    1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98, 211, 212, 213, 216, 218, 220, 221, 222,
    223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244,
    245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258, 260, 261, 262, 263, 264, 265, 266, 267,
    268, 269, 290, 291, 297, 298, 299, 350, 351, 352, 353, 354, 355, 356, 357, 358, 359, 370, 371, 372, 373, 374,
    375, 376, 377, 378, 380, 381, 382, 383, 385, 386, 387, 389, 420, 421, 423, 500, 501, 502, 503, 504, 505, 506,
    507, 508, 509, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599, 670, 672, 673, 674, 675, 676, 677, 678, 679,
    680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 800, 808, 850, 852, 853, 855, 856, 870, 878, 880,
    881, 882, 883, 886, 888, 960, 961, 962, 963, 964, 965, 966, 967, 968, 970, 971, 972, 973, 974, 975, 976, 977,
    979, 992, 993, 994, 995, 996, 998,
)))  # fmt: skip
"""The country codes of ITU-T E.164."""


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
    return any(_plan_of(region).holds(digits) for region in regions)


def calls_abroad(digits: str) -> bool:
    """Whether digits after a plus sign begin with the code of a country and have a length that can be dialled."""
    return 8 <= len(digits) <= 15 and not _CALLING_CODES.isdisjoint((digits[:1], digits[:2], digits[:3]))


_NEIGHBOUR = {"US": "CA"}
"""Who shares a plan: both dial each other as at home."""


class _Plan:
    """The numbers of one region, from the plans of `phonenumbers`, which reads a number several times as slowly."""

    __slots__ = ("code", "general", "numbers", "prefix")

    def __init__(self, region: str) -> None:
        # The plans take long to load: not before the first number that may dial.
        import phonenumbers

        plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
        same = phonenumbers.PhoneMetadata.metadata_for_region(_NEIGHBOUR.get(region, region))
        if plan is None or same is None:
            raise ValueError(f"no plan for {region}")
        kinds = [
            kind
            for one in (plan, same)
            for kind in (
                one.fixed_line, one.mobile, one.toll_free, one.premium_rate, one.shared_cost, one.voip,
                one.personal_number, one.pager, one.uan, one.voicemail,
            )
        ]  # fmt: skip
        shapes = {kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern}
        self.code = str(plan.country_code)
        self.general = re.compile(
            (plan.general_desc.national_number_pattern if plan.general_desc else None) or r"\d+"
        )
        self.numbers = re.compile("|".join(f"(?:{shape})" for shape in sorted(shapes)))
        self.prefix = re.compile(plan.national_prefix_for_parsing or r"(?!)")

    def holds(self, digits: str) -> bool:
        """Whether it is a number of the region: as it is, without the prefix of calls within, or after its code."""
        if self.numbers.fullmatch(digits):
            return True
        prefix = self.prefix.match(digits)
        if prefix and self.numbers.fullmatch(digits, prefix.end()):
            return True
        if not digits.startswith(self.code) or self.general.fullmatch(digits):
            return False
        rest = len(self.code)
        prefix = self.prefix.match(digits, rest)
        return bool(
            self.numbers.fullmatch(digits, rest) or (prefix and self.numbers.fullmatch(digits, prefix.end()))
        )


@lru_cache(maxsize=32)
def _plan_of(region: str) -> _Plan:
    return _Plan(region)


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
