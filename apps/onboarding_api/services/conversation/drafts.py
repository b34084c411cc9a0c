"""Free dictation is a draft: what was heard is offered for confirmation, never taken as the answer."""

from __future__ import annotations

from apps.onboarding.flows import grammar
from apps.onboarding.flows.commands import CannotHandle, Command, CorrectSlot, SetSlot
from apps.onboarding.flows.definition import Flow
from apps.onboarding.flows.grammar import Choice
from apps.onboarding.models import Turn
from apps.onboarding_api.services.conversation.wording import say


def to_confirm(commands: tuple[Command, ...], *, turn: Turn, flow: Flow) -> tuple[Command, ...]:
    """The first answer among the commands as a choice to pick; without one, a request to say it again."""
    language = turn.session.language
    for command in commands:
        if isinstance(command, SetSlot | CorrectSlot) and flow.has_slot(command.slot):
            slot = flow.slot(command.slot)
            heard = Choice(value=command.value, label=grammar.display(slot, command.value, language))
            return (CannotHandle(reason=say("draft", language), choices=(heard,), slot=slot.name),)
    return (CannotHandle(reason=say("draft_unclear", language), choices=()),)
