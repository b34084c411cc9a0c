"""The closed set: what a provider may answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from apps.onboarding.errors import ProviderUnavailable

if TYPE_CHECKING:
    from apps.onboarding.flows.definition import Flow

MAX_COMMANDS = 50


def refuse_unknown(commands: Sequence[Any], *, flow: Flow) -> None:
    """Raises `ProviderUnavailable` where a command is not of the closed set or names a slot that the flow has
    not."""
    # Imported here: `flows` builds its grammars on import, which who only makes or checks does not need.
    from apps.onboarding.flows.commands import from_json
    from apps.onboarding.flows.errors import CommandInvalid

    if len(commands) > MAX_COMMANDS:
        raise ProviderUnavailable(f"{len(commands)} commands for one answer")
    for command in commands:
        try:
            again = from_json(command.to_json())
        except (AttributeError, CommandInvalid) as error:
            raise ProviderUnavailable(f"not a command: {type(command).__name__}") from error
        slot = getattr(again, "slot", None)
        if slot is not None and not flow.has_slot(slot):
            raise ProviderUnavailable("a command names a slot that the flow does not have")
