"""The dialogue engine: closed commands in, deterministic flow out. It is the only writer of a state.

Nothing from outside is trusted: every value is checked against its slot again. No clock, no random
choice, no input but the arguments: the same state and commands always give the same step.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.onboarding.flows import grammar
from apps.onboarding.flows import special_values as special
from apps.onboarding.flows.commands import (
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
from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.dialogue_state import Change, DialogueState, Pending, Reply, Step
from apps.onboarding.flows.engine import Turn
from apps.onboarding.flows.errors import PatchInvalid
from apps.onboarding.flows.progress import applies, inapplicable, ready
from apps.onboarding.flows.replies import render
from apps.onboarding.flows.wording import say

__all__ = [
    "Change",
    "DialogueState",
    "PatchInvalid",
    "Pending",
    "Reply",
    "Step",
    "apply",
    "choice_command",
    "correct",
    "open_dialogue",
    "open_question",
    "ready",
]


def open_dialogue(flow: Flow, language: str) -> Step:
    """The first question of a new dialogue."""
    turn = Turn(flow=flow, state=DialogueState(), language=flow.language(language))
    turn.advance()
    return turn.finish()


def apply(flow: Flow, state: DialogueState, commands: Sequence[Command], language: str) -> Step:
    """Act on the commands of one utterance, in order, and ask what comes next.

    While a person has taken over only two do anything: `MoreQuestions` takes the dialogue back, `Cancel` ends it.
    A cancelled dialogue stays as it is.
    """
    turn = Turn(flow=flow, state=state, language=flow.language(language))
    if state.cancelled:
        return turn.finish()
    if state.handed_off:
        for command in commands:
            if isinstance(command, MoreQuestions):
                turn.resume()
            elif isinstance(command, Cancel):
                turn.do(Cancel(confirmed=True))
        return turn.finish()
    for command in commands:
        turn.do(command)
        if turn.state.cancelled or turn.state.handed_off:
            break
    return turn.finish()


def open_question(flow: Flow, state: DialogueState, language: str) -> Reply:
    """The open question once more, as it stands. Changes nothing."""
    return render(flow, state, flow.language(language))


def choice_command(flow: Flow, state: DialogueState, value: Any, language: str | None = None) -> Command:
    """The command behind a value that a client picked or a form control submitted.

    A text that is no canonical value (a form may send "12") is read by the slot's grammar.
    """
    spoken = flow.language(language)
    special = _special(state, value)
    if special is not None:
        return special
    pending = state.pending
    name = pending.slot if pending is not None and pending.slot is not None else state.current
    if name is None or not flow.has_slot(name):
        return CannotHandle(reason=say(spoken, "invalid_choice"))
    slot = flow.slot(name)
    if grammar.check(slot, value, spoken) is None:
        return _answer(state, slot, value)
    current = flow.slot(state.current) if state.current is not None and flow.has_slot(state.current) else None
    if current is not None and current is not slot and grammar.check(current, value, spoken) is None:
        return _answer(state, current, value)
    if isinstance(value, str):
        found = grammar.parse(slot, value, spoken)
        if isinstance(found, grammar.Understood):
            return _answer(state, slot, found.value)
        choices = found.choices if isinstance(found, grammar.Ambiguous) else ()
        return CannotHandle(
            reason=found.reason or say(spoken, "invalid_choice"), choices=choices, slot=slot.name
        )
    fault = grammar.check(slot, value, spoken)
    return CannotHandle(reason=fault or say(spoken, "invalid_choice"), slot=slot.name)


def _special(state: DialogueState, value: Any) -> Command | None:
    """Values of the engine's own questions."""
    kind = state.pending.kind if state.pending is not None else None
    if not isinstance(value, str):
        return None
    known: dict[str, Command] = {}
    if kind == "confirm_cancel":
        known = {special.CANCEL: Cancel(confirmed=True), special.KEEP: MoreQuestions()}
    elif kind == "offer_person":
        known = {special.HAND_OFF: HandOff(), special.CONTINUE: MoreQuestions(), special.SKIP: Skip()}
    elif state.handed_off:
        known = {
            special.RESUME: MoreQuestions(),
            special.MORE_QUESTIONS: MoreQuestions(),
            special.CANCEL: Cancel(confirmed=True),
        }
    elif state.tier == "offer" and state.current is None:
        known = {special.PROPOSE: Propose(), special.MORE_QUESTIONS: MoreQuestions()}
    return known.get(value)


def _answer(state: DialogueState, slot: Slot, value: Any) -> Command:
    if slot.name in state.answers:
        return CorrectSlot(slot=slot.name, value=value)
    return SetSlot(slot=slot.name, value=value)


def correct(flow: Flow, state: DialogueState, patch: Mapping[str, Any], language: str | None = None) -> Step:
    """Take over several answers at once, or none of them. A value of None withdraws an answer.

    Raises `PatchInvalid` with a reason per faulty slot: unknown, out of range, or not applicable once
    the whole patch is in.
    """
    spoken = flow.language(language)
    reasons: dict[str, str] = {}
    after = dict(state.answers)
    for name, value in patch.items():
        if not flow.has_slot(name):
            reasons[str(name)] = say(spoken, "unknown_slot")
            continue
        if value is None:
            after.pop(name, None)
            continue
        fault = grammar.check(flow.slot(name), value, spoken)
        if fault is not None:
            reasons[name] = fault
        else:
            after[name] = value
    gone = set(inapplicable(flow, after))
    for name, value in patch.items():
        if value is not None and name in gone:
            label = flow.slot(name).wording(spoken).label
            reasons[name] = say(spoken, "not_applicable", label=label)
    if reasons:
        raise PatchInvalid(reasons)
    turn = Turn(flow=flow, state=state, language=spoken)
    if state.cancelled:
        return turn.finish()
    ordered = sorted(patch, key=lambda name: not applies(flow.slot(name), after))
    for name in ordered:
        turn.store(flow.slot(name), patch[name], check_condition=False)
    turn.settle()
    return turn.finish()
