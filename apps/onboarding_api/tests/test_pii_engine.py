"""The span engine on the development sets, on our own cases in six languages, and on input meant to hurt."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from apps.onboarding_api.services.pii_integration import engine
from apps.onboarding_api.services.pii_integration.engine import KnownValue, Span, find, resolve
from apps.onboarding_api.services.pii_integration.engine.spoken_email import written_address

DATA = Path(__file__).parent / "data" / "pii"
KIND = {"CC": "CARD"}
"""The development set's name for a card."""


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def marked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without marks, and where its values stand."""
    text, values, position = "", [], 0
    for match in re.finditer(r"\[\[([A-Z]+):(.*?)\]\](?!\w)", line):
        text += line[position : match.start()]
        values.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        position = match.end()
    return text + line[position:], values


def shown(text: str, spans: tuple[Span, ...]) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in spans]


@pytest.mark.parametrize("policy", ["balanced", "strict"])
def test_development_set_is_free_of_leaks(policy):
    leaks = []
    for row in rows("adversarial.jsonl"):
        spans = find(row["text"], policy=policy)
        for gold in row["spans"]:
            kind = KIND.get(gold["type"], gold["type"])
            if not any(s.start <= gold["start"] and gold["end"] <= s.end and s.kind == kind for s in spans):
                leaks.append((row["text"], shown(row["text"], spans)))
    assert leaks == []


def test_hard_negatives_stay_untouched():
    touched = [(row["text"], found) for row in rows("hard_negatives.jsonl") if (found := find(row["text"]))]
    assert touched == []


@pytest.mark.parametrize("line", lines("own_cases.txt"))
def test_own_cases_are_found_whole_and_alone(line):
    text, values = marked(line)
    spans = find(text)
    for kind, start, end in values:
        title = len("Ms. ") if text[start:].startswith("Ms. ") else 0
        covering = [span for span in spans if span.start <= start + title and end <= span.end]
        assert [span.kind for span in covering] == [kind], shown(text, spans)
    strangers = [s for s in spans if not any(s.start < end and start < s.end for _, start, end in values)]
    assert strangers == [], shown(text, tuple(strangers))


@pytest.mark.parametrize("view", ["text", "speech", "ocr"])
def test_facility_answers_stay_untouched(view):
    touched = [
        (text, shown(text, found))
        for text in lines("facility_answers.txt")
        if (found := find(text, view=view))
    ]
    assert touched == []


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def test_the_flows_own_words_stay_untouched():
    files = [*Path(settings.BASE_DIR, "apps/onboarding/flows").rglob("*.yaml")]
    texts = {text for file in files for text in texts_in(yaml.safe_load(file.read_text(encoding="utf-8")))}
    assert len(texts) > 500
    assert [(text, shown(text, found)) for text in texts if (found := find(text))] == []


def test_spans_are_ordered_and_do_not_overlap():
    text = "John <john@x.com> 98765 43210, card 4111 1111 1111 1111 and password: hunter22 at 10.1.2.3"
    spans = find(text)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert {span.kind for span in spans} == {"NAME", "EMAIL", "PHONE", "CARD", "SECRET", "IP"}


def test_overlap_leaves_no_tail():
    merged = resolve([Span(0, 6, "NAME", 0.5, "a"), Span(4, 12, "EMAIL", 0.9, "b")])
    assert merged == (Span(0, 12, "EMAIL", 0.9, "b"),)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("john dot doe at example dot com", "john.doe@example.com"),
        ("b as in bravo o b seven at proton dot me", "bob7@proton.me"),
        ("mark nineteen eighty four at yahoo dot com", "mark1984@yahoo.com"),
        ("luc point martin arobase orange point fr", "luc.martin@orange.fr"),
        ("sales plus west at acme dash tools dot io", "sales+west@acme-tools.io"),
        ("john (at) example [dot] org", "john@example.org"),
        ("jane.roe%40example.org", "jane.roe@example.org"),
        ("Sunil dot K at the rate gmail dot com", "sunil.k@gmail.com"),
    ],
)
def test_spoken_address_is_written_out(said, written):
    assert written_address(said) == written


KNOWN = (
    KnownValue("NAME", "Will Ravindranath", "will ravindranath"),
    KnownValue("PHONE", "98450 12345", "+919845012345"),
    KnownValue("EMAIL", "w.r@acme.in", "w.r@acme.in"),
    KnownValue("SECRET", "tiger-lily", "tiger-lily"),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("RAVINDRANATH opens the gate", "RAVINDRANATH"),
        ("ask Will about it", "Will"),
        ("the code 9845012345 again", "9845012345"),
        (
            "item nine eight four five zero one two three four five",
            "nine eight four five zero one two three four five",
        ),
        ("cc:W.R@ACME.IN!", "W.R@ACME.IN"),
        ("say tiger-lily", "tiger-lily"),
    ],
)
def test_known_values_are_matched_without_detection(text, value):
    assert value in [found for _, found in shown(text, find(text, known=KNOWN))]


def test_everyday_part_of_a_known_name_is_left_in_lower_case():
    assert find("the lift will open at nine", known=KNOWN) == ()


def test_home_address_is_personal_and_site_address_is_not():
    text = "i live at 12 lake view road, Pune"
    assert shown(text, find(text)) == [("ADDRESS", "12 lake view road, Pune")]
    assert find("the site is at 12 lake view road, Pune") == ()


def test_position_of_a_site_stays_and_goes_from_logs():
    text = "coordinates 51.5074, -0.1278"
    assert find(text) == ()
    assert [span.kind for span in find(text, policy="strict")] == ["GPS"]


@pytest.mark.parametrize(
    "text",
    [
        "\u202ecall\u202c 212\u00ad-555\u00ad-0142",
        "j\u200bo\u200bh\u200bn@exa\u200bmple.com",
        "jоhn@example.com",
        "john＠example．com",
    ],
)
def test_invisible_and_look_alike_characters_hide_nothing(text):
    (span,) = find(text)
    assert span.end - span.start >= len(text) - 8


HOSTILE = {
    "colons": "a:" * 25_000,
    "at signs": "a@" * 25_000,
    "only at": "@" * 50_000,
    "digits": "1 " * 25_000,
    "dashes": "1-" * 25_000,
    "cards": "4111 " * 10_000,
    "one number": "4" * 50_000,
    "one word": "a" * 50_000,
    "said": "one " * 12_500,
    "at": "at " * 16_000,
    "addresses": "a at b dot " * 4_500,
    "names": "Jean " * 10_000,
    "cues": "my name is " * 4_500,
    "dots": "1.1.1." * 8_000,
    "brackets": "(" * 50_000,
    "tokens": "eyJ" * 16_000,
    "machine line": "PABC<" * 10_000,
    "keys": "password=" * 5_500,
    "links": "http://a:" * 5_500,
    "zero width": "\u200b" * 50_000,
    "combining": "e\u0301" * 25_000,
    "born": "born on " * 6_000,
    "home": "i live at 1 " * 4_000,
    "hindi": "नौ आठ " * 8_000,
    "ibans": "GB82 " * 10_000,
}


def calls(text: str) -> int:
    """How many functions, Python's and C's, are called to read a text: work that no busy machine changes."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        find(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_no_faster_than_the_text(name):
    short, long = (HOSTILE[name][: len(HOSTILE[name]) // part] for part in (64, 16))
    find(long)  # what is read or compiled only once is not counted
    assert calls(long) <= 4.6 * calls(short) + 500


@pytest.mark.parametrize("name", ["colons", "one word", "tokens", "machine line", "keys"])
def test_patterns_come_to_an_end_on_long_hostile_text(name):
    spans = find(HOSTILE[name])
    assert all(span.end <= len(HOSTILE[name]) for span in spans)


@examples(max_examples=120, deadline=None)
@given(
    st.text(max_size=300), st.sampled_from(["balanced", "strict"]), st.sampled_from(["text", "speech", "ocr"])
)
def test_any_text_gives_valid_spans(text, policy, view):
    spans = find(text, policy=policy, view=view)
    assert all(0 <= span.start < span.end <= len(text) and span.kind in engine.KINDS for span in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))


PIECES = st.sampled_from(
    [
        "my name is",
        "call",
        "98765",
        "43210",
        "at",
        "dot",
        "com",
        "gmail",
        "@",
        "four",
        "double",
        "oh",
        "Mr.",
        "Ravi",
        "<",
        ">",
        "4111 1111",
        ":",
        "password",
        "=",
        "\n",
        "IP",
        "10.0.0.1",
        "नौ",
        "मेरा नाम",
        "اسمي",
        "1.5 lakh",
        "IBAN",
        "DE89",
        "born on",
        "4/5/1990",
        "[REDACTED_EMAIL]",
        "(",
        "+91",
        "as in",
        "b",
        "last four",
        "and then",
    ]
)


@examples(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=25), st.sampled_from(["balanced", "strict"]))
def test_any_mixture_of_cues_gives_valid_spans(pieces, policy):
    text = " ".join(pieces)
    spans = find(text, policy=policy)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert not any("[REDACTED_" in text[span.start : span.end] for span in spans)
