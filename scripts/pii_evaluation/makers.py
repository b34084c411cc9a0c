"""Values of the structured types, made up from a seeded generator: well formed, and nobody's.

Each maker gives the value as a careful person would write it. Check digits are right, because a detector may rely on
them; telephones are valid in their country's plan (`phonenumbers`).
"""

from __future__ import annotations

import string
from collections.abc import Callable
from functools import lru_cache
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from scripts.pii_evaluation.wording import words

COUNTRIES = words(
    "IN US GB ES FR DE AE SA EG MX CA AU NZ ZA NG KE BR AR CL CO PE IT PT NL BE CH AT SE NO DK FI PL CZ HU RO BG GR TR "
    "IL JO KW QA OM BH LB MA DZ TN PK BD LK NP SG MY TH VN ID PH JP KR HK TW UA IE"
)

_MAIL_WORDS = words(
    "garden lamp river kite maple stone cobalt ember willow falcon harbor quartz meadow pixel orbit sable tundra velvet"
)
_MAIL_HOSTS = words(
    "gmail.com outlook.com yahoo.co.in proton.me gmx.de web.de orange.fr free.fr correo.es terra.es rediffmail.com "
    "facilities-north.example ops.tower.example mail.brightline.co icloud.com hotmail.fr posteo.de zoho.in etisalat.ae "
    "x-works.io"
)
_MAIL_PEOPLE = words(
    "asha marta joris deepti yusuf ingrid pablo celine tariq noor henrik lucia farhan odile bruno kavya selim petra"
)

_VERHOEFF_D = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043",
    "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_P = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
_IBANS = {
    "DE": 18,
    "FR": 23,
    "ES": 20,
    "GB": 18,
    "NL": 14,
    "AE": 19,
    "SA": 20,
    "IT": 23,
    "BE": 12,
    "CH": 17,
    "AT": 16,
}
_CARDS = (
    ("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("6521", 16), ("36", 14),
)  # fmt: skip
"""Prefixes of card schemes with the length of their numbers."""
_STATES = words("KA MH DL TN UP GJ RJ WB KL TS AP HR PB MP BR OD")


def digits(random: Random, count: int, *, first: str = string.digits) -> str:
    return random.choice(first) + "".join(random.choice(string.digits) for _ in range(count - 1))


def letters(random: Random, count: int) -> str:
    return "".join(random.choice(string.ascii_uppercase) for _ in range(count))


def email(random: Random) -> str:
    person, word = random.choice(_MAIL_PEOPLE), random.choice(_MAIL_WORDS)
    local = random.choice(
        (
            f"{person}.{word}",
            f"{person}_{word}",
            f"{person}{random.randint(2, 99)}",
            f"{person[0]}{word}",
            f"{word}-{person}",
            f"{person}.{word}{random.randint(1960, 2009)}",
        )
    )
    return f"{local}@{random.choice(_MAIL_HOSTS)}"


def phone(random: Random, *, country: str | None = None, style: str = "any") -> str:
    """A valid number: `style` is "international", "national", "e164" or any of the three."""
    chosen = country or random.choice(COUNTRIES)
    number = phonenumbers.parse(_national(random, chosen), chosen)
    form = style if style != "any" else random.choice(("international", "national", "e164"))
    return phonenumbers.format_number(
        number,
        {
            "international": PhoneNumberFormat.INTERNATIONAL,
            "national": PhoneNumberFormat.NATIONAL,
            "e164": PhoneNumberFormat.E164,
        }[form],
    )


def _national(random: Random, country: str) -> str:
    """An E.164 number of the country: its example with new last digits, as many as the plan still takes."""
    example = _example(country)
    for count in (7, 7, 7, 6, 6, 6, 5, 5, 5, 5, 5):
        tail = "".join(random.choice(string.digits) for _ in range(count))
        number = f"{example[:-count]}{tail}"
        if len(set(tail)) > 2 and phonenumbers.is_valid_number(phonenumbers.parse(number, country)):
            return number
    return example


@lru_cache(maxsize=128)
def _example(country: str) -> str:
    number = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    assert number is not None  # for all of COUNTRIES
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def ssn(random: Random) -> str:
    area = random.choice([number for number in range(1, 900) if number != 666])
    return f"{area:03}-{random.randint(1, 99):02}-{random.randint(1, 9999):04}"


def card(random: Random) -> str:
    prefix, length = random.choice(_CARDS)
    body = prefix + "".join(random.choice(string.digits) for _ in range(length - len(prefix) - 1))
    whole = body + luhn_digit(body)
    groups = (4, 6, 5) if length == 15 else (4, 6, 4) if length == 14 else (4, 4, 4, 4)
    return " ".join(cut(whole, groups))


def luhn_digit(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def ipv4(random: Random) -> str:
    return ".".join(
        map(str, (random.choice((10, 172, 192, 203, 81, 49)), *(random.randint(2, 254) for _ in range(3))))
    )


def ipv6(random: Random) -> str:
    groups = [f"{random.randint(1, 0xFFFF):x}" for _ in range(8)]
    groups[0] = random.choice(("2001", "2a02", "fd12", "fe80"))
    if random.random() < 0.5:
        return f"{':'.join(groups[:4])}::{groups[7]}"
    return ":".join(groups)


def iban(random: Random) -> str:
    country = random.choice(sorted(_IBANS))
    body = "".join(random.choice(string.digits) for _ in range(_IBANS[country]))
    if country in ("GB", "NL"):
        body = letters(random, 4) + body[4:]
    number = int("".join(str(int(character, 36)) for character in f"{body}{country}00"))
    whole = f"{country}{98 - number % 97:02}{body}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def aadhaar(random: Random) -> str:
    body = digits(random, 11, first="23456789")
    check = "0"
    for place, digit in enumerate(reversed(body), start=1):
        check = _VERHOEFF_D[int(check)][int(_VERHOEFF_P[place % 8][int(digit)])]
    inverse = next(str(number) for number in range(10) if _VERHOEFF_D[int(check)][number] == "0")
    return " ".join(cut(body + inverse, (4, 4, 4)))


def pan(random: Random) -> str:
    return f"{letters(random, 3)}{random.choice('PCHFT')}{letters(random, 1)}{digits(random, 4)}{letters(random, 1)}"


def passport(random: Random) -> str:
    return random.choice(
        (
            f"{letters(random, 1)}{digits(random, 7)}",
            digits(random, 9, first="123456789"),
            f"{digits(random, 2)}{letters(random, 2)}{digits(random, 5)}",
            f"C{digits(random, 2)}{letters(random, 1)}{digits(random, 5)}",
        )
    )


def licence(random: Random) -> str:
    """Driving licences: India, Great Britain, California."""
    return random.choice(
        (
            f"{random.choice(_STATES)}{digits(random, 2)} {random.randint(1990, 2024)}{digits(random, 7)}",
            f"{letters(random, 5)}{digits(random, 6)}{letters(random, 2)}9{letters(random, 2)}",
            f"{letters(random, 1)}{digits(random, 7)}",
        )
    )


def plate(random: Random) -> str:
    return random.choice(
        (
            f"{random.choice(_STATES)} {random.randint(1, 60):02} {letters(random, 2)} {digits(random, 4)}",
            f"{random.choice(_STATES)}{random.randint(1, 60):02}{letters(random, 1)}{digits(random, 4)}",
            f"{random.randint(21, 25)} BH {digits(random, 4)} {letters(random, 2)}",
        )
    )


def gps(random: Random) -> str:
    return f"{random.uniform(8, 59):.{random.choice((4, 5, 6))}f}, {random.uniform(-9, 88):.5f}"


MONTHS = words("January February March April May June July August September October November December")


def birth_date(random: Random) -> str:
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(1948, 2006)
    return random.choice(
        (
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day:02}.{month:02}.{year}",
            f"{day} {MONTHS[month - 1]} {year}",
            f"{MONTHS[month - 1]} {day}, {year}",
        )
    )


def url(random: Random) -> str:
    """The user and password of a URL, with the URL around them: only they are personal."""
    user, word = random.choice(_MAIL_PEOPLE), random.choice(_MAIL_WORDS)
    secret = f"{word.title()}{random.choice('!$-_.~')}{random.randint(10, 9999)}"
    scheme = random.choice(("https", "ftp", "postgres", "rtsp", "amqp", "redis", "smb"))
    return f"{scheme}://{user}:{secret}@{random.choice(('nvr', 'db', 'files', 'cam7', 'mq'))}.site.example/{word}"


def secret(random: Random) -> str:
    """API keys and tokens in the shapes of their makers; the random part is fresh, so none is alive."""
    pool = string.ascii_letters + string.digits
    body = "".join(random.choice(pool) for _ in range(48))
    return random.choice(
        (
            "sk-" + body[:40],
            "sk_" + "live_" + body[:24],
            "AKIA" + "".join(random.choice(string.ascii_uppercase + "234567") for _ in range(16)),
            "AIza" + body[:35],
            "gh" + "p_" + body[:36],
            "glpat-" + body[:20],
            "xoxb-" + digits(random, 12) + "-" + body[:24],
            "eyJ" + body[:20] + "." + "eyJ" + body[20:40] + "." + body[:43],
        )
    )


def cut(text: str, sizes: tuple[int, ...]) -> list[str]:
    """The text in pieces of those sizes; what is left over is the last piece."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    return [piece for piece in (*pieces, text[at:]) if piece]


MAKERS: dict[str, Callable[[Random], str]] = {
    "EMAIL": email, "PHONE": phone, "SSN": ssn, "CARD": card, "IP": ipv4, "IPV6": ipv6, "IBAN": iban,
    "AADHAAR": aadhaar, "PAN": pan, "PASSPORT": passport, "LICENCE": licence, "PLATE": plate, "GPS": gps,
    "DOB": birth_date, "URL": url, "SECRET": secret,
}  # fmt: skip
