"""What holds for any text, any value, any order of commands."""

import functools
import itertools
import json
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.onboarding.flows import dialogue, grammar
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
    from_json,
    to_json,
)
from apps.onboarding.flows.dialogue import DialogueState
from apps.onboarding.flows.grammar import Choice
from apps.onboarding.flows.progress import applies
from apps.onboarding.flows.understanding import understand
from apps.onboarding.flows.words import listed
from apps.onboarding.tests.flow_support import TODAY, flow

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

WORDS = listed(
    """
    9 to 6 am pm 20 25 - , . : / + and or not no yes half past quarter lakh crore sq ft m sq hours minutes every
    monday sunday to except twenty five hundred point theft fire all none electricity water 2 lifts a of the is
    area floors change actually back skip why [REDACTED_PHONE] [REDACTED_NAME_2] सुबह नौ बजे से रात ढाई लाख वर्ग फुट
    हाँ नहीं पच्चीस subah baje se tak do teen 15 august tomorrow next 2030-05-01 05/06/2030 0600 hrs 24x7 G+4 @ gmail
    dot com double triple ? ! 1,50,000
    """
)

TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.binary(max_size=60).map(repr),
)
SLOTS = st.sampled_from(flow().slots)


@functools.cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(grammar.json_schema(flow().slot(name)))


LANGUAGES = st.sampled_from(["en", "hi", "en-IN", "fr", ""])


@QUICK
@given(slot=SLOTS, text=TEXTS, language=LANGUAGES)
def test_parse_never_raises_and_never_gives_a_value_that_its_own_check_refuses(
    slot: Any, text: str, language: str
) -> None:
    found = grammar.parse(slot, text, language, today=TODAY)
    schema = _validator(slot.name)
    values: list[Any] = []
    if isinstance(found, grammar.Understood):
        values = [found.value]
        assert found.spoken_back == grammar.display(slot, found.value, language)
    elif isinstance(found, grammar.Ambiguous):
        assert found.choices
        values = [choice.value for choice in found.choices]
    else:
        assert found.reason
    for value in values:
        assert grammar.check(slot, value, language) is None
        assert schema.is_valid(value)
        assert json.loads(json.dumps(value)) == value


@QUICK
@given(slot=SLOTS, text=TEXTS)
def test_what_was_understood_is_shown_in_words_that_are_understood_again(slot: Any, text: str) -> None:
    found = grammar.parse(slot, text, "en", today=TODAY)
    if isinstance(found, grammar.Understood) and slot.type != "text":
        again = grammar.parse(slot, found.spoken_back, "en", today=TODAY)
        assert isinstance(again, grammar.Understood)
        assert again.value == found.value


@QUICK
@given(slot=SLOTS, text=TEXTS)
def test_personal_spans_stay_inside_the_text_and_never_overlap(slot: Any, text: str) -> None:
    reached = 0
    for span in grammar.personal_spans(slot, text, "en"):
        assert reached <= span.start < span.end <= len(text)
        assert span.kind == slot.personal
        assert span.valid == (span.normalised is not None)
        reached = span.end


KEYS = st.sampled_from(["value", "unit", "low", "high", "from", "to", "minutes", "item", "count"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@QUICK
@given(slot=SLOTS, value=ANY_JSON)
def test_check_never_raises_and_is_at_least_as_strict_as_the_schema(slot: Any, value: Any) -> None:
    if grammar.check(slot, value, "en") is None:
        assert _validator(slot.name).is_valid(value)


VALUES: dict[str, list[Any]] = {
    "site_type": ["office", "warehouse", "hospital", "spaceship"],
    "floors": [1, 5, 900, "x"],
    "meters": [["electricity"], ["none"], []],
    "cctv": [True, False],
    "armed_guards": [True, False],
    "armed_guard_count": [2],
    "beds": [100],
    "area": [{"value": 2000, "unit": "sq_m"}, {"value": 1, "unit": "sq_m"}],
    "site_name": ["Green Valley", ""],
    "nothing": [1],
}
ANSWER = st.sampled_from([(name, value) for name, values in VALUES.items() for value in values])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    ANSWER.map(lambda pair: SetSlot(*pair)),
    ANSWER.map(lambda pair: CorrectSlot(*pair)),
    st.sampled_from([Skip(), Back(), Repeat(), Explain(), Cancel(), Propose(), MoreQuestions(), HandOff()]),
    st.sampled_from([None, *VALUES]).map(Back),
    st.just(CannotHandle("what?")),
    st.just(CannotHandle("which?", (Choice(5, "5"), Choice(6, "6")), "floors")),
)


def _run(commands: list[list[Command]]) -> list[dialogue.Step]:
    steps = [dialogue.open_dialogue(flow(), "en")]
    for turn in commands:
        steps.append(dialogue.apply(flow(), steps[-1].state, turn, "en"))
    return steps


@QUICK
@given(turns=st.lists(st.lists(COMMANDS, min_size=1, max_size=3), max_size=14))
def test_whatever_is_commanded_the_state_stays_sound(turns: list[list[Command]]) -> None:
    steps = _run(turns)
    for before, step in itertools.pairwise(steps):
        state = step.state
        assert all(applies(flow().slot(name), state.answers) for name in state.answers)
        assert all(
            grammar.check(flow().slot(name), value, "en") is None for name, value in state.answers.items()
        )
        assert json.loads(json.dumps(state.to_json())) == state.to_json()
        assert DialogueState.from_json(state.to_json()).to_json() == state.to_json()
        lost = set(before.state.answers) - set(state.answers)
        assert lost == {change.slot for change in step.changes if change.kind == "answer_withdrawn"} - set(
            state.answers
        )
        requested = any(change.kind == "proposal_requested" for change in step.changes)
        assert (step.outcome == "propose") == (requested and not state.cancelled and not state.handed_off)
        assert step.outcome != "propose" or dialogue.ready(flow(), state)
        silent = state.handed_off or state.cancelled
        assert silent or step.reply.text
        if step.outcome == "ask" and state.tier != "done":
            assert step.reply.question


@QUICK
@given(turns=st.lists(st.lists(COMMANDS, min_size=1, max_size=2), max_size=10))
def test_the_same_commands_always_give_the_same_steps(turns: list[list[Command]]) -> None:
    assert [step.state.to_json() for step in _run(turns)] == [step.state.to_json() for step in _run(turns)]


@QUICK
@given(turns=st.lists(st.lists(COMMANDS, min_size=1, max_size=2), max_size=8), pair=ANSWER)
def test_back_after_an_answer_returns_to_its_question(
    turns: list[list[Command]], pair: tuple[str, Any]
) -> None:
    state = _run(turns)[-1].state
    name, value = pair
    if state.current != name or name in state.answers or state.handed_off or state.cancelled:
        return
    after = dialogue.apply(flow(), state, [SetSlot(name, value)], "en")
    if name not in after.state.answers:
        return
    back = dialogue.apply(flow(), after.state, [Back()], "en")
    assert back.state.current == name
    assert back.state.answers == after.state.answers


@QUICK
@given(command=COMMANDS)
def test_every_command_survives_json(command: Command) -> None:
    assert from_json(json.loads(json.dumps(to_json(command)))) == command


@QUICK
@given(turns=st.lists(TEXTS, max_size=8), language=st.sampled_from(["en", "hi"]))
def test_any_conversation_runs_without_an_error(turns: list[str], language: str) -> None:
    step = dialogue.open_dialogue(flow(), language)
    for text in turns:
        commands = understand(flow(), step.state, text, language, today=TODAY)
        step = dialogue.apply(flow(), step.state, commands, language)
        assert step.outcome in {"ask", "propose", "cancelled", "handed_off"}


def test_hostile_lengths_are_read_or_refused_like_any_other_text() -> None:
    one_of_each = list({slot.type + str(slot.personal): slot for slot in flow().slots}.values())
    for piece in ("1,", "a:", "twenty ", "- ", "at dot ", ".", "double "):
        text = (piece * 2_000)[:2_000]
        for slot in one_of_each:
            assert not isinstance(grammar.parse(slot, text, "en", today=TODAY), grammar.Understood)
            grammar.personal_spans(slot, text, "en")
            assert isinstance(grammar.parse(slot, text + "x", "en"), grammar.Unclear)
