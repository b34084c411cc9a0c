"""Making a new proposal outside a turn, in a worker: after answers were changed under a pending one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.onboarding import event_log
from apps.onboarding.errors import NotFound
from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services import recommendations
from apps.onboarding_api.services.conversation.recording import state_without_proposing
from apps.task_ledger import execution

State = event_log.State


def propose_anew(*, session_id: UUID) -> dict[str, Any]:
    """Propose and store; nothing where the session no longer waits for it."""
    session = (
        ConversationSession.objects.select_related("client", "flow_version").filter(pk=session_id).first()
    )
    if session is None:
        raise NotFound("no such session")
    if session.current_state != State.GENERATING_RECOMMENDATIONS:
        return {"session_id": str(session_id), "state": session.current_state, "recommendation_id": None}
    draft = recommendations.prepare(session)
    with execution.fenced(), event_log.writing(session_id) as locked:
        made = recommendations.store(locked, draft)
        told = {
            "session_id": str(session_id),
            "state": locked.current_state,
            "recommendation_id": str(made.pk),
        }
        execution.finish(told)
    return told


def give_up(*, session_id: UUID, error: Mapping[str, Any]) -> None:
    """The task is dead: the conversation goes on, and the person may ask for a proposal again."""
    with event_log.writing(session_id) as session:
        if session.current_state == State.GENERATING_RECOMMENDATIONS:
            event_log.change_state(
                session, state_without_proposing(session), reason=error.get("code", "unknown")
            )
