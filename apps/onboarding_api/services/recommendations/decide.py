"""A person decides on a recommendation: approve, reject or amend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, NoRecommendationPending, NotFound, TurnInProgress
from apps.onboarding.flows.dialogue_state import DialogueState
from apps.onboarding.models import ChangeSet, ConversationSession, Decision, Recommendation, Turn
from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.services.recommendations import amending, applying, propose, rights
from apps.onboarding_api.services.recommendations.errors import (
    BlockedByChecker,
    NotAwaitingApproval,
    ProposalOutdated,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = Recommendation.Status
State = event_log.State
MAX_REASON_CHARS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`change_set` where it was approved, `next_recommendation` where it was amended."""

    recommendation: Recommendation
    session: ConversationSession
    change_set: ChangeSet | None = None
    next_recommendation: Recommendation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the person wants, before the locks."""

    recommendation_id: UUID
    user: User
    reason: str


def decide(
    *,
    recommendation_id: UUID,
    user: User,
    decision: str = "approve",
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    visible: QuerySet[Recommendation] | None = None,
) -> Outcome:
    """Decide once. `visible`: what the user may see, by default what belongs to their clients.

    `NotFound`; `Forbidden` for who is no manager; `NoRecommendationPending` where it is decided already;
    approving: `BlockedByChecker`, `MakerCannotApprove`, `SiteTaken`; amending: `InvalidInput` with a pointer
    for each fault.
    """
    seen = Recommendation.objects.visible_to(user) if visible is None else visible
    related = seen.select_related("session__client", "session__flow_version")
    recommendation = related.filter(pk=recommendation_id).first()
    if recommendation is None:
        raise NotFound("no such recommendation")
    rights.require_can_decide(user, recommendation.session.client)
    _require_sense(decision, changes, reason)
    if recommendation.status != Status.PROPOSED:
        raise NoRecommendationPending(
            "the recommendation is decided already", decided_as=recommendation.status
        )
    wish = _Wish(recommendation_id=recommendation_id, user=user, reason=_redact(recommendation, reason))
    if decision == "amend":
        return _amend(recommendation, wish, changes or {})
    return {"approve": _approve, "reject": _reject}[decision](wish, recommendation.session_id)


def _require_sense(decision: str, changes: Mapping[str, Any] | None, reason: Any) -> None:
    if decision not in Decision.Kind.values:
        known = ", ".join(Decision.Kind.values)
        raise InvalidInput(
            f"decision must be one of {known}", errors=[{"pointer": "/decision", "detail": known}]
        )
    if decision == "amend" and not changes:
        detail = "amending needs changes"
        raise InvalidInput(detail, errors=[{"pointer": "/changes", "detail": detail}])
    if decision != "amend" and changes:
        detail = "only amending takes changes"
        raise InvalidInput(detail, errors=[{"pointer": "/changes", "detail": detail}])
    if not isinstance(reason, str) or len(reason) > MAX_REASON_CHARS:
        detail = f"a text of at most {MAX_REASON_CHARS} characters"
        raise InvalidInput(f"the reason must be {detail}", errors=[{"pointer": "/reason", "detail": detail}])


def _redact(recommendation: Recommendation, reason: str) -> str:
    words = "".join(character for character in reason if character == "\n" or character.isprintable()).strip()
    if not words:
        return ""
    session = recommendation.session
    return get_pii_service().redact(words, session_id=session.session_id, language=session.language).text


def _approve(wish: _Wish, session_id: UUID) -> Outcome:
    """Decision, configuration, events and state in one transaction."""
    with event_log.writing(session_id) as session:
        recommendation = _lock(wish, session)
        rights.require_not_maker(wish.user, recommendation)
        if recommendation.verdict.get("verdict") == "block":
            raise BlockedByChecker(
                "the checker objects",
                objections=[o for o in recommendation.verdict["objections"] if o["severity"] == "blocking"],
            )
        if session.turns.filter(status__in=Turn.OPEN_STATUSES).exists():
            raise TurnInProgress(
                "an answer is still being worked on; it may change what is approved", retry_after=1
            )
        _record(wish, session, recommendation, Decision.Kind.APPROVE, Status.APPROVED)
        change_set = applying.apply_proposal(recommendation, session=session, user=wish.user)
        event_log.change_state(session, State.COMPLETED, actor=wish.user)
    return Outcome(recommendation=recommendation, session=session, change_set=change_set)


def _reject(wish: _Wish, session_id: UUID) -> Outcome:
    """The conversation is open again: answers can be corrected, and another proposal asked for."""
    with event_log.writing(session_id) as session:
        recommendation = _lock(wish, session)
        _record(wish, session, recommendation, Decision.Kind.REJECT, Status.REJECTED)
        _reopen(session)
        event_log.change_state(session, State.IN_PROGRESS, actor=wish.user, reason="recommendation_rejected")
    return Outcome(recommendation=recommendation, session=session)


def _reopen(session: ConversationSession) -> None:
    """Back to the offer: correct an answer, answer more questions, or ask for a proposal."""
    if not session.dialogue:
        return
    state = DialogueState.from_json(session.dialogue)
    session.dialogue = replace(state, tier="offer", current=None, pending=None, misses=0).to_json()


def _amend(seen: Recommendation, wish: _Wish, changes: Mapping[str, Any]) -> Outcome:
    """Merged and checked before the locks are taken, since a checker may take its time."""
    redacted, draft = amending.amend(seen, changes=changes, reason=wish.reason)
    with event_log.writing(seen.session_id) as session:
        recommendation = _lock(wish, session)
        if dict(draft.answers) != session.collected_data:
            raise ProposalOutdated("the answers changed while the amendment was checked")
        _record(wish, session, recommendation, Decision.Kind.AMEND, Status.SUPERSEDED, changes=redacted)
        amended = propose.keep(session, draft, made_by=wish.user, amends=recommendation)
    return Outcome(recommendation=recommendation, session=session, next_recommendation=amended)


def _lock(wish: _Wish, session: ConversationSession) -> Recommendation:
    """The recommendation, locked after its session, still to be decided by somebody who still may."""
    recommendation = Recommendation.objects.select_for_update().get(pk=wish.recommendation_id)
    if recommendation.status != Status.PROPOSED:
        raise NoRecommendationPending(
            "the recommendation is decided already", decided_as=recommendation.status
        )
    if session.current_state != State.AWAITING_APPROVAL:
        raise NotAwaitingApproval(f"the session is {session.current_state}")
    rights.require_can_decide(wish.user, session.client)
    return recommendation


def _record(
    wish: _Wish,
    session: ConversationSession,
    recommendation: Recommendation,
    kind: Decision.Kind,
    status: Recommendation.Status,
    *,
    changes: Mapping[str, Any] | None = None,
) -> None:
    recommendation.status = status
    recommendation.save(update_fields=["status", "mdtz"])
    Decision.objects.create(
        recommendation=recommendation,
        kind=kind,
        decided_by=wish.user,
        made_by=recommendation.made_by,
        reason=wish.reason,
        changes=dict(changes or {}),
        decided_at=timezone.now(),
    )
    data = {
        "recommendation_id": str(recommendation.pk),
        "number": recommendation.number,
        "decision": kind.value,
        "reason": wish.reason,
    }
    event_log.append(session, event_log.Kind.DECISION_MADE, data, actor=wish.user)
