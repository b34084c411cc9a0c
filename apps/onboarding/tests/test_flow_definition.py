"""A flow is checked as a whole before anybody is asked anything."""

import copy
import json
import subprocess
import sys
from typing import Any

import pytest

from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.errors import FlowInvalid
from apps.onboarding.tests.flow_support import flow


def _definition() -> dict[str, Any]:
    return load_flow()


def _small(**changes: Any) -> dict[str, Any]:
    words = {"question": "Q?", "why": "W.", "retry": "R.", "label": "l", "form_label": "L"}
    slots = [
        {"name": "one", "type": "integer", "minimum": 1, "maximum": 9, "wording": {"en": words}},
        {"name": "two", "type": "yes_no", "wording": {"en": words}, "when": {"slot": "one", "at_least": 2}},
    ]
    return {"name": "small", "version": 1, "languages": ["en"], "slots": slots} | changes


def test_the_shipped_flow_has_required_and_optional_questions_with_branches() -> None:
    tiers = [slot.tier for slot in flow().slots]
    assert 14 <= tiers.count("required") <= 20
    assert tiers.count("optional") >= 10
    assert sum(slot.when is not None for slot in flow().slots) >= 5


def test_the_definition_is_what_was_given_and_its_digest_is_stable() -> None:
    first, again = Flow.from_definition(_definition()), Flow.from_definition(flow().definition)
    assert first.definition == _definition()
    assert first.digest == again.digest
    assert len(first.digest) == 64
    changed = _definition()
    changed["slots"][0]["wording"]["en"]["question"] = "What is it called?"
    assert Flow.from_definition(changed).digest != first.digest


def test_the_definition_cannot_be_changed_through_a_copy() -> None:
    copied = flow().definition
    copied["slots"].clear()
    assert flow().definition["slots"]
    loaded = load_flow()
    loaded["slots"].clear()
    assert load_flow()["slots"]


def test_the_definition_survives_json() -> None:
    assert Flow.from_definition(json.loads(json.dumps(_definition()))).digest == flow().digest


def test_every_wording_exists_in_both_languages() -> None:
    for slot in flow().slots:
        assert set(slot.wordings) == {"en", "hi"}
        assert slot.wordings["en"].question != slot.wordings["hi"].question
        for option in slot.options:
            assert set(option.labels) == {"en", "hi"}


def test_an_unknown_flow_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_flow("nowhere")


@pytest.mark.parametrize(
    ("asked", "given"),
    [("hi-IN", "hi"), ("en_GB", "en"), ("fr", "en"), ("", "en"), (None, "en"), ("HI", "hi")],
)
def test_the_nearest_language_is_taken(asked: str | None, given: str) -> None:
    assert flow().language(asked) == given


def _fault(change: Any) -> str:
    definition = copy.deepcopy(_small())
    change(definition)
    with pytest.raises(FlowInvalid) as caught:
        Flow.from_definition(definition)
    return caught.value.path


def _set(*keys: Any, to: Any) -> Any:
    def change(definition: Any) -> None:
        for key in keys[:-1]:
            definition = definition[key]
        definition[keys[-1]] = to

    return change


def _drop(*keys: Any) -> Any:
    def change(definition: Any) -> None:
        for key in keys[:-1]:
            definition = definition[key]
        del definition[keys[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (_drop("slots", 0, "wording", "en", "question"), "slots[0].wording.en.question"),
        (_drop("slots", 1, "wording"), "slots[1].wording"),
        (_set("slots", 1, "when", to={"slot": "three", "is": 1}), "slots[1].when"),
        (_set("slots", 0, "when", to={"slot": "two", "is": True}), "slots.one.when"),
        (_set("slots", 1, "when", to={"slot": "two", "is": True}), "slots.two.when"),
        (_set("slots", 1, "when", to={"all": []}), "slots[1].when.all"),
        (_set("slots", 1, "when", to={"not": {"slot": "one"}}), "slots[1].when.not"),
        (_set("slots", 1, "when", to={"slot": "one", "at_least": "2"}), "slots[1].when.at_least"),
        (_set("slots", 0, "type", to="colour"), "slots[0].type"),
        (_set("slots", 0, "tier", to="nice"), "slots[0].tier"),
        (_set("slots", 0, "minimum", to=10), "slots[0].maximum"),
        (_drop("slots", 0, "maximum"), "slots[0].maximum"),
        (_set("slots", 0, "colour", to="red"), "slots[0].colour"),
        (_set("slots", 0, "name", to="two"), "slots[1].name"),
        (_set("slots", 0, "name", to="no name"), "slots[0].name"),
        (_set("slots", 0, "options", to=[{"value": "a", "wording": {}}]), "slots[0].options[0].wording.en"),
        (_set("slots", 1, "type", to="choice"), "slots[1].options"),
        (_set("slots", 1, "type", to="personal"), "slots[1].personal"),
        (_set("slots", 1, "type", to="quantity"), "slots[1].units"),
        (_set("slots", 1, "days_slot", to="one"), "slots[1].days_slot"),
        (_set("version", to=0), "$.version"),
        (_set("help", to={"person_after": 0}), "help.person_after"),
        (_set("help", to={"explain_after": True}), "help.explain_after"),
        (_set("help", to={"music_after": 2}), "help.music_after"),
        (_set("help", to={"hand_off_after": 2}), "help.hand_off_after"),
        (_set("help", to=[2, 3, 5]), "help"),
        (_set("languages", to=[]), "languages"),
        (_set("slots", to=[]), "slots"),
        (_set("name", to={1, 2}), "$"),
    ],
)
def test_a_faulty_definition_names_the_place_of_the_fault(change: Any, path: str) -> None:
    assert _fault(change) == path


def test_the_small_definition_itself_is_fine() -> None:
    assert [slot.name for slot in Flow.from_definition(_small()).slots] == ["one", "two"]


def test_importing_the_flows_pulls_in_no_framework_and_no_engine() -> None:
    heavy = (
        "django rest_framework spacy presidio_analyzer pocketsphinx onnxruntime phonenumbers jsonschema numpy"
    )
    script = (
        "import sys; import apps.onboarding.flows.dialogue, apps.onboarding.flows.understanding; "
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
