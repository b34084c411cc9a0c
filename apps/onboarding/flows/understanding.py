"""Rules-based understanding: an utterance to commands. Deterministic; never a language model."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.onboarding.flows import command_phrases, grammar
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
from apps.onboarding.flows.corrections import Named, clauses, find_named, is_short
from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.dialogue_state import DialogueState
from apps.onboarding.flows.grammar.folding import MAX_TEXT
from apps.onboarding.flows.grammar.matching import means_nothing
from apps.onboarding.flows.grammar.tokens import words_of
from apps.onboarding.flows.grammar.weekdays import read_days
from apps.onboarding.flows.grammar.yes_no import read_yes_no
from apps.onboarding.flows.pending_choices import NONE_OF_THEM, resolve
from apps.onboarding.flows.progress import applies
from apps.onboarding.flows.wording import say

_LISTS = frozenset({"counted_list", "multi_choice", "choice", "weekdays"})
_PUTS_OFF = frozenset({"now", "later", "yet", "baad", "बाद"})
"""At the offer "not now" asks for more questions, "skip" for the proposal."""
_OPEN = frozenset({"text", "personal", "date"})


def understand(
    flow: Flow,
    state: DialogueState,
    text: str,
    language: str,
    facts: Mapping[str, bool] | None = None,
    today: datetime.date | None = None,
) -> tuple[Command, ...]:
    """The commands of one utterance. None after cancellation; only cancel and going on while a person has taken over.

    `facts` tells which placeholders of personal data are usable; `today` is what "tomorrow" counts from.
    """
    if state.cancelled:
        return ()
    spoken = flow.language(language)
    if state.handed_off:
        command = command_phrases.recognise(text[:MAX_TEXT], spoken)
        return (command,) if isinstance(command, Cancel | MoreQuestions) else ()
    if len(text) > MAX_TEXT:
        return (CannotHandle(reason=say(spoken, "too_long")),)
    if not any(character.isalnum() for character in text):
        return (CannotHandle(reason=say(spoken, "empty")),)
    return _Reader(flow=flow, state=state, language=spoken, facts=facts or {}, today=today).read(text)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What one utterance is read against."""

    flow: Flow
    state: DialogueState
    language: str
    facts: Mapping[str, bool]
    today: datetime.date | None

    @property
    def current(self) -> Slot | None:
        name = self.state.current
        return self.flow.slot(name) if name is not None and self.flow.has_slot(name) else None

    def parse(self, slot: Slot, text: str) -> grammar.Result:
        return grammar.parse(slot, text, self.language, facts=self.facts, today=self.today)

    def answer(self, slot: Slot, value: Any) -> Command:
        if slot.name in self.state.answers:
            return CorrectSlot(slot=slot.name, value=value)
        return SetSlot(slot=slot.name, value=value)

    def read(self, text: str) -> tuple[Command, ...]:
        replied = self._reply_to_pending(text)
        if replied is not None:
            return replied
        command = command_phrases.recognise(text, self.language)
        if isinstance(command, Skip) and self.state.tier == "offer" and self.current is None:
            return (MoreQuestions() if _PUTS_OFF & set(words_of(text)) else Propose(),)
        if command is not None:
            return (command,)
        named = find_named(self.flow, text)
        if named is not None and named.explicit:
            found = self._named(named, insist=True)
            if found is not None:
                return (found,)
        current = self.current
        if current is None:
            return self._without_question(text, named)
        return self._with_question(current, text, named)

    # questions back

    def _reply_to_pending(self, text: str) -> tuple[Command, ...] | None:
        pending = self.state.pending
        if pending is None:
            return None
        command = command_phrases.recognise(text, self.language)
        answer = read_yes_no(text)
        if pending.kind == "confirm_cancel":
            if isinstance(command, Cancel) or (command is None and answer is True):
                return (Cancel(confirmed=True),)
            if answer is False or isinstance(command, MoreQuestions):
                return (MoreQuestions(),)
            return None
        if pending.kind == "offer_person":
            current = self.current
            if isinstance(command, HandOff):
                return (HandOff(),)
            if (
                answer is not None
                and (current is None or current.type != "yes_no")
                and len(text.split()) <= 4
            ):
                return (HandOff(),) if answer else (MoreQuestions(),)
            return None
        if pending.slot is None or not self.flow.has_slot(pending.slot) or command is not None:
            return None
        slot = self.flow.slot(pending.slot)
        chosen = resolve(slot, pending.choices, text, self.language)
        if chosen is NONE_OF_THEM:
            return (CannotHandle(reason=say(self.language, "not_understood")),)
        return None if chosen is None else (self.answer(slot, chosen.value),)

    # answers

    def _without_question(self, text: str, named: Named | None) -> tuple[Command, ...]:
        """At the offer, or when all is done."""
        several = self._several(text)
        if several:
            return several
        if named is not None and (found := self._named(named, insist=True)) is not None:
            return (found,)
        answer = read_yes_no(text)
        if self.state.tier == "offer" and answer is not None:
            return (Propose(),) if answer else (MoreQuestions(),)
        return (CannotHandle(reason=say(self.language, "not_understood")),)

    def _with_question(self, current: Slot, text: str, named: Named | None) -> tuple[Command, ...]:
        parsed = self.parse(current, text)
        listed = current.type in _LISTS and isinstance(parsed, grammar.Understood)
        if not listed:
            several = self._several(text)
            if len(several) > 1:
                return several
            if named is not None and named.slot != current.name and self._clear(current, named, parsed):
                found = self._named(named, insist=not isinstance(parsed, grammar.Understood))
                if found is not None:
                    return (found,)
            if named is not None and named.slot == current.name and named.text is not None:
                own = self.parse(current, named.text)
                parsed = own if isinstance(own, grammar.Understood) else parsed
        if isinstance(parsed, grammar.Understood):
            return (self.answer(current, parsed.value), *self._days_too(current, text))
        if current.tier == "optional" and current.type in _OPEN and means_nothing(text, current):
            return (Skip(),)
        choices = parsed.choices if isinstance(parsed, grammar.Ambiguous) else ()
        return (
            CannotHandle(
                reason=parsed.reason or say(self.language, "not_understood"),
                choices=choices,
                slot=current.name,
            ),
        )

    def _clear(self, current: Slot, named: Named, parsed: grammar.Result) -> bool:
        """Whether words about another question may override the open one."""
        if named.text is None:
            return False
        if current.multiline:
            return False
        other = self.flow.slot(named.slot)
        if current.type in {"text", "personal"}:
            return is_short(other, named.text)
        return current.type not in _LISTS or not isinstance(parsed, grammar.Understood)

    def _named(self, named: Named, *, insist: bool) -> Command | None:
        """The command for a named question. Without `insist` only a clear value counts."""
        slot = self.flow.slot(named.slot)
        if not applies(slot, self.state.answers):
            if not insist:
                return None
            label = slot.wording(self.language).label
            return CannotHandle(reason=say(self.language, "not_applicable", label=label))
        if named.text is None:
            return Back(slot=slot.name)
        parsed = self.parse(slot, named.text)
        if isinstance(parsed, grammar.Understood):
            return self.answer(slot, parsed.value)
        if not insist or (not named.explicit and isinstance(parsed, grammar.Unclear)):
            return None
        choices = parsed.choices if isinstance(parsed, grammar.Ambiguous) else ()
        reason = parsed.reason or say(self.language, "not_understood")
        return CannotHandle(reason=reason, choices=choices, slot=slot.name)

    def _several(self, text: str) -> tuple[Command, ...]:
        """Several answers at once, if every clause names its question; the first may answer the open one."""
        parts = clauses(text)
        if not 2 <= len(parts) <= 8:
            return ()
        found: list[Command] = []
        named_later = [find_named(self.flow, part) for part in parts[1:]]
        labelled = all(named is not None and named.labelled for named in named_later)
        for position, part in enumerate(parts):
            named = find_named(self.flow, part)
            if named is None or named.text is None:
                first = self._first_clause(part, labelled=labelled) if position == 0 else None
                if first is None:
                    return ()
                found.append(first)
                continue
            command = self._named(named, insist=False)
            if not isinstance(command, SetSlot | CorrectSlot) or any(
                isinstance(other, SetSlot | CorrectSlot) and other.slot == command.slot for other in found
            ):
                return ()
            found.append(command)
        return tuple(found)

    def _first_clause(self, part: str, *, labelled: bool) -> Command | None:
        current = self.current
        if current is None or current.type == "personal" or current.multiline:
            return None
        if current.type == "text" and not (labelled and len(part.split()) <= 4):
            return None
        parsed = self.parse(current, part)
        return self.answer(current, parsed.value) if isinstance(parsed, grammar.Understood) else None

    def _days_too(self, slot: Slot, text: str) -> tuple[Command, ...]:
        """ "9 to 6, Monday to Friday" answers hours and days: the days are named in so many words."""
        if slot.days_slot is None:
            return ()
        days_slot = self.flow.slot(slot.days_slot)
        days, doubtful = read_days(text, self.language)
        if not days or doubtful or not applies(days_slot, self.state.answers):
            return ()
        if self.state.answers.get(days_slot.name) == days:
            return ()
        return (self.answer(days_slot, days),)
