"""Writing what a dialogue step changed: events, answers, the dialogue's place, the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.onboarding import event_log
from apps.onboarding.flows import dialogue
from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services.conversation.standing import standing_of
from apps.onboarding_api.services.recommendations.propose import supersede_pending
from apps.task_ledger.enqueue import enqueue

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = event_log.State
_CHANGES_OF_ANSWERS = {"answer_set", "answer_corrected", "answer_withdrawn"}


def asks_for_proposal(step: dialogue.Step) -> bool:
    """Whether the person asked for a proposal now: a remark after all is answered does not."""
    return step.outcome == "propose" and any(change.kind == "proposal_requested" for change in step.changes)


def record_step(session: ConversationSession, step: dialogue.Step, *, actor: User | None = None) -> None:
    """Write a step on a locked session. Changed answers make a pending proposal outdated."""
    event_log.append_changes(session, step.changes, actor=actor)
    session.collected_data = dict(step.state.answers)
    session.dialogue = step.state.to_json()
    changed = {change.kind for change in step.changes}
    if session.current_state == State.AWAITING_APPROVAL and changed & _CHANGES_OF_ANSWERS:
        _propose_anew(session, step)
    elif session.current_state in {State.STARTED, State.ERROR}:
        event_log.change_state(session, State.IN_PROGRESS)
    if step.outcome == "cancelled":
        supersede_pending(session)
        event_log.change_state(session, State.CANCELLED)
    elif asks_for_proposal(step):
        event_log.change_state(session, State.GENERATING_RECOMMENDATIONS)


def _propose_anew(session: ConversationSession, step: dialogue.Step) -> None:
    """The pending proposal rests on answers that are no more: a new one is made, where they suffice."""
    supersede_pending(session)
    standing = standing_of(session)
    enough = dialogue.ready(standing.flow, standing.state) and step.outcome in {"ask", "propose"}
    if asks_for_proposal(step) or not enough:
        event_log.change_state(session, State.IN_PROGRESS, reason="answers_changed")
        return
    event_log.change_state(session, State.GENERATING_RECOMMENDATIONS, reason="answers_changed")
    enqueue(
        "generate_recommendations",
        kwargs={"session_id": str(session.session_id)},
        client_id=session.client_id,
        subject_id=session.session_id,
    )
