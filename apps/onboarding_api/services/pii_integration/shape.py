"""By shape only: what may stand in places that hold no text of people, however the text came there.

Recognition cannot promise that: a name in no list looks like any word. So nothing is searched for here; what is not of
a known form is left out. For addresses in log lines, ids that clients make, what a client says it is, and the names of
files and documents, of which everyday words and dates stay.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import regex

from apps.onboarding_api.services.pii_integration.engine import lexicon, packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set

GONE = "…"
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_SEGMENT = re.compile(rf"{_UUID}|\d{{1,6}}")
_MACHINE_MADE = re.compile(
    rf"(?i:{_UUID})|01[0-9A-HJKMNP-TV-Z]{{24}}|[0-9a-f]{{2}}-[0-9a-f]{{32}}-[0-9a-f]{{16}}-[0-9a-f]{{2}}"
    r"|[0-9a-f]{16,64}|[0-9A-F]{16,64}"
)
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LITERAL = re.compile(r"[A-Za-z][\w.-]*")
_NOT_LITERAL = re.compile(r"<[^>]*>|\(\?P<[^)]*\)|\\.")
_PHRASES = frozenset(status.phrase for status in HTTPStatus)
_WORDS_OF_IDS = word_set(
    """
    abc acceptance admin android answer api app approval audit backend bar batch baz beat bench browser call
    cancel canary celery check chrome cid client cli conversation corr correlation cron curl custom demo desktop dev
    device document dummy end event example external firefox first flow foo frontend gateway health http https
    integration internal ios iphone job known lambda last load local log made manager manual message mobile
    monitor msg new nginx number offline old one opening param pending photo ping postman prefix probe process
    prod production proxy pytest queue random reading recovery req request resume retry root run safari sample
    second send server service session site smoke span stack staff staging start step stop story stress suffix
    svc sync task tenant test tests testing third thread three trace tracing turn two unique unit upload user
    uuid value video viewer voice web website worker xyz
    """
)
"""Words of which clients build ids, and names of files. Nobody is called so."""
_WORDS_OF_FILES = word_set(
    """
    aadhaar aadhar audio banner blob boq brief camera card clip contract copy docx doc draft driving dsc dscn
    file final floor form identity image img invoice jpeg jpg layout lcd letter licence license list main map
    memo meter mp noc note page paper papers pan pano passport pdf permit photo pic picture plan png po pxl
    rec record recording register report roster rota scan scene screen screenshot sheet signed site snap sop
    ticket txt version vid video voice whatsapp xlsx
    """
)
"""What cameras, programs and people call files and papers."""
_NOBODYS = (
    lexicon.EVERYDAY | lexicon.STOP | lexicon.PLACE | lexicon.KIND | lexicon.KIND_BEFORE | lexicon.FREQUENT
    | lexicon.ROLE | lexicon.BRAND | lexicon.CORE
)  # fmt: skip
_SOMEBODYS = lexicon.NAMED | lexicon.GIVEN | lexicon.FAMILY | lexicon.AMBIGUOUS
_TOKEN = regex.compile(
    rf"(?P<kept>\[REDACTED_[A-Z_0-9]+\]|(?<![\p{{L}}\p{{N}}]){_UUID}(?![\p{{L}}\p{{N}}]))"
    r"|(?P<word>\p{Lu}+(?!\p{Ll})\p{M}*|\p{Lu}?[\p{Ll}\p{Lo}\p{Lt}\p{Lm}\p{M}]+|[\p{L}\p{M}])"
    r"|(?P<number>\p{N}(?:[ ._()+\-]{0,3}\p{N})*)"
)
_DATE = re.compile(
    r"20\d\d([-._ ]?)[01]\d\1[0-3]\d(?:[-._ ]{0,3}[0-2]\d[-._ ]?[0-5]\d(?:[-._ ]?\d\d(?:\d{3})?)?)?"
    r"|20\d\d[-._](?:0[1-9]|1[0-2])|[0-3]\d(?P<by>[-._ ])(?:0[1-9]|1[0-2])(?P=by)20\d\d"
)
_MOST_DIGITS = 6
"""In a whole title, dates left out and digits in words counted: with one more it dials."""
_MOST_LETTERS = 3
"""Letters that stand alone in a whole title ("gate A to C"): with more they spell."""
_PLATFORMS = ("iPad", "iPhone", "Android", "Windows", "Macintosh", "CrOS", "Linux")
_PROGRAMS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "Chrome": "Chrome",
    "CriOS": "Chrome", "Safari": "Safari", "okhttp": "okhttp", "Dart": "Dart", "python-httpx": "httpx",
    "python-requests": "requests", "curl": "curl",
}  # fmt: skip
"""What stands in a User-Agent before the slash, the more particular first, and what it is called."""


def path(address: str) -> str:
    """A path with the words of the product's routes, ids and small numbers; anything else is left out.

    `/api/v1/onboarding/sessions/asha/` becomes `/api/v1/onboarding/sessions/…/`.
    """
    known = _words_of_routes()
    return "/".join(
        part if not part or part in known or _SEGMENT.fullmatch(part) else GONE for part in address.split("/")
    )


def argument_of_django(value: Any) -> Any:
    """What Django fills into its lines about requests: phrases of HTTP and paths; other texts are left out."""
    if not isinstance(value, str) or value in _PHRASES:
        return value
    return path(value) if value.startswith("/") else GONE


def is_machine_made(identity: str) -> bool:
    """Whether an id is a UUID, a ULID of 2005 to 2039, a trace of W3C, or 16 to 64 hexadecimal digits.

    One without any letter could be the number of a card, and is none.
    """
    return bool(_MACHINE_MADE.fullmatch(identity)) and not identity.replace("-", "").isdigit()


def spells_nobody(identity: str) -> bool:
    """Whether an id is made of everyday words and of at most six digits: "order-sync-42"."""
    return bool(_PLAIN_ID.fullmatch(identity)) and title(identity) == identity


def device(user_agent: str) -> str:
    """Program and platform, of those that are known: "Chrome, Android". Empty where neither is."""
    program = next((name for mark, name in _PROGRAMS.items() if f"{mark}/" in user_agent), "")
    platform = next((name for name in _PLATFORMS if name in user_agent), "")
    return ", ".join(filter(None, (program, platform)))


def title(text: str) -> str:
    """The name of a file (without its extension) or of a kind of document: everyday words, dates, small numbers.

    "Rota Main Gate 2026-01" stays, "Zunderbyx IMG_0012" becomes "… IMG_0012". Digits and single letters are counted
    over the whole title, however they are parted: those of one that could dial or spell go. What the strict policy
    left (`[REDACTED_EMAIL]`) stays as well.
    """
    found = list(_TOKEN.finditer(text))
    dials = sum(map(_digits_of, found)) > _MOST_DIGITS
    spells = sum(_is_letter(match.group()) for match in found) > _MOST_LETTERS
    written = _TOKEN.sub(lambda match: _of_title(match, dials=dials, spells=spells), text)
    return regex.sub(r"…(?:[\s'’._\-]*…)+", GONE, written)


def _digits_of(match: regex.Match[str]) -> int:
    """How many digits a part of a title says, in figures or as a word; none where it is a date."""
    text: str = match.group()
    if match.group("number"):
        return 0 if _DATE.fullmatch(text) else sum(character.isnumeric() for character in text)
    return int(bool(match.group("word")) and text.lower() in _number_words())


@lru_cache(maxsize=1)
def _number_words() -> frozenset[str]:
    return packs.all_numbers()


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalpha()


def _of_title(match: regex.Match[str], *, dials: bool, spells: bool) -> str:
    text: str = match.group()
    if match.group("kept"):
        return text
    if match.group("number"):
        return text if not dials or _DATE.fullmatch(text) else GONE
    low = text.lower()
    if _is_letter(text):
        return GONE if spells else text
    if dials and low in _number_words():
        return GONE
    if low in _WORDS_OF_IDS or low in _WORDS_OF_FILES:
        return text
    marks = lexicon.marks(low)
    if marks & lexicon.STOP and text == low:
        return text
    return text if marks & _NOBODYS and not marks & _SOMEBODYS else GONE


def _words_of_routes() -> frozenset[str]:
    """The literal words of all routes, once they are loaded: a log line must not be what loads them."""
    from django.conf import settings

    if not settings.configured or settings.ROOT_URLCONF not in sys.modules:
        return frozenset()
    return _read_routes(settings.ROOT_URLCONF)


@lru_cache(maxsize=4)
def _read_routes(urlconf: str) -> frozenset[str]:
    from django.urls import get_resolver

    return frozenset({"static", "media", *_literals(get_resolver(urlconf).url_patterns)})


def _literals(patterns: list[Any]) -> Iterator[str]:
    for one in patterns:
        yield from _LITERAL.findall(_NOT_LITERAL.sub(" ", str(one.pattern)))
        yield from _literals(getattr(one, "url_patterns", []))
