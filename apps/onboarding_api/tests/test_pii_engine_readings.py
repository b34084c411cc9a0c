"""Values broken over the end of a line, spelled, spaced out, or drawn over with marks; and what only looks like one."""

from __future__ import annotations

import time
import unicodedata

import pytest

from apps.onboarding_api.services.pii_integration import engine, strict
from apps.onboarding_api.services.pii_integration.engine.protected import protected_ranges
from apps.onboarding_api.services.pii_integration.engine.view import view_of
from apps.onboarding_api.services.pii_integration.keys import kind_of_key
from scripts.pii_evaluation import corpus, disguises, evaluation


def found(text: str, policy: engine.Policy = "balanced") -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in engine.find(text, policy=policy)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("PAN", "ABCPK\n1234F"),
        ("PLATE", "KA 01 AB\n1234"),
        ("SSN", "346-74-\n7298"),
        ("IP", "fd12:926a:f9eb:4b6:b431:\n654a:590c:a460"),
        ("DOB", "5 February\n1957"),
        ("PASSPORT", "C95Z\n62075"),
        ("LICENCE", "H461\n0755"),
        ("GPS", "52.17879, 52.\n84649"),
        ("SECRET", "glpat-\nNS0cfJsa52DI9jK4l312"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", " \r\n"], ids=repr)
def test_a_value_is_found_over_the_end_of_a_line(kind, value, end) -> None:
    value = value.replace("\n", end)
    cue = {"SSN": "ssn", "DOB": "born on", "LICENCE": "driving licence", "GPS": "I live at", "IP": "client"}
    assert (kind, value) in found(f"{cue.get(kind, kind.lower())} {value} thanks")


@pytest.mark.parametrize(
    "end", ["\n", "\r\n", " \n", "\n ", ",\n", "/\r\n", "-\n", "\n\n", "\r\n\r\n"], ids=repr
)
def test_a_number_is_found_over_any_end_of_a_line(end) -> None:
    assert found(f"card 4111 1111{end}1111 1111 ok") == [("CARD", f"4111 1111{end}1111 1111")]
    assert found(f"my number is 98220{end}51337 ok") == [("PHONE", f"98220{end}51337")]


@pytest.mark.parametrize("mark", ["\u2800", "\uffa0", "\u17b4", "\x00", "\x07", "\ud800", "\x7f"], ids=ascii)
def test_a_number_is_found_around_what_nobody_sees(mark) -> None:
    assert found(f"call 98220{mark}51337") == [("PHONE", f"98220{mark}51337")]


def spent(text: str) -> float:
    """Seconds of this process alone: a busy machine does not change them."""
    began = time.process_time()
    engine.find(text)
    return time.process_time() - began


@pytest.mark.parametrize("piece", ["9", "١", "9x", "a@"])
def test_a_long_number_takes_no_more_for_each_digit_than_a_short_one(piece) -> None:
    short, long = ((piece * size)[:size] for size in (5_000, 50_000))
    spent(short)  # what is read or compiled only once is not counted
    assert spent(long) < 40 * max(
        spent(short), 0.002
    )  # 10 where it is linear, 100 where each digit looks on anew


@pytest.mark.parametrize(
    "typed", ["[REDACTED_ASHAKULKARNI]", "[REDACTED_NAME_9822051]", "[REDACTED_PHONE_0]"]
)
def test_brackets_that_nobody_of_us_wrote_protect_nothing(typed) -> None:
    assert protected_ranges(typed) == ()
    assert protected_ranges("[REDACTED_PHONE_2]") == ((0, 18),)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("passport C9562075\n12 guards are here", [("PASSPORT", "C9562075")]),
        ("lifts: 4\n12 guards\n9 gates", []),
        ("the gateway has fe80::21\n84 cameras", [("IP", "fe80::21")]),
        ("key AKIAIOSFODNN7EXAMPLE\nthen restart", [("SECRET", "AKIAIOSFODNN7EXAMPLE")]),
    ],
)
def test_the_next_line_is_left_where_the_value_is_whole(text, spans) -> None:
    assert found(text) == spans


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("my pan is Y P H P L zero three eight zero U ok", ("PAN", "Y P H P L zero three eight zero U")),
        (
            "vehicle number g j zero one g g six five two five here",
            ("PLATE", "g j zero one g g six five two five"),
        ),
        ("passport 77 XP 94835 was shown", ("PASSPORT", "77 XP 94835")),
        (
            "I live at three seven point six five four one comma four one point zero seven two six near it",
            ("GPS", "three seven point six five four one comma four one point zero seven two six"),
        ),
    ],
)
def test_a_spelled_code_is_found_after_its_cue(text, span) -> None:
    assert any(kind == span[0] and span[1] in value for kind, value in found(text))


def test_marks_over_latin_letters_and_digits_hide_nothing() -> None:
    assert view_of("22\u0301/0\u03361").text == "22/01"
    assert view_of(unicodedata.normalize("NFD", "José")).text == "José"


@pytest.mark.parametrize("word", ["नमस्ते", "हिन्दी", "مُحَمَّد", "Й"])
def test_marks_that_other_scripts_need_stay(word) -> None:
    assert unicodedata.normalize("NFC", view_of(word).text) == unicodedata.normalize("NFC", word)


@pytest.mark.parametrize(
    "text",
    [
        "1. 2. 3. 4. are the floors",
        "floors 10. 12. 14. 16. have cameras",
        "we have 4 lifts\n12 gates\n9 guards",
        "page A\n1 of the plan",
    ],
)
def test_lists_and_lines_of_numbers_stay(text) -> None:
    assert found(text) == []


def test_nothing_that_the_strict_policy_finds_is_passed_over() -> None:
    examples = [
        *corpus.conversation(),
        *corpus.negatives(),
        *evaluation.development("adversarial.jsonl"),
        *evaluation.development("hard_negatives.jsonl"),
        *(case.example for case in disguises.cases(2_560)),
    ]
    passed_over = [one.text for one in examples if not strict.is_worth_a_look(one.text)]
    assert [text for text in passed_over if engine.find(text, policy="strict")] == []
    assert len(passed_over) > 100


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22 05:04:53,123 INFO worker started",
        "retry 2 of 5 in 30 s",
        "task 3f0c9a1e-1111-4222-8333-444455556666 finished in 12 ms",
        "outbox relay published 12 events",
        "circuit breaker opened after 5 failures",
    ],
)
def test_an_ordinary_line_of_a_log_is_passed_over(line) -> None:
    assert not strict.is_worth_a_look(line)


def test_names_of_fields_tell_licences_and_identities() -> None:
    assert kind_of_key("driving_licence") == "LICENCE"
    assert kind_of_key("nationalIdNumber") == "IDENTITY"
    assert kind_of_key("site_id") is None


@pytest.mark.parametrize(
    ("kind", "value", "normalised", "again"),
    [
        ("PHONE", "٠٥٠٥٩٥٠٢٠٣", "+971505950203", "٠٥٠٥٩٥٠٢٠٣"),
        ("PHONE", "050 595 0203", "+971505950203", "٠٥٠٥٩٥٠٢٠٣"),
        ("PHONE", "98220 51337", "+919822051337", "0091 98220 51337"),
        ("CARD", "4111 1111 1111 1111", "4111111111111111", "4111-1111-1111-1111"),
        ("NAME", "Zoë Ｒeyes", "Zoë Reyes", "zoë reyes"),
    ],
)
def test_a_known_value_is_found_however_it_is_written_again(kind, value, normalised, again) -> None:
    known = engine.KnownValue(value=value, kind=kind, normalised=normalised)
    text = f"again {again}\nagain"
    assert again in {text[span.start : span.end] for span in engine.find(text, known=(known,))}
