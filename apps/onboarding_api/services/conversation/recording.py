"""Writing what a dialogue step changed: events, answers, the dialogue's place, the state."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from apps.onboarding import event_log
from apps.onboarding.flows import dialogue
from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services.conversation.standing import standing_of
from apps.onboarding_api.services.experiments import exposing
from apps.onboarding_api.services.recommendations.propose import supersede_pending

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_alerts = logging.getLogger("alerts")
State = event_log.State
_CHANGES_OF_ANSWERS = {"answer_set", "answer_corrected", "answer_withdrawn"}


def record_step(session: ConversationSession, step: dialogue.Step, *, actor: User | None = None) -> bool:
    """Write a step on a locked session; whether a proposal is to be made now, the state saying so already.

    It is where the person asked for one, and where answers changed under a pending one that they had asked for.
    """
    exposing.expose_where_arms_differ(session, step)
    event_log.append_changes(session, step.changes, actor=actor)
    session.collected_data = dict(step.state.answers)
    session.dialogue = step.state.to_json()
    changed = {change.kind for change in step.changes}
    if "handed_off" in changed:
        _alerts.warning("session %s asks for a person", session.session_id)
    outdated = session.current_state == State.AWAITING_APPROVAL and bool(changed & _CHANGES_OF_ANSWERS)
    if outdated:
        supersede_pending(session)
        event_log.change_state(session, State.IN_PROGRESS, reason="answers_changed")
    elif session.current_state in {State.STARTED, State.ERROR}:
        event_log.change_state(session, State.IN_PROGRESS)
    if step.outcome == "cancelled":
        supersede_pending(session)
        event_log.change_state(session, State.CANCELLED)
        return False
    if not ("proposal_requested" in changed or (outdated and _suffices(session))):
        return False
    event_log.change_state(session, State.GENERATING_RECOMMENDATIONS)
    return True


def _suffices(session: ConversationSession) -> bool:
    standing = standing_of(session)
    return not standing.state.handed_off and dialogue.ready(standing.flow, standing.state)


def state_without_proposing(session: ConversationSession) -> event_log.State:
    """Where a session stands when a proposal could not be made: before an older one, or in the conversation."""
    pending = session.recommendations.filter(status="proposed").exists()
    return State.AWAITING_APPROVAL if pending else State.IN_PROGRESS
