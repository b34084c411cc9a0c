"""Where an amendment may hold only words that can name nobody: codes, roles, units, names of attributes.

They are not redacted, for others refer to them, and they stay when a session is erased. So they go by shape: what
already stands in the proposal, plain words of sites, small numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.text import slugify

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.services import meter_units
from apps.onboarding_api.services.llm.proposal_schema import LISTS, pointer
from apps.onboarding_api.services.pii_integration import placeholders, shape
from apps.onboarding_api.services.pii_integration.engine import lexicon
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set

_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_][\w'’]*|\d+")
_MOST_DIGITS = 6
_MOST_SHORT = 3
"""Pieces of one or two letters in one code: with more they spell."""
_OF_PARTS = word_set(
    """
    ahu all annex area avenue back barrier bay block boom building cabin camera canteen car cctv centre cold
    control corridor cr cross day deck desk dg dock door dorm drill east entry evening exit fence field fire
    flat floor foot front garden gate general generator green ground guard hall helipad hoist house hub hvac
    hydrant inner internal kiln kitchen lawn left lift lobby lower main meter mid middle morning night noon
    north oil old open outer park parking path patrol pit plant point pool post pump quay rack ramp ration rear
    red relief right road rod roof room round sand scanner school seat sensor server service shift shop side
    site south square stack stage stair stall stand stock stone store stp street swing tank tower town
    transformer tree tunnel turn turnstile upper ups valve van vault wall ward wash waste watch water way weigh
    well west wing wood yard zone
    """
)
"""Words of places and things, of which some are family names too: in a code they name a part of a site."""
_OF_ROLES = word_set(
    """
    accounts additional admin after alternate ambulance an and area at back backup branch brigade building call
    cleaning client contact contractor control customer day department desk duty emergency escalation evening
    facilities facility fire first floor for gate general help helpdesk hospital hotline hours hours'
    housekeeping hr in incharge it landlord lead level lift line local main maintenance management medical
    morning night of office on operations other person police primary property pump reception regional rescue
    responsible room safety second secondary security service shift site staff store supplier support team
    technical tenant the third transport utility vendor vendor's visitor warehouse water weekend
    """
)
"""Beside the engine's words of roles in all languages."""

_MOST_AREA_DIGITS = 8
"""99 square kilometres; with ten digits it could be a telephone."""


def refuse_others(changes: Mapping[str, Any], *, proposal: Mapping[str, Any]) -> None:
    """`InvalidInput` with a pointer for each place that holds another word. `changes` are redacted already."""
    errors = [{"pointer": place, "detail": detail} for place, detail in _others(changes, proposal)]
    if errors:
        raise InvalidInput(
            f"the changes cannot be used at {errors[0]['pointer']}: {errors[0]['detail']}",
            user_message="Some codes, roles or units are not made of plain words. Please correct them.",
            errors=errors[:20],
        )


def is_plain(code: str, *, also: frozenset[str] = frozenset()) -> bool:
    """Whether a code is built of everyday words, words of sites, `also`, and few digits."""
    pieces = _PIECE.findall(code)
    digits = sum(len(piece) for piece in pieces if piece.isdigit())
    words = [piece.lower() for piece in pieces if not piece.isdigit()]
    short = sum(len(word) <= 2 for word in words)
    return (
        digits <= _MOST_DIGITS and short <= _MOST_SHORT and all(_is_plain_word(word, also) for word in words)
    )


def _is_plain_word(word: str, also: frozenset[str]) -> bool:
    return len(word) <= 2 or word in _OF_PARTS or word in also or shape.title(word) == word


def _others(changes: Mapping[str, Any], proposal: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    site = changes.get("site", {})
    if "code" in site and site["code"] != proposal["site"]["code"]:
        named = _words_of(site.get("name") or proposal["site"]["name"], site.get("site_type"))
        yield from _code_fault(site["code"], "/site/code", also=named)
    if len(str(site.get("area_sq_m") or "").partition(".")[0]) > _MOST_AREA_DIGITS:
        yield "/site/area_sq_m", "is more than any site has"
    known = frozenset(_keys(proposal["site"]["attributes"]))
    if any(key not in known and not is_plain(key) for key in _keys(site.get("attributes"))):
        yield "/site/attributes", "has a name that is not made of plain words"
    for section in LISTS:
        items = {item["code"]: item for item in proposal[section]}
        for code, patch in changes.get(section, {}).items():
            yield from _of_item(section, code, patch or {}, items)


def _of_item(
    section: str, code: str, patch: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    named = frozenset() if section == "contacts" else _words_of(patch.get("name"), patch.get("kind"))
    for given, place in ((code, f"/{section}"), (patch.get("code", code), f"/{section}")):
        if given not in items:
            yield from _code_fault(given, place, also=named)
    before = items.get(code, {})
    shown = f"/{section}{pointer((code,))}" if code in items or is_plain(code) else f"/{section}"
    role, unit = patch.get("role"), patch.get("unit")
    if isinstance(role, str) and role != before.get("role") and not _is_role(role):
        yield f"{shown}/role", "is no role that is known, such as night manager or security supervisor"
    if isinstance(unit, str) and unit != before.get("unit") and meter_units.canonical(unit) is None:
        yield f"{shown}/unit", "is no unit that meters count in, such as kWh or m3"


def _code_fault(code: object, place: str, *, also: frozenset[str]) -> Iterator[tuple[str, str]]:
    # What is no text breaks the schema, which says so itself.
    if isinstance(code, str) and not is_plain(code, also=also):
        yield place, "has a code that is not made of plain words and small numbers, such as gate-2"


def _is_role(role: str) -> bool:
    words = [word.lower() for word in _WORD.findall(role)]
    digits = sum(len(word) for word in words if word.isdigit())
    return digits <= 2 and all(
        word.isdigit() or word in _OF_ROLES or bool(lexicon.marks(word) & lexicon.ROLE) for word in words
    )


def _words_of(*texts: object) -> frozenset[str]:
    """The words that a code made of these (redacted) texts has; they stand in the row anyway."""
    plain = (placeholders.PLACEHOLDER.sub(" ", text) for text in texts if isinstance(text, str))
    return frozenset(word for text in plain for word in re.findall(r"[a-z]+", slugify(text)))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)
