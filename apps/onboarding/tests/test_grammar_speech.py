"""What one slot gives besides a parser: speech grammar, sentences, JSON schema, form control."""

import functools
import logging
from typing import Any

import jsonschema
import pytest

from apps.onboarding.flows import grammar
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.tests.flow_support import flow, slot, value_of

NAMES = [slot.name for slot in flow().slots]
SPOKEN = [name for name in NAMES if grammar.speech_grammar(slot(name), "en")]


@functools.lru_cache(maxsize=1)
def _decoder() -> Any:
    """One decoder for all grammars: the acoustic model takes the time, a grammar milliseconds."""
    # Imported here: the engine costs the collection of every other test half a second.
    import pocketsphinx

    logging.getLogger("pocketsphinx").setLevel(logging.ERROR)
    return pocketsphinx.Decoder(lm=None, loglevel="FATAL")


def test_only_dictated_answers_have_no_speech_grammar() -> None:
    silent = {name for name in NAMES if name not in SPOKEN}
    assert silent == {
        "site_name",
        "address",
        "city",
        "notes",
        "emergency_contact_name",
        "emergency_contact_email",
    }


@pytest.mark.parametrize("name", SPOKEN)
def test_the_speech_engine_accepts_the_grammar_of_every_slot(name: str) -> None:
    source = grammar.speech_grammar(slot(name), "en")
    assert source is not None
    decoder = _decoder()
    decoder.add_jsgf_string(name, source)  # raises where the grammar does not parse or a word is unknown
    assert decoder.get_fsg(name) is not None


@pytest.mark.parametrize("name", SPOKEN)
def test_every_word_of_a_grammar_is_in_the_dictionary_and_commands_are_heard(name: str) -> None:
    source = grammar.speech_grammar(slot(name), "en") or ""
    known = jsgf.known_words()
    assert known is not None
    bodies = [line.split("=", 1)[1] for line in source.splitlines() if "=" in line]
    words = {
        word
        for body in bodies
        for word in body.replace(";", " ").replace("+", " ").replace("*", " ").split()
        if word[0].isalpha()
    }
    assert words <= known
    assert {"skip", "back", "repeat", "why", "cancel", "human"} <= words


def test_other_languages_have_no_speech_grammar() -> None:
    assert grammar.speech_grammar(slot("floors"), "hi") is None


@pytest.mark.parametrize("name", ["floors", "area", "visitor_volume", "operating_days", "shift_pattern"])
def test_typical_sentences_are_understood_by_the_parser_of_their_slot(name: str) -> None:
    for sentence in grammar.sentences(slot(name), "en"):
        assert isinstance(grammar.parse(slot(name), sentence, "en"), grammar.Understood), sentence


@pytest.mark.parametrize("name", [name for name in NAMES if slot(name).type not in {"text", "personal"}])
def test_there_are_typical_sentences_in_both_languages(name: str) -> None:
    for language in ("en", "hi"):
        assert len(grammar.sentences(slot(name), language)) >= 2


VALUES: dict[str, list[Any]] = {
    "site_name": ["Green Valley"],
    "site_type": ["office", "warehouse"],
    "area": [{"value": 150000, "unit": "sq_ft"}, {"value": 3.5, "unit": "acre"}],
    "floors": [1, 150],
    "operating_hours": [{"from": "09:00", "to": "18:00"}, {"from": "00:00", "to": "24:00"}],
    "operating_days": [["mon", "sun"]],
    "cctv": [True, False],
    "risks": [["theft", "fire"], ["none"]],
    "visitor_volume": [{"low": 20, "high": 25}, {"low": 0, "high": 0}],
    "patrol_interval": [{"minutes": 30}],
    "assets": [[], [{"item": "lift", "count": 2}, {"item": "pizza oven", "count": 1}]],
    "go_live_date": ["2030-08-15"],
    "emergency_contact_phone": ["[REDACTED_PHONE]", "[REDACTED_PHONE_2]"],
}
FAULTY: dict[str, list[Any]] = {
    "site_name": ["", 5, None],
    "site_type": ["spaceship", "", None, ["office"]],
    "area": [{"value": 1, "unit": "sq_ft"}, {"value": 5000, "unit": "sq_km"}, {"value": 5000}, "5000"],
    "floors": [0, 151, 2.5, "5", True],
    "operating_hours": [{"from": "9:00", "to": "18:00"}, {"from": "24:00", "to": "09:00"}, {"from": "09:00"}],
    "operating_days": [[], ["monday"], ["mon", "mon"]],
    "cctv": [1, "yes", None],
    "risks": [[], ["aliens"], ["theft", "theft"], "theft"],
    "visitor_volume": [{"low": -1, "high": 5}, {"low": 5}, 5, {"low": 1, "high": 2, "mean": 1.5}],
    "patrol_interval": [{"minutes": 5}, {"minutes": 30.5}, {"minutes": "30"}, 30],
    "assets": [[{"item": "lift", "count": 0}], [{"item": "", "count": 1}], [{"item": "lift"}], {}],
    "go_live_date": ["15-08-2030", 20300815, None, ""],
    "emergency_contact_phone": ["9876543210", "[REDACTED_NAME]", "call [REDACTED_PHONE]", None],
}


@pytest.mark.parametrize("name", VALUES)
def test_schema_and_check_agree_on_good_and_bad_values(name: str) -> None:
    validator = jsonschema.Draft202012Validator(grammar.json_schema(slot(name)))
    jsonschema.Draft202012Validator.check_schema(grammar.json_schema(slot(name)))
    for value in VALUES[name]:
        assert grammar.check(slot(name), value, "en") is None, value
        assert validator.is_valid(value), value
    for value in FAULTY[name]:
        assert grammar.check(slot(name), value, "en") is not None, value
        assert not validator.is_valid(value), value


def test_the_check_is_stricter_than_any_schema_where_a_schema_cannot_say_it() -> None:
    assert grammar.check(slot("visitor_volume"), {"low": 30, "high": 20}, "en") is not None
    assert grammar.check(slot("risks"), ["none", "theft"], "en") is not None
    assert grammar.check(slot("risks"), ["fire", "theft"], "en") is not None, "the order of the flow"
    assert grammar.check(slot("operating_hours"), {"from": "09:00", "to": "09:00"}, "en") is not None
    assert grammar.check(slot("go_live_date"), "2030-02-30", "en") is not None
    assert grammar.check(slot("assets"), [{"item": "lift", "count": 1}] * 2, "en") is not None


@pytest.mark.parametrize("name", VALUES)
def test_what_is_shown_is_read_back_as_the_same_value(name: str) -> None:
    for language in ("en", "hi"):
        for value in VALUES[name]:
            shown = grammar.display(slot(name), value, language)
            assert value_of(name, shown, language) == value, shown


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("name", NAMES)
def test_every_slot_has_a_form_control_with_a_label(name: str, language: str) -> None:
    control = grammar.form_control(slot(name), language)
    assert control["name"] == name
    assert control["label"] == slot(name).wording(language).form_label
    assert control["kind"]
    for option in control.get("options", []):
        assert grammar.check(slot(name), option["value"], language) is None or control["kind"] in {
            "checkboxes",
            "counted_list",
        }


def test_controls_carry_their_limits() -> None:
    assert grammar.form_control(slot("floors"), "en") == {
        "name": "floors",
        "label": "Number of floors",
        "required": True,
        "kind": "number",
        "min": 1,
        "max": 150,
        "step": 1,
    }
    area = grammar.form_control(slot("area"), "en")
    assert area["units"][0] == {"value": "sq_ft", "label": "sq ft", "min": 100.0, "max": 100000000.0}
    assert grammar.form_control(slot("emergency_contact_phone"), "hi")["kind"] == "tel"


def test_figures_are_grouped_as_the_language_does() -> None:
    value = {"value": 150000, "unit": "sq_ft"}
    assert grammar.display(slot("area"), value, "en") == "150,000 sq ft"
    assert grammar.display(slot("area"), value, "hi") == "1,50,000 वर्ग फुट"
