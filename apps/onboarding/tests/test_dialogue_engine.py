"""The engine: what is asked, stored, withdrawn, and said."""

from collections.abc import Sequence
from typing import Any

import pytest

from apps.onboarding.flows import dialogue
from apps.onboarding.flows.commands import (
    Back,
    Cancel,
    CannotHandle,
    Command,
    CorrectSlot,
    Explain,
    HandOff,
    MoreQuestions,
    Propose,
    Repeat,
    SetSlot,
    Skip,
)
from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.dialogue import DialogueState, Step
from apps.onboarding.flows.errors import PatchInvalid
from apps.onboarding.flows.grammar import Choice
from apps.onboarding.flows.progress import applies
from apps.onboarding.flows.understanding import understand
from apps.onboarding.tests.flow_support import TODAY, flow

ANSWERS: dict[str, Any] = {
    "site_name": "Green Valley",
    "site_type": "warehouse",
    "address": "12 MG Road",
    "city": "Pune",
    "area": {"value": 150000, "unit": "sq_ft"},
    "floors": 4,
    "entrances": 3,
    "operating_hours": {"from": "09:00", "to": "18:00"},
    "operating_days": ["mon", "tue"],
    "shift_pattern": "three_8h",
    "guards_per_shift": 4,
    "armed_guards": True,
    "cctv": True,
    "risks": ["theft"],
    "visitor_volume": {"low": 20, "high": 25},
    "meters": ["electricity"],
    "meter_count": 2,
    "emergency_contact_name": "[REDACTED_NAME]",
    "emergency_contact_phone": "[REDACTED_PHONE]",
}


def _do(state: DialogueState, *commands: Command, language: str = "en") -> Step:
    return dialogue.apply(flow(), state, commands, language)


def _answered(upto: str | None = None) -> Step:
    """A dialogue with the answers above, up to but without one of them."""
    step = dialogue.open_dialogue(flow(), "en")
    for name, value in ANSWERS.items():
        if name == upto:
            break
        assert step.state.current == name
        step = _do(step.state, SetSlot(name, value))
    return step


def _kinds(step: Step) -> list[str]:
    return [change.kind for change in step.changes]


def test_the_first_step_asks_the_first_question() -> None:
    step = dialogue.open_dialogue(flow(), "en")
    assert step.state.current == "site_name"
    assert step.outcome == "ask"
    assert _kinds(step) == ["question_asked"]
    assert step.reply.text == step.reply.question == "What is the site called?"
    assert dialogue.open_dialogue(flow(), "hi-IN").reply.question == "साइट का नाम क्या है?"


def test_an_answer_is_read_back_before_the_next_question() -> None:
    step = _answered("area")
    step = _do(step.state, SetSlot("area", {"value": 150000, "unit": "sq_ft"}))
    assert step.reply.text is not None
    assert step.reply.text.startswith("Noted: 150,000 sq ft. How many floors")
    assert _kinds(step) == ["answer_set", "question_asked"]


def test_questions_follow_their_conditions() -> None:
    assert "armed_guards" not in _walk(ANSWERS | {"site_type": "office"})
    assert "meter_count" not in _walk(ANSWERS | {"meters": ["none"]})
    asked = _walk(ANSWERS)
    assert asked[: len(ANSWERS)] == list(ANSWERS)


def _walk(answers: dict[str, Any]) -> list[str]:
    """The questions asked when each is answered from `answers`, optional ones skipped."""
    step = dialogue.open_dialogue(flow(), "en")
    asked: list[str] = []
    while step.outcome == "ask":
        name = step.state.current
        if name is None:
            step = _do(step.state, MoreQuestions())
            continue
        asked.append(name)
        step = _do(step.state, SetSlot(name, answers[name]) if name in answers else Skip())
    return asked


def test_required_questions_end_in_an_offer_to_propose() -> None:
    step = _answered()
    assert step.state.tier == "offer"
    assert step.state.current is None
    assert step.outcome == "ask"
    assert dialogue.ready(flow(), step.state)
    assert [choice["value"] for choice in step.reply.choices] == ["propose", "more_questions"]
    assert "propose now" in str(step.reply.question)


def test_the_offer_leads_to_a_proposal_or_to_more_questions() -> None:
    state = _answered().state
    proposed = _do(state, Propose())
    assert (proposed.outcome, proposed.state.tier) == ("propose", "done")
    assert _kinds(proposed) == ["proposal_requested"]
    more = _do(state, MoreQuestions())
    assert (more.outcome, more.state.tier, more.state.current) == ("ask", "optional", "armed_guard_count")
    assert _do(more.state, Propose()).outcome == "propose"


def test_a_finished_dialogue_proposes_again_only_when_asked_or_corrected() -> None:
    done = _do(_answered().state, Propose()).state
    for command in (Repeat(), Explain(), Skip(), CannotHandle("what?")):
        step = _do(done, command)
        assert (step.outcome, step.state.tier) == ("ask", "done")
        assert "proposal" in str(step.reply.text)
    assert _do(done, Propose()).outcome == "propose"
    corrected = _do(done, CorrectSlot("floors", 6))
    assert (corrected.outcome, corrected.state.answers["floors"]) == ("propose", 6)
    assert _do(done, MoreQuestions()).state.current == "armed_guard_count"


def test_after_the_last_optional_question_a_proposal_is_requested() -> None:
    step = _do(_answered().state, MoreQuestions())
    while step.outcome == "ask":
        step = _do(step.state, Skip())
    assert step.outcome == "propose"
    assert _kinds(step) == ["question_skipped", "proposal_requested"]


def test_a_proposal_before_its_time_names_what_is_missing() -> None:
    step = _do(_answered("floors").state, Propose())
    assert step.outcome == "ask"
    assert step.state.current == "floors"
    assert "number of floors" in str(step.reply.text)


def test_a_value_out_of_range_is_never_stored_whoever_sent_it() -> None:
    state = _answered("floors").state
    for value in (0, 151, 2.5, "5", True, None, {"value": 5}):
        step = _do(state, SetSlot("floors", value))
        assert _kinds(step) == ["not_understood"], value
        assert "floors" not in step.state.answers
    assert _kinds(_do(state, SetSlot("nothing", 1))) == ["not_understood"]
    assert _kinds(_do(state, SetSlot("beds", 10))) == ["not_understood"], "does not apply to a warehouse"


def test_a_correction_reports_the_old_value_and_keeps_the_question() -> None:
    step = _do(_answered("guards_per_shift").state, CorrectSlot("floors", 7))
    (change,) = step.changes
    assert (change.kind, change.slot, change.value, change.old) == ("answer_corrected", "floors", 7, 4)
    assert step.state.current == "guards_per_shift"
    assert "from 4 to 7" in str(step.reply.text)


def test_a_correction_withdraws_what_no_longer_applies() -> None:
    step = _do(_answered("cctv").state, CorrectSlot("site_type", "office"))
    assert [(change.kind, change.slot, change.old) for change in step.changes] == [
        ("answer_corrected", "site_type", "warehouse"),
        ("answer_withdrawn", "armed_guards", True),
    ]
    assert "armed guards" in str(step.reply.text)
    again = _do(step.state, CorrectSlot("site_type", "bank"))
    assert again.state.current == "cctv"
    after = _do(again.state, SetSlot("cctv", True))
    assert after.state.current == "armed_guards", "what applies again is asked again"


def test_a_withdrawal_carries_on_down_the_chain() -> None:
    step = _do(_answered().state, MoreQuestions())
    step = _do(step.state, SetSlot("armed_guard_count", 2))
    step = _do(step.state, CorrectSlot("site_type", "office"))
    gone = [change.slot for change in step.changes if change.kind == "answer_withdrawn"]
    assert gone == ["armed_guards", "armed_guard_count"]


def test_back_returns_to_the_question_before_and_loses_no_answer() -> None:
    before = _answered("floors")
    after = _do(before.state, SetSlot("floors", 4))
    back = _do(after.state, Back())
    assert back.state.current == "floors"
    assert back.state.answers["floors"] == 4
    assert "4" in str(back.reply.text)
    changed = _do(back.state, SetSlot("floors", 6))
    assert _kinds(changed)[0] == "answer_corrected"
    assert changed.state.current == "entrances"
    kept = _do(back.state, Skip())
    assert kept.state.current == "entrances"
    assert kept.state.answers["floors"] == 4
    assert "question_skipped" not in _kinds(kept)


def test_back_goes_all_the_way_and_stops_at_the_first_question() -> None:
    step = _answered("floors")
    for expected in ("area", "city", "address", "site_type", "site_name", "site_name"):
        step = _do(step.state, Back())
        assert step.state.current == expected


def test_back_to_a_named_question() -> None:
    step = _do(_answered("floors").state, Back("city"))
    assert step.state.current == "city"
    assert _do(step.state, CorrectSlot("city", "Mumbai")).state.current == "floors"


def test_a_skipped_required_question_comes_back_at_the_end() -> None:
    step = _do(_answered("floors").state, Skip())
    assert _kinds(step) == ["question_skipped", "question_asked"]
    assert step.state.current == "entrances"
    for name in list(ANSWERS)[6:]:
        step = _do(step.state, SetSlot(name, ANSWERS[name]))
    assert step.state.current == "floors"
    assert not dialogue.ready(flow(), step.state)
    assert _do(step.state, Skip()).state.current == "floors"
    assert _do(step.state, SetSlot("floors", 4)).state.tier == "offer"


def test_explain_and_repeat_stay_at_the_question() -> None:
    state = _answered("floors").state
    explained = _do(state, Explain())
    assert _kinds(explained) == ["explained"]
    assert "checkpoints" in str(explained.reply.text)
    repeated = _do(state, Repeat())
    assert _kinds(repeated) == ["question_repeated"]
    assert repeated.reply.question == explained.reply.question
    assert repeated.state == explained.state == state


def test_failures_give_choices_then_a_form_control_then_a_person() -> None:
    state = _answered("floors").state
    readings = (Choice(5, "5"), Choice(6, "6"))
    first = _do(state, CannotHandle("Which?", readings, "floors"))
    assert [choice["value"] for choice in first.reply.choices] == [5, 6]
    assert first.reply.control is None
    second = _do(first.state, CannotHandle("What?"))
    assert second.reply.control is not None
    assert second.reply.control["kind"] == "number"
    third = _do(second.state, CannotHandle("What?"))
    assert [choice["value"] for choice in third.reply.choices] == ["hand_off", "continue"]
    assert third.reply.control is not None
    assert not third.state.handed_off
    fourth = _do(third.state, CannotHandle("What?"))
    fifth = _do(fourth.state, CannotHandle("What?"))
    assert fifth.outcome == "handed_off", "the third failure on the control"
    assert _kinds(fifth) == ["not_understood", "handed_off"]


def test_a_flow_says_when_help_is_offered() -> None:
    definition = load_flow()
    definition["help"] = {"form_control_after": 1, "person_after": 2, "hand_off_after": 3, "explain_after": 2}
    eager = Flow.from_definition(definition)
    state, seen = _answered("floors").state, []
    for _ in range(3):
        step = dialogue.apply(eager, state, [CannotHandle("What?")], "en")
        state = step.state
        told = eager.slot("floors").wording("en").why in str(step.reply.text)
        seen.append((step.reply.control is not None, state.pending is not None, state.handed_off, told))
    assert seen == [(True, False, False, False), (True, True, False, True), (False, False, True, False)]


def test_a_step_tells_misses_that_an_answer_of_the_same_turn_forgot() -> None:
    step = _do(_answered("floors").state, CannotHandle("What?"), SetSlot("floors", 5))
    assert (step.misses, step.state.misses) == (1, 0)


def test_an_answer_forgets_the_failures() -> None:
    step = _do(_answered("floors").state, CannotHandle("What?"))
    step = _do(step.state, SetSlot("floors", 5))
    assert step.state.misses == 0
    assert step.state.pending is None


def test_one_utterance_is_one_failure() -> None:
    step = _do(_answered("floors").state, CannotHandle("a"), CannotHandle("b"), SetSlot("floors", 999))
    assert step.state.misses == 1


def test_cancelling_asks_back_first() -> None:
    state = _answered("floors").state
    asked = _do(state, Cancel())
    assert asked.outcome == "ask"
    assert [choice["value"] for choice in asked.reply.choices] == ["cancel", "keep"]
    kept = _do(asked.state, MoreQuestions())
    assert kept.state.current == "floors"
    assert kept.state.pending is None
    gone = _do(asked.state, Cancel(confirmed=True))
    assert gone.outcome == "cancelled"
    assert _kinds(gone) == ["cancelled"]
    assert gone.state.answers == state.answers
    assert _do(gone.state, SetSlot("floors", 5)).changes == ()


def test_the_bot_is_silent_once_a_person_takes_over() -> None:
    step = _do(_answered("floors").state, HandOff())
    assert step.outcome == "handed_off"
    assert step.reply.text
    silent = _do(step.state, SetSlot("floors", 5))
    assert (silent.reply.text, silent.changes, silent.outcome) == (None, (), "handed_off")
    resumed = _do(silent.state, MoreQuestions())
    assert resumed.outcome == "ask"
    assert resumed.state.current == "floors"
    assert _kinds(resumed) == ["resumed"]


@pytest.mark.parametrize(
    ("commands", "value", "expected"),
    [
        ([], 5, SetSlot("floors", 5)),
        ([], "5", SetSlot("floors", 5)),
        ([], "twelve", SetSlot("floors", 12)),
        ([Cancel()], "cancel", Cancel(confirmed=True)),
        ([Cancel()], "keep", MoreQuestions()),
        ([CannotHandle("x")] * 1, 6, SetSlot("floors", 6)),
        ([HandOff()], "resume", MoreQuestions()),
    ],
)
def test_what_a_client_picks_becomes_a_command(
    commands: Sequence[Command], value: Any, expected: Command
) -> None:
    state = _answered("floors").state
    for command in commands:
        state = _do(state, command).state
    assert dialogue.choice_command(flow(), state, value) == expected


def test_a_pick_that_was_never_offered_is_refused() -> None:
    state = _answered("floors").state
    never: list[Any] = [999, "banana", None, [], {"from": 1}]
    for value in never:
        assert isinstance(dialogue.choice_command(flow(), state, value), CannotHandle)
    offer = _answered().state
    assert dialogue.choice_command(flow(), offer, "propose") == Propose()
    assert isinstance(dialogue.choice_command(flow(), offer, "dance"), CannotHandle)


def test_a_pick_of_a_reading_answers_the_question_it_belongs_to() -> None:
    readings = (Choice({"value": 2000, "unit": "sq_m"}, "2,000 sq m"),)
    state = _do(_answered("entrances").state, CannotHandle("?", readings, "area")).state
    found = dialogue.choice_command(flow(), state, {"value": 2000, "unit": "sq_m"})
    assert found == CorrectSlot("area", {"value": 2000, "unit": "sq_m"})


def test_a_patch_is_taken_whole() -> None:
    step = dialogue.correct(flow(), _answered("guards_per_shift").state, {"floors": 9, "guards_per_shift": 6})
    assert step.state.answers["floors"] == 9
    assert step.state.current == "armed_guards"
    assert [change.kind for change in step.changes][:2] == ["answer_corrected", "answer_set"]


def test_a_faulty_patch_changes_nothing_and_names_each_fault() -> None:
    state = _answered("guards_per_shift").state
    with pytest.raises(PatchInvalid) as caught:
        dialogue.correct(flow(), state, {"floors": 900, "nothing": 1, "beds": 10, "city": "Pune"})
    assert set(caught.value.reasons) == {"floors", "nothing", "beds"}
    assert state.answers["floors"] == 4


def test_a_patch_may_bring_the_condition_of_its_own_answers() -> None:
    state = _answered("cctv").state
    step = dialogue.correct(flow(), state, {"beds": 200, "site_type": "hospital"})
    assert step.state.answers["beds"] == 200
    assert "armed_guards" not in step.state.answers


def test_a_patch_can_withdraw_an_answer() -> None:
    step = dialogue.correct(flow(), _answered().state, {"floors": None})
    assert "floors" not in step.state.answers
    assert step.state.current == "floors"
    assert step.outcome == "ask"


def test_the_open_question_can_be_shown_again_at_any_time() -> None:
    for step in (_answered("floors"), _answered(), _do(_answered("floors").state, Cancel())):
        again = dialogue.open_question(flow(), step.state, "en")
        assert again.question == step.reply.question
        assert again.choices == step.reply.choices


def test_progress_counts_what_applies() -> None:
    step = _answered("floors")
    assert step.reply.progress["answered"] == 5
    assert step.reply.progress["required"] <= step.reply.progress["total"]
    assert _answered().reply.progress["required_answered"] == _answered().reply.progress["required"]


def test_a_state_survives_json() -> None:
    for step in (
        _answered("floors"),
        _answered(),
        _do(_answered("floors").state, CannotHandle("?", (Choice(5, "5"),), "floors")),
        _do(_answered("floors").state, Cancel()),
    ):
        assert DialogueState.from_json(step.state.to_json()).to_json() == step.state.to_json()


def test_every_answer_kept_belongs_to_a_question_that_applies() -> None:
    step = _answered()
    assert all(applies(flow().slot(name), step.state.answers) for name in step.state.answers)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Green Valley Tower", "it's a warehouse", "12 MG Road, Pune", "Pune", "1.5 lakh", "square feet",
                "G+4", "actually the area is 2000 sq m", "3 gates", "9 to 6, Monday to Saturday", "three shifts",
                "4 guards", "yes", "yes we have cctv", "theft and fire", "20-25", "electricity and water", "3",
                "the contact is [REDACTED_NAME], call him", "[REDACTED_PHONE]", "propose now",
            ],
        ),
        (
            "hi",
            [
                "ग्रीन वैली", "गोदाम", "12 एमजी रोड, पुणे", "पुणे", "डेढ़ लाख वर्ग फुट", "पाँच", "तीन",
                "सुबह नौ बजे से रात आठ बजे तक", "सोमवार से शनिवार", "तीन शिफ्ट", "चार", "नहीं", "हाँ", "चोरी और आग",
                "20 से 25", "बिजली और पानी", "दो", "[REDACTED_NAME]", "[REDACTED_PHONE]", "प्रस्ताव बनाओ",
            ],
        ),
        (
            "hi",
            [
                "Shanti Niketan", "godown", "12 MG Road", "Pune", "dedh lakh sq ft", "paanch manzil", "teen gate",
                "subah 9 baje se raat 8 baje", "somvar se shanivar", "teen shift", "char guard", "nahi", "haan",
                "chori aur aag", "20 se 25 log", "bijli aur pani", "do", "[REDACTED_NAME]", "[REDACTED_PHONE]",
                "prastav banao",
            ],
        ),
    ],
)  # fmt: skip
def test_a_whole_conversation_reaches_a_proposal(language: str, lines: list[str]) -> None:
    step = dialogue.open_dialogue(flow(), language)
    for line in lines:
        assert step.outcome == "ask", line
        commands = understand(flow(), step.state, line, language, today=TODAY)
        step = dialogue.apply(flow(), step.state, commands, language)
    assert step.outcome == "propose"
    assert dialogue.ready(flow(), step.state)
    assert step.state.answers["meter_count"] in {2, 3}
