"""One turn of the dialogue: the mutable workbench behind the pure functions of `dialogue`."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from apps.onboarding.flows import grammar
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
)
from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.dialogue_state import Change, DialogueState, Pending, Step
from apps.onboarding.flows.progress import applies, inapplicable, next_slot, open_slots, ready
from apps.onboarding.flows.replies import read_back, render
from apps.onboarding.flows.wording import say


class Turn:
    """Carries a state through the commands of one utterance and collects what is to be said."""

    def __init__(self, *, flow: Flow, state: DialogueState, language: str) -> None:
        self.flow = flow
        self.state = state
        self.language = language
        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.noted: list[str] = []
        self.asked_before = state.current
        self.missed = False
        self.most_misses = state.misses

    def change(self, kind: str, **fields: Any) -> None:
        self.changes.append(Change(kind=kind, **fields))

    def note(self, key: str, **fields: Any) -> None:
        self.notes.append(say(self.language, key, **fields))

    def update(self, **fields: Any) -> None:
        self.state = replace(self.state, **fields)

    @property
    def current(self) -> Slot | None:
        name = self.state.current
        return self.flow.slot(name) if name is not None and self.flow.has_slot(name) else None

    def label(self, name: str) -> str:
        return self.flow.slot(name).wording(self.language).label

    def do(self, command: Command) -> None:
        """Act on one command."""
        pending = self.state.pending
        if pending is not None and not isinstance(command, Explain | Repeat):
            self.update(pending=None)
        if isinstance(command, SetSlot | CorrectSlot):
            self._answer(command.slot, command.value)
        elif isinstance(command, Back):
            self._back(command.slot)
        elif isinstance(command, Repeat):
            self.change("question_repeated", slot=self.state.current)
        elif isinstance(command, Explain):
            self._explain()
        elif isinstance(command, Cancel):
            self._cancel(command)
        elif isinstance(command, HandOff):
            self._hand_off()
        elif isinstance(command, Propose):
            self._propose()
        elif isinstance(command, MoreQuestions):
            self._more(pending)
        elif isinstance(command, CannotHandle):
            self._miss(command)
        else:
            self._skip()

    def finish(self) -> Step:
        """The step: state, changes, reply, outcome."""
        state = self.state
        requested = any(change.kind == "proposal_requested" for change in self.changes)
        if state.current is not None and state.current != self.asked_before:
            self.change("question_asked", slot=state.current)
        if state.tier == "done" and not (requested or state.handed_off or state.cancelled or state.pending):
            self.note("done_hint")
        reply = render(self.flow, state, self.language, self._said())
        if state.cancelled:
            outcome = "cancelled"
        elif state.handed_off:
            outcome = "handed_off"
        else:
            outcome = "propose" if requested else "ask"
        return Step(
            state=state,
            changes=tuple(self.changes),
            reply=reply,
            outcome=outcome,
            misses=max(self.most_misses, state.misses),
        )

    def _said(self) -> list[str]:
        """The acknowledgements first, as one sentence, then the other notes."""
        if not self.noted:
            return self.notes
        if len(self.noted) == 1:
            return [say(self.language, "noted", value=self.noted[0]), *self.notes]
        return [say(self.language, "noted_many", values="; ".join(self.noted)), *self.notes]

    # answers

    def _answer(self, name: str, value: Any) -> None:
        if not self.flow.has_slot(name):
            self._miss(CannotHandle(reason=say(self.language, "unknown_slot")))
            return
        slot = self.flow.slot(name)
        if not applies(slot, self.state.answers):
            reason = say(self.language, "not_applicable", label=self.label(name))
            self._miss(CannotHandle(reason=reason))
            return
        fault = grammar.check(slot, value, self.language)
        if fault is not None:
            self._miss(CannotHandle(reason=fault))
            return
        self.store(slot, value)
        self.settle()

    def store(self, slot: Slot, value: Any, *, check_condition: bool = True) -> None:
        """Keep (or, for None, withdraw) one checked value and drop what it makes inapplicable."""
        answers = dict(self.state.answers)
        old = answers.get(slot.name)
        known = slot.name in answers
        if value is None:
            if known:
                del answers[slot.name]
                self.change("answer_withdrawn", slot=slot.name, old=old)
        else:
            answers[slot.name] = value
            self._record(slot, value, old, known=known)
        if check_condition or known:
            for name in inapplicable(self.flow, answers):
                self.change("answer_withdrawn", slot=name, old=answers.pop(name), reason="not_applicable")
                self.note("withdrawn", labels=self.label(name))
        history = self.state.history
        if value is not None and self.state.current == slot.name:
            history = (*(name for name in history if name != slot.name), slot.name)
        self.update(
            answers=MappingProxyType(answers),
            skipped=tuple(name for name in self.state.skipped if name != slot.name),
            history=tuple(name for name in history if name in answers or name in self.state.skipped),
        )

    def _record(self, slot: Slot, value: Any, old: Any, *, known: bool) -> None:
        shown = read_back(slot, value, self.language)
        if not known:
            self.change("answer_set", slot=slot.name, value=value)
            own = slot.name == self.state.current
            label = slot.wording(self.language).label
            self.noted.append(shown if own else say(self.language, "labelled", label=label, value=shown))
        elif old != value or type(old) is not type(value):
            self.change("answer_corrected", slot=slot.name, value=value, old=old)
            before = read_back(slot, old, self.language)
            self.note("corrected", label=self.label(slot.name), old=before, value=shown)
        else:
            self.note("kept", value=shown)

    def settle(self) -> None:
        """After answers changed: stay at an open question, else go on."""
        current = self.current
        waiting = (
            current is not None
            and current.name not in self.state.answers
            and applies(current, self.state.answers)
        )
        if (
            waiting
            and current is not None
            and not (current.tier == "optional" and not ready(self.flow, self.state))
        ):
            self.update(misses=0 if not self.missed else self.state.misses)
            return
        self.advance()

    # the way through the questions

    def advance(self) -> None:
        """Open the next question, make the offer, or finish."""
        self.update(current=None, misses=0)
        required = next_slot(self.flow, self.state, "required")
        if required is not None:
            skipped = tuple(name for name in self.state.skipped if name != required.name)
            self.update(current=required.name, tier="required", skipped=skipped)
            return
        optional = next_slot(self.flow, self.state, "optional")
        if self.state.tier in {"required", "offer"} and optional is not None:
            self.update(tier="offer")
            return
        if self.state.tier == "optional" and optional is not None:
            self.update(current=optional.name)
            return
        self._request_proposal("proposing" if self.state.tier == "done" else "proposing_done")

    def _request_proposal(self, key: str) -> None:
        self.update(tier="done", current=None, misses=0)
        if not any(change.kind == "proposal_requested" for change in self.changes):
            self.change("proposal_requested")
            self.note(key)

    def _skip(self) -> None:
        slot = self.current
        if slot is None:
            if self.state.tier == "offer":
                self._propose()
            return
        if slot.name in self.state.answers:
            shown = read_back(slot, self.state.answers[slot.name], self.language)
            self.note("kept", value=shown)
            self._pass(slot.name)
            return
        self.change("question_skipped", slot=slot.name)
        if slot.tier == "required":
            self.note("skipped_required", label=slot.wording(self.language).label)
        else:
            self.note("skipped")
        self.update(skipped=(*(name for name in self.state.skipped if name != slot.name), slot.name))
        self._pass(slot.name)

    def _pass(self, name: str) -> None:
        self.update(history=(*(past for past in self.state.history if past != name), name))
        before = self.state.current
        self.advance()
        if self.state.current == before:
            self.change("question_repeated", slot=before)

    def _back(self, target: str | None) -> None:
        if target is not None:
            if not self.flow.has_slot(target) or not applies(self.flow.slot(target), self.state.answers):
                self._miss(CannotHandle(reason=say(self.language, "unknown_slot")))
                return
            self._return_to(target)
            return
        history = [name for name in self.state.history if self.flow.has_slot(name)]
        if not history:
            self.note("back_start")
            self.change("question_repeated", slot=self.state.current)
            return
        self.update(history=tuple(history[:-1]))
        self._return_to(history[-1])

    def _return_to(self, name: str) -> None:
        slot = self.flow.slot(name)
        tier = "required" if slot.tier == "required" else "optional"
        if self.state.tier in {"offer", "optional"} and slot.tier == "required":
            tier = self.state.tier
        self.update(
            current=name,
            misses=0,
            tier=tier,
            skipped=tuple(skipped for skipped in self.state.skipped if skipped != name),
        )
        self.note("back")
        if name in self.state.answers:
            shown = read_back(slot, self.state.answers[name], self.language)
            self.note("back_answer", value=shown)

    def _propose(self) -> None:
        missing = open_slots(self.flow, self.state, "required")
        if missing:
            labels = ", ".join(slot.wording(self.language).label for slot in missing[:5])
            self.note("still_needed", labels=labels)
            if self.current is None or self.current.tier == "optional":
                self.advance()
            elif self.state.current == self.asked_before:
                self.change("question_repeated", slot=self.state.current)
            return
        self._request_proposal("proposing")

    def _more(self, pending: Pending | None) -> None:
        if pending is not None and pending.kind == "confirm_cancel":
            self.note("not_cancelled")
            return
        if self.state.tier in {"offer", "done"} and self.current is None:
            self.update(tier="optional")
            self.advance()
        elif self.current is None:
            self.advance()

    def resume(self) -> None:
        """A person has finished: the dialogue goes on where it was."""
        self.update(handed_off=False, pending=None, misses=0)
        self.change("resumed", slot=self.state.current)
        self.note("resumed")

    # everything else

    def _explain(self) -> None:
        slot = self.current
        if slot is None:
            self.note("nothing_to_explain")
            return
        self.change("explained", slot=slot.name)
        self.notes.append(slot.wording(self.language).why)

    def _cancel(self, command: Cancel) -> None:
        if command.confirmed:
            self.update(cancelled=True, pending=None)
            self.change("cancelled")
            self.note("cancelled")
            return
        self.update(pending=Pending(kind="confirm_cancel"))

    def _hand_off(self) -> None:
        self.update(handed_off=True, pending=None)
        self.change("handed_off", slot=self.state.current)
        self.note("handed_off")

    def _miss(self, command: CannotHandle) -> None:
        """Not understood: choices where there are some, then the form control, then a person."""
        if self.missed:
            return
        self.missed = True
        misses = self.most_misses = self.state.misses + 1
        offers = self.flow.help
        self.change("not_understood", slot=self.state.current, reason=command.reason)
        self.update(misses=misses)
        if misses >= offers.hand_off_after:
            self._hand_off()
            return
        self.notes.append(command.reason)
        if misses == offers.explain_after and self.current is not None:
            self.notes.append(self.current.wording(self.language).why)
        if misses >= offers.person_after:
            self.update(pending=Pending(kind="offer_person"))
            return
        name = command.slot or self.state.current
        if name is None or not self.flow.has_slot(name):
            return
        slot = self.flow.slot(name)
        usable = tuple(
            choice
            for choice in command.choices
            if applies(slot, self.state.answers) and grammar.check(slot, choice.value, self.language) is None
        )
        if usable:
            self.update(pending=Pending(kind="choices", slot=name, choices=usable))
