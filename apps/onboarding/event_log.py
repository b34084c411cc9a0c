"""Writing a session: append to its event log, and project the event on its row.

The only writer of sessions. Everything happens inside `writing(...)`, which locks the row, so that event numbers have
no gaps and two writers never interleave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.onboarding.errors import NotFound
from apps.onboarding.flows.dialogue_state import Change
from apps.onboarding.models import ConversationSession, SessionEvent
from apps.task_ledger import correlation, doorbell

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = ConversationSession.StateChoices
Kind = SessionEvent.Kind

_STAGE_OF_STATE = {
    State.STARTED: "started_at",
    State.AWAITING_APPROVAL: "recommendations_generated_at",
    State.COMPLETED: "completed_at",
}
_STAGE_OF_EVENT = {
    Kind.ANSWER_SET: "engaged_at",
    Kind.DECISION_MADE: "approval_decision_at",
}


@contextmanager
def writing(session_id: UUID) -> Iterator[ConversationSession]:
    """The session, locked, in a transaction; saved with a new version and its waiters rung when the block ends."""
    with transaction.atomic(savepoint=False):
        try:
            session = ConversationSession.objects.select_for_update().get(pk=session_id)
        except ConversationSession.DoesNotExist as error:
            raise NotFound(f"no session {session_id}") from error
        before = session.last_event_number
        yield session
        if session.last_event_number != before:
            save(session)


def save(session: ConversationSession) -> None:
    """Write the projection; called by `writing`, and by who creates a session."""
    session.version += 1
    session.last_activity_at = timezone.now()
    session.save()
    doorbell.ring_on_commit("session", session.session_id)


def append(
    session: ConversationSession,
    kind: SessionEvent.Kind,
    data: Mapping[str, Any] | None = None,
    *,
    actor: User | None = None,
) -> SessionEvent:
    """Append one event to a locked session. `data` must be redacted already.

    `actor` is who did it, at this moment: their sign of life. What the product does later with what they said has none.
    """
    now = timezone.now()
    session.last_event_number += 1
    if actor is not None:
        session.last_heard_at = now
    _reach(session, _STAGE_OF_EVENT.get(kind), now)
    return SessionEvent.objects.create(
        session=session,
        number=session.last_event_number,
        kind=kind,
        data=dict(data or {}),
        actor=actor,
        correlation_id=correlation.current(),
        occurred_at=now,
    )


def append_changes(
    session: ConversationSession, changes: Iterable[Change], *, actor: User | None = None
) -> None:
    """The changes of a dialogue step, one event each."""
    for change in changes:
        data = change.to_json()
        append(session, Kind(data.pop("kind")), data, actor=actor)


def change_state(
    session: ConversationSession, state: State, *, actor: User | None = None, **data: Any
) -> None:
    """Move the session to `state`, as an event; where it is there already only its first time is kept."""
    _reach(session, _STAGE_OF_STATE.get(state), timezone.now())
    if session.current_state == state:
        return
    was, session.current_state = session.current_state, state
    append(session, Kind.STATE_CHANGED, {"from": was, "to": state, **data}, actor=actor)


def _reach(session: ConversationSession, stage: str | None, now: datetime) -> None:
    """Keep the first time of a funnel stage."""
    if stage and getattr(session, stage) is None:
        setattr(session, stage, now)
