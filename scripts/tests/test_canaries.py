"""The search of scripts/canaries finds a value in every form it may have taken, and nothing that is not there."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from scripts.pii_canaries import carriers, papers
from scripts.pii_canaries.places import Piece
from scripts.pii_canaries.searching import Index
from scripts.pii_canaries.values import KINDS, Aviary, Canary
from scripts.pii_canaries.verdict import judge, table

NAME = Canary(1, "NAME", "en", "Priya O'Neill")
EMAIL = Canary(2, "EMAIL", "en", "priya.oneill@garden.example")
PHONE = Canary(3, "PHONE", "en", "+91 98450 12345")
HINDI = Canary(4, "NAME", "hi", "आशा कुलकर्णी")
ALL = [NAME, EMAIL, PHONE, HINDI]
FORMS: dict[str, Callable[[str], str]] = {
    "raw": lambda value: value,
    "lower case": str.lower,
    "upper case": str.upper,
    "percent-encoded": quote,
    "twice percent-encoded": lambda value: quote(quote(value)),
    "JSON": json.dumps,
    "JSON in JSON": lambda value: json.dumps(json.dumps({"x": value})),
    "HTML": lambda value: html.escape(value).replace("@", "&#64;"),
    "base64": lambda value: base64.b64encode(f'{{"text": "{value}"}}'.encode()).decode(),
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(f"xy {value} z".encode()).decode(),
    "base64 of JSON": lambda value: base64.b64encode(json.dumps([value]).encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("canary", ALL, ids=lambda one: one.value)
def test_every_form_is_found(canary: Canary, form: str) -> None:
    assert canary in Index(ALL).found(f"before {FORMS[form](canary.value)} after")


@pytest.mark.parametrize(
    "written",
    ["9845012345", "098450-12345", "(98450) 12345", "98450.12345", "९८४५० १२३४५", "tel:+919845012345"],
)
def test_number_is_found_however_it_is_written(written: str) -> None:
    assert PHONE in Index(ALL).found(f"call {written} now")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Priya",
        "oneill",
        "98450",
        "gate 12345 of 98450 houses",
        "2026-11-22T04:07:43.578Z",
        "[REDACTED_NAME]",
    ],
)
def test_parts_and_other_things_are_not(text: str) -> None:
    assert Index(ALL).found(text) == {}


def test_supply_is_of_three_kinds_in_all_languages_and_each_value_once() -> None:
    aviary = Aviary(seed=1, most=2_000)
    taken = aviary.several(2_000, "a door")
    assert aviary.is_empty
    assert len({one.value for one in taken}) == 2_000
    assert {one.kind for one in taken} == set(KINDS)
    assert len({one.language for one in taken}) == 7
    assert all(one.value in carriers.sentence(one, aviary) for one in taken[:200])


def test_same_seed_gives_the_same_values() -> None:
    first, second = (Aviary(seed=4, most=50).several(50, "a door") for _ in range(2))
    assert [one.value for one in first] == [one.value for one in second]


def test_verdict_tells_leaks_from_what_was_not_recognised() -> None:
    known = Canary(5, "NAME", "en", "Marta Quill", session="1")
    pieces = [
        Piece("logs", "web.log", "for priya o'neill"),
        Piece("database", "onboarding_turn.text", "call 98450 12345, Marta Quill", is_user_text=True),
        Piece("raw media", "document", "आशा कुलकर्णी"),
    ]
    found = judge([*ALL, known], pieces)
    assert {place: set(one) for place, one in found.leaks.items()} == {"logs": {NAME}, "database": {known}}
    assert set(found.unrecognised) == {PHONE}
    assert found.raw == {HINDI}
    assert found.leaked == 2
    assert "leaked: 2" in table(found)


def test_files_hold_what_was_put_into_them() -> None:
    photo = papers.photo(["drawn"], in_exif=["in the data"])
    assert b"in the data" in photo
    assert b"%%EOF" in papers.pdf(["a line"], author="somebody")
    assert len(papers.photo(["drawn"], in_exif=["x"], broken=True)) < len(photo)
