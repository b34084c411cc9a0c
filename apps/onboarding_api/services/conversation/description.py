"""What clients are told of a session and its turns. People get their own words back; the rows keep placeholders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.onboarding.flows import dialogue
from apps.onboarding.models import ConversationSession, Turn
from apps.onboarding_api.services.conversation.standing import flow_label, standing_of
from apps.onboarding_api.services.conversation.wording import say
from apps.onboarding_api.services.pii_integration import vault
from apps.task_ledger.models import TaskRecord

_STATUS_OF_STATE = {
    TaskRecord.State.QUEUED: "queued",
    TaskRecord.State.RUNNING: "running",
    TaskRecord.State.WAITING: "waiting_retry",
    TaskRecord.State.PARKED: "parked",
    TaskRecord.State.DONE: "completed",
}
NO_REPLY: dict[str, Any] = {
    "text": None,
    "question": None,
    "slot": None,
    "choices": [],
    "control": None,
    "progress": None,
}


def task_status(state: str) -> str:
    """The public word for a ledger state: queued, running, waiting_retry, parked, completed, failed."""
    return _STATUS_OF_STATE.get(TaskRecord.State(state), "failed")


def describe_turn(turn: Turn, *, task_state: str | None = None) -> dict[str, Any]:
    """The body of a conversation answer. `transcript` is the redacted text; `reply` speaks the person's own words."""
    session = turn.session
    if task_state is None:
        task_state = TaskRecord.objects.values_list("state", flat=True).get(pk=str(turn.task_id))
    restore = vault.restore_json
    return {
        "session_id": str(session.session_id),
        "turn_id": str(turn.pk),
        "state": session.current_state,
        "task_id": str(turn.task_id),
        "status": task_status(task_state),
        "transcript": turn.text or None,
        "pii": turn.pii,
        "confidence": turn.confidence,
        "is_draft": turn.is_draft,
        "reply": {**NO_REPLY, **restore(session.session_id, turn.reply)},
        "recommendation_id": str(turn.recommendation_id) if turn.recommendation_id else None,
    }


def describe_opening(session: ConversationSession, *, is_new: bool) -> dict[str, Any]:
    """The same body where nothing was answered yet: the open question."""
    return {
        "session_id": str(session.session_id),
        "turn_id": None,
        "state": session.current_state,
        "task_id": None,
        "status": "completed",
        "transcript": None,
        "pii": {},
        "confidence": None,
        "is_draft": False,
        "reply": open_question(session, welcome=is_new),
        "recommendation_id": pending_recommendation(session),
    }


def open_question(session: ConversationSession, *, welcome: bool = False) -> dict[str, Any]:
    """The question that stands, as a reply."""
    if session.is_closed or session.flow_version_id is None:
        return dict(NO_REPLY)
    standing = standing_of(session)
    reply = dialogue.open_question(standing.flow, standing.state, standing.language).to_json()
    if welcome:
        reply["text"] = (
            f"{say('welcome', session.language)} {reply['text'] or reply['question'] or ''}".strip()
        )
    return vault.restore_json(session.session_id, {**NO_REPLY, **reply})


def describe_session(session: ConversationSession) -> dict[str, Any]:
    """The snapshot: enough to go on from anywhere."""
    return {
        "session_id": str(session.session_id),
        "client_id": str(session.client_id),
        "state": session.current_state,
        "language": session.language,
        "flow": flow_label(session.flow_version_id) if session.flow_version_id else None,
        "version": session.version,
        "collected_data": vault.restore_json(session.session_id, session.collected_data),
        "open_task_id": open_task(session),
        "reply": open_question(session),
        "recommendation_id": pending_recommendation(session),
        "last_event": session.last_event_number,
        "cdtz": session.cdtz,
        "mdtz": session.mdtz,
        "stages": {
            "started": session.started_at,
            "engaged": session.engaged_at,
            "recommendations_generated": session.recommendations_generated_at,
            "approval_decision": session.approval_decision_at,
            "completed": session.completed_at,
        },
    }


def open_task(session: ConversationSession) -> str | None:
    found: UUID | None = (
        session.turns.filter(status__in=Turn.OPEN_STATUSES).values_list("task_id", flat=True).first()
    )
    return str(found) if found else None


def pending_recommendation(session: ConversationSession) -> str | None:
    found: UUID | None = (
        session.recommendations.filter(status="proposed").values_list("pk", flat=True).first()
    )
    return str(found) if found else None
