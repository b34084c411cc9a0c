"""Utterances to commands: the open question, corrections by name, several answers at once."""

# ruff: noqa: E501 - tables of utterances read better in full lines

from typing import Any

import pytest

from apps.onboarding.flows import dialogue
from apps.onboarding.flows.commands import (
    Back,
    Cancel,
    CannotHandle,
    Command,
    CorrectSlot,
    HandOff,
    MoreQuestions,
    Propose,
    SetSlot,
    Skip,
)
from apps.onboarding.flows.dialogue import DialogueState
from apps.onboarding.flows.dialogue_state import Pending
from apps.onboarding.flows.grammar import Choice
from apps.onboarding.flows.understanding import understand
from apps.onboarding.tests.flow_support import TODAY, flow

ANSWERS: dict[str, Any] = {
    "site_name": "Green Valley",
    "site_type": "warehouse",
    "address": "12 MG Road",
    "city": "Pune",
    "area": {"value": 150000, "unit": "sq_ft"},
    "floors": 4,
}


def _hear(
    text: str, current: str | None = "entrances", language: str = "en", **state: Any
) -> tuple[Command, ...]:
    fields: dict[str, Any] = {"answers": ANSWERS, "current": current} | state
    return understand(flow(), DialogueState(**fields), text, language, today=TODAY)


AREA = {"value": 2000, "unit": "sq_m"}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("change the number of floors to 5", CorrectSlot("floors", 5)), ("please change the number of floors from 4 to 5", CorrectSlot("floors", 5)), ("actually the area is 2000 sq m", CorrectSlot("area", AREA)), ("no wait, the area should be 2000 sq m", CorrectSlot("area", AREA)), ("set the city to Mumbai", CorrectSlot("city", "Mumbai")), ("I want to change the city to Mumbai", CorrectSlot("city", "Mumbai")), ("the city is Mumbai", CorrectSlot("city", "Mumbai")), ("sorry, floors should be 6", CorrectSlot("floors", 6)), ("update floors to six", CorrectSlot("floors", 6)), ("make it 6 floors", CorrectSlot("floors", 6)), ("actually we have 6 floors", CorrectSlot("floors", 6)), ("it has 6 floors, not 4", CorrectSlot("floors", 6)), ("correction: area 2000 sq m", CorrectSlot("area", AREA)), ("floors: 6", CorrectSlot("floors", 6)), ("the type of site is hospital", CorrectSlot("site_type", "hospital")), ("correct the site name to Blue Ridge", CorrectSlot("site_name", "Blue Ridge")),
        ("मंज़िलों की संख्या 5 कर दो", CorrectSlot("floors", 5)), ("क्षेत्रफल 2000 वर्ग मीटर कर दो", CorrectSlot("area", AREA)), ("शहर बदलकर मुंबई कर दो", None), ("manzil 5 kar do", CorrectSlot("floors", 5)), ("floors ko 5 karo", CorrectSlot("floors", 5)), ("kshetrafal 2000 varg meter hai", CorrectSlot("area", AREA)), ("शहर मुंबई है", CorrectSlot("city", "मुंबई")), ("the city should be Mumbai, not Pune", CorrectSlot("city", "Mumbai")), ("I meant 6 floors", CorrectSlot("floors", 6)), ("oh wait, it's actually 6 floors not 4", CorrectSlot("floors", 6)),
        ("change the address", Back("address")), ("go back to the city", Back("city")), ("I want to change the area", Back("area")), ("the area is wrong", Back("area")), ("can you correct the site name", Back("site_name")), ("back to the floors question", Back("floors")), ("I need to fix the address", Back("address")),
        ("guards per shift should be 4", SetSlot("guards_per_shift", 4)), ("set opening hours to 9am to 6pm", SetSlot("operating_hours", {"from": "09:00", "to": "18:00"})),
    ],
)  # fmt: skip
def test_an_earlier_answer_is_corrected_by_its_name(text: str, command: Command | None) -> None:
    found = _hear(text)
    if command is None:
        assert not any(isinstance(item, SetSlot) for item in found)
    else:
        assert found == (command,)


@pytest.mark.parametrize(
    ("text", "current", "commands"),
    [
        ("3 gates", "entrances", (SetSlot("entrances", 3),)), ("12", "entrances", (SetSlot("entrances", 12),)),
        ("the number of entrances is 3", "entrances", (SetSlot("entrances", 3),)), ("5 floors and 3 entrances", "entrances", (CorrectSlot("floors", 5), SetSlot("entrances", 3))), ("we have 3 gates and 20 guards", "entrances", (SetSlot("entrances", 3), SetSlot("guards_per_shift", 20))),
        ("9 to 6, Monday to Saturday", "operating_hours", (SetSlot("operating_hours", {"from": "09:00", "to": "18:00"}), SetSlot("operating_days", ["mon", "tue", "wed", "thu", "fri", "sat"]))), ("24x7", "operating_hours", (SetSlot("operating_hours", {"from": "00:00", "to": "24:00"}), SetSlot("operating_days", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))),
        ("open 9 to 9 all days except sunday", "operating_hours", (SetSlot("operating_hours", {"from": "09:00", "to": "21:00"}), SetSlot("operating_days", ["mon", "tue", "wed", "thu", "fri", "sat"]))),
        ("Mumbai and the area is 2000 sq m", "city", (CorrectSlot("city", "Mumbai"), CorrectSlot("area", AREA))),
        ("2, and change the floors to 6", "entrances", (SetSlot("entrances", 2), CorrectSlot("floors", 6))),
        ("round the clock", "operating_hours", (SetSlot("operating_hours", {"from": "00:00", "to": "24:00"}),)),
        ("2 lifts and 4 cameras", "assets", (SetSlot("assets", [{"item": "lift", "count": 2}, {"item": "cctv_camera", "count": 4}]),)),
        ("electricity and water", "meters", (SetSlot("meters", ["electricity", "water"]),)),
        ("4", "floors", (CorrectSlot("floors", 4),)),
        ("12 MG Road, 5 floors up", "address", (CorrectSlot("address", "12 MG Road, 5 floors up"),)),
        ("The area is dangerous at night, the guards know.", "notes", (SetSlot("notes", "The area is dangerous at night, the guards know."),)),
        ("no", "notes", (Skip(),)), ("nothing", "notes", (Skip(),)), ("no email", "emergency_contact_email", (Skip(),)), ("nahi", "emergency_contact_email", (Skip(),)),
        ("the contact is [REDACTED_NAME], call him", "emergency_contact_name", (SetSlot("emergency_contact_name", "[REDACTED_NAME]"),)),
        ("tomorrow", "go_live_date", (SetSlot("go_live_date", "2030-03-14"),)),
    ],
)  # fmt: skip
def test_the_open_question_is_answered_and_others_only_by_name(
    text: str, current: str, commands: tuple[Command, ...]
) -> None:
    assert _hear(text, current) == commands


def test_what_names_nothing_answers_the_open_question_alone() -> None:
    assert _hear("2000 sq m", "area") == (CorrectSlot("area", AREA),)
    found = _hear("2000 sq m", "entrances")
    assert isinstance(found[0], CannotHandle)


def test_a_doubtful_answer_carries_its_readings() -> None:
    (found,) = _hear("1.5 lakh", "area")
    assert isinstance(found, CannotHandle)
    assert found.slot == "area"
    assert [choice.label for choice in found.choices] == ["150,000 sq ft", "150,000 sq m"]


def test_a_doubtful_correction_asks_about_the_question_it_named() -> None:
    (found,) = _hear("change the area to 2000")
    assert isinstance(found, CannotHandle)
    assert found.slot == "area"
    assert len(found.choices) == 2


def test_a_question_that_does_not_apply_cannot_be_answered() -> None:
    (found,) = _hear("change the number of beds to 20")
    assert isinstance(found, CannotHandle)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("square feet", 0), ("sq m", 1), ("the first one", 0), ("second", 1), ("feet", 0), ("वर्ग मीटर", 1), ("150,000 sq ft", 0), ("the first", 0), ("option 2", 1), ("meters", 1), ("sq ft please", 0), ("पहला", 0), ("dusra wala", 1), ("the latter", 1)],
)  # fmt: skip
def test_a_reading_is_chosen_in_few_words(text: str, chosen: int) -> None:
    choices = (
        Choice({"value": 150000, "unit": "sq_ft"}, "150,000 sq ft"),
        Choice({"value": 150000, "unit": "sq_m"}, "150,000 sq m"),
    )
    answers = {key: value for key, value in ANSWERS.items() if key != "area"}
    found = _hear(text, "area", answers=answers, pending=Pending("choices", "area", choices))
    assert found == (SetSlot("area", choices[chosen].value),)


def test_yes_takes_the_only_reading_and_no_drops_it() -> None:
    pending = Pending("choices", "entrances", (Choice(5, "5"),))
    for text in ("yes", "haan", "correct", "हाँ जी", "yes that's right"):
        assert _hear(text, pending=pending) == (SetSlot("entrances", 5),), text
    for text in ("no", "nahi", "no that's wrong"):
        assert isinstance(_hear(text, pending=pending)[0], CannotHandle | Back), text
    assert _hear("no, 6", pending=pending) == (SetSlot("entrances", 6),)
    assert _hear("7", pending=pending) == (SetSlot("entrances", 7),)


def test_cancelling_needs_a_yes() -> None:
    pending = Pending("confirm_cancel")
    for text in ("yes", "yes cancel", "cancel", "haan"):
        assert _hear(text, pending=pending) == (Cancel(confirmed=True),), text
    for text in ("no", "nahi", "no, go on", "continue"):
        assert _hear(text, pending=pending) == (MoreQuestions(),), text
    assert _hear("3", pending=pending) == (SetSlot("entrances", 3),)


def test_a_person_is_accepted_or_declined() -> None:
    pending = Pending("offer_person")
    assert _hear("yes please", pending=pending) == (HandOff(),)
    assert _hear("no", pending=pending) == (MoreQuestions(),)
    assert _hear("3", pending=pending) == (SetSlot("entrances", 3),)


def test_the_offer_is_answered_in_few_words() -> None:
    for text in (
        "yes",
        "propose now",
        "go ahead",
        "haan",
        "that's all",
        "yes, propose",
        "ok",
        "no more questions please",
        "skip",
        "stop asking",
    ):
        assert _hear(text, None, tier="offer") == (Propose(),), text
    for text in (
        "no",
        "more questions",
        "a few more",
        "नहीं",
        "not yet",
        "ask me more",
        "not now",
        "ask me the rest",
    ):
        assert _hear(text, None, tier="offer") == (MoreQuestions(),), text
    assert _hear("actually we have 6 floors", None, tier="offer") == (CorrectSlot("floors", 6),)
    assert isinstance(_hear("blue", None, tier="offer")[0], CannotHandle)


def test_nothing_is_interpreted_while_a_person_has_taken_over() -> None:
    assert _hear("skip", handed_off=True) == ()
    assert _hear("5", cancelled=True) == ()


def test_absurd_input_is_refused_at_once() -> None:
    for text in ("", "   ", "...", "x" * 2001, "\u200b", "५" * 3000):
        (found,) = _hear(text)
        assert isinstance(found, CannotHandle)


def test_the_facts_about_placeholders_reach_the_grammar() -> None:
    state = DialogueState(answers=ANSWERS, current="emergency_contact_phone")
    (found,) = understand(flow(), state, "[REDACTED_PHONE]", "en", facts={"[REDACTED_PHONE]": False})
    assert isinstance(found, CannotHandle)
    (found,) = understand(flow(), state, "[REDACTED_PHONE]", "en", facts={"[REDACTED_PHONE]": True})
    assert found == SetSlot("emergency_contact_phone", "[REDACTED_PHONE]")


def test_understanding_changes_no_state() -> None:
    step = dialogue.open_dialogue(flow(), "en")
    before = step.state.to_json()
    understand(flow(), step.state, "Green Valley", "en")
    assert step.state.to_json() == before
