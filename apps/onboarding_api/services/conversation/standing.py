"""Where a session stands in its flow: the parsed flow and the dialogue state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from apps.onboarding.errors import InvalidInput
from apps.onboarding.flows import dialogue
from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.models import ConversationSession, FlowVersion


@dataclass(frozen=True)
class Standing:
    flow: Flow
    state: dialogue.DialogueState
    language: str

    @property
    def question(self) -> Slot | None:
        """The slot that is being asked."""
        return self.flow.slot(self.state.current) if self.state.current else None


def standing_of(session: ConversationSession) -> Standing:
    """The standing of a session whose flow is pinned."""
    assert session.flow_version_id is not None
    return Standing(
        flow=flow_of(session.flow_version_id),
        state=dialogue.DialogueState.from_json(session.dialogue),
        language=session.language,
    )


@lru_cache(maxsize=32)
def flow_of(flow_version_id: UUID) -> Flow:
    """The parsed flow of a version; a version never changes, so a process reads and parses it once."""
    return FlowVersion.objects.get(pk=flow_version_id).flow()


@lru_cache(maxsize=32)
def flow_label(flow_version_id: UUID) -> str:
    """Name and version for people."""
    return str(FlowVersion.objects.only("name", "version").get(pk=flow_version_id))


def default_flow_version(name: str | None = None) -> FlowVersion:
    """The version that new sessions of a flow start with; `InvalidInput` for an unknown flow."""
    wanted = name or settings.ONBOARDING.default_flow
    version = FlowVersion.objects.filter(name=wanted, is_default=True).first()
    if version is None:
        known = list(FlowVersion.objects.filter(is_default=True).values_list("name", flat=True))
        raise InvalidInput(
            f"no flow named {wanted!r}", user_message="There is no such conversation.", known=known
        )
    return version
