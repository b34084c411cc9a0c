"""Making a proposal (outside any transaction: a provider may take its time) and storing it (inside one)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max

from apps.onboarding import event_log
from apps.onboarding.errors import SessionClosed
from apps.onboarding.models import ConversationSession, Recommendation
from apps.onboarding_api.services.llm import CheckRequest, Verdict, get_llm_service
from apps.onboarding_api.services.llm.proposal_schema import LISTS
from apps.onboarding_api.services.recommendations import gathering
from apps.onboarding_api.services.recommendations.errors import ProposalOutdated

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind = event_log.Kind
State = event_log.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proposal with its verdict, not stored yet. `answers`: what it was made from."""

    session_id: UUID
    session_version: int
    answers: Mapping[str, Any]
    proposal: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    maker: str
    verdict: Verdict


def prepare(session: ConversationSession) -> Draft:
    """Run the maker, then the checker. Reads only; call it outside a transaction.

    Raises `ProviderUnavailable` or `SafetyRefused` where the configured provider cannot or must not be asked.
    """
    service = get_llm_service()
    asked = gathering.make_request(session)
    made = service.make(asked)
    verdict = service.check(
        CheckRequest(
            proposal=made.proposal,
            answers=asked.answers,
            existing=asked.site.existing,
            facts=gathering.known_facts(session),
            today=asked.site.today,
        )
    )
    return Draft(
        session_id=session.session_id,
        session_version=session.version,
        answers=asked.answers,
        proposal=made.proposal,
        evidence=made.evidence,
        maker=made.maker,
        verdict=verdict,
    )


def store(session: ConversationSession, draft: Draft) -> Recommendation:
    """Keep a draft as the pending recommendation; the session (locked by `event_log.writing`) awaits
    approval.

    An older pending one is superseded, unless it is the same or an amendment of the same: asking again, or a
    remark in passing, must not throw a manager's amendment away. `SessionClosed`; `ProposalOutdated` where
    the answers changed meanwhile.
    """
    if session.is_closed:
        raise SessionClosed(f"the session is {session.current_state}")
    if draft.session_id != session.session_id or dict(draft.answers) != session.collected_data:
        raise ProposalOutdated("the answers changed while the proposal was made")
    recommendation = _still_pending(session, draft)
    if recommendation is None:
        supersede_pending(session)
        recommendation = keep(session, draft)
    event_log.change_state(session, State.AWAITING_APPROVAL, recommendation_id=str(recommendation.pk))
    return recommendation


def _still_pending(session: ConversationSession, draft: Draft) -> Recommendation | None:
    """The pending recommendation that goes back to this very proposal, through amendments or directly."""
    pending = session.recommendations.filter(status=Recommendation.Status.PROPOSED).first()
    first = pending
    while first is not None and first.amends is not None:
        first = first.amends
    return pending if first is not None and first.proposal == draft.proposal else None


def supersede_pending(session: ConversationSession) -> None:
    """The pending recommendation of a locked session, if any, is not to be decided any more."""
    pending = session.recommendations.filter(status=Recommendation.Status.PROPOSED)
    pending.update(status=Recommendation.Status.SUPERSEDED)


def keep(
    session: ConversationSession,
    draft: Draft,
    *,
    made_by: User | None = None,
    amends: Recommendation | None = None,
) -> Recommendation:
    """Write a draft as the next recommendation of a locked session, with its two events."""
    last = session.recommendations.aggregate(last=Max("number"))["last"] or 0
    recommendation = Recommendation.objects.create(
        session=session,
        number=last + 1,
        proposal=draft.proposal,
        evidence=list(draft.evidence),
        maker=draft.maker[:80],
        made_by=made_by,
        amends=amends,
        checker=draft.verdict.checker[:80],
        verdict=draft.verdict.to_json(),
        session_version=draft.session_version,
    )
    identity = {"recommendation_id": str(recommendation.pk), "number": recommendation.number}
    parts = {section: len(draft.proposal[section]) for section in LISTS}
    made = {**identity, "maker": recommendation.maker, "parts": parts}
    if amends is not None:
        made["amends"] = str(amends.pk)
    event_log.append(session, Kind.RECOMMENDATION_MADE, made, actor=made_by)
    checked = {
        **identity,
        "checker": recommendation.checker,
        "verdict": draft.verdict.verdict,
        "objections": [objection.code for objection in draft.verdict.objections],
    }
    event_log.append(session, Kind.RECOMMENDATION_CHECKED, checked)
    return recommendation
