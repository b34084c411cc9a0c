"""Making a new proposal outside a turn, in a worker: after answers were changed under a pending one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.onboarding import event_log
from apps.onboarding.errors import NotFound
from apps.onboarding.models import ConversationSession, Turn
from apps.onboarding_api.services import recommendations
from apps.onboarding_api.services.conversation.recording import state_without_proposing
from apps.task_ledger import execution
from apps.task_ledger.dead_letters.errors import RedriveRefused

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


def resume(*, session_id: UUID) -> None:
    """The dead task is sent back: the session waits for its proposal again.

    Raises `RedriveRefused` where it has gone another way since.
    """
    with event_log.writing(session_id) as session:
        if session.turns.filter(status__in=Turn.OPEN_STATUSES).exists():
            raise RedriveRefused("an answer of the person is being worked on")
        if session.current_state == State.IN_PROGRESS:
            event_log.append(session, event_log.Kind.WORK_RESUMED, {"proposal": True})
            event_log.change_state(session, State.GENERATING_RECOMMENDATIONS, reason="resumed")
        elif session.current_state != State.GENERATING_RECOMMENDATIONS:
            raise RedriveRefused(f"the session is {session.current_state}")
