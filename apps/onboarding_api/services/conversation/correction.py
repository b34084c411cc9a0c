"""Correcting earlier answers outside the dialogue, with the version of the session that the person saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, PreconditionFailed, PreconditionRequired
from apps.onboarding.flows import dialogue
from apps.onboarding.flows.definition import Flow
from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services.conversation.admission import (
    as_text_where_personal,
    clean,
    find_personal,
    redact_value,
    require_open,
    require_small,
)
from apps.onboarding_api.services.conversation.recording import record_step
from apps.onboarding_api.services.conversation.standing import Standing, standing_of
from apps.onboarding_api.services.pii_integration import get_pii_service, vault
from apps.task_ledger.enqueue import enqueue

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def correct_answers(
    *, session_id: UUID, user: User, patch: Mapping[str, Any], if_match: str | None
) -> ConversationSession:
    """Set several answers at once, all or none.

    `PreconditionRequired` without `if_match`, `PreconditionFailed` with a stale one, `InvalidInput` per slot.
    """
    if if_match is None:
        raise PreconditionRequired("send If-Match with the session's ETag")
    with event_log.writing(session_id) as session:
        require_open(session)
        if if_match not in {session.etag, "*"}:
            raise PreconditionFailed(
                "the session has changed", etag=session.etag, differing=_differing(session, patch)
            )
        standing = standing_of(session)
        require_known(standing.flow, patch)
        require_small(patch)
        try:
            step = dialogue.correct(
                standing.flow, standing.state, _redact(session, standing, patch), session.language
            )
        except dialogue.PatchInvalid as error:
            raise InvalidInput(
                "some answers cannot be taken",
                errors=[{"pointer": f"/collected_data/{s}", "detail": r} for s, r in error.reasons.items()],
            ) from error
        if record_step(session, step, actor=user):
            enqueue(
                "generate_recommendations",
                kwargs={"session_id": str(session.session_id)},
                client_id=session.client_id,
                subject_id=session.session_id,
            )
    return session


def require_known(flow: Flow, patch: Mapping[str, Any]) -> None:
    """`InvalidInput` for questions that the flow does not have, before anything is done with their values."""
    unknown = [name for name in patch if not flow.has_slot(name)]
    if unknown:
        errors = [{"pointer": "/collected_data", "detail": f"{len(unknown)} unknown questions"}]
        raise InvalidInput("the flow has no such question", errors=errors)


def _differing(session: ConversationSession, patch: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the patch would overwrite: what stands there now."""
    now = {
        slot: session.collected_data.get(slot)
        for slot, value in patch.items()
        if session.collected_data.get(slot) != value
    }
    return vault.restore_json(session.session_id, now)


def _redact(session: ConversationSession, standing: Standing, patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch with personal values in the vault; a personal slot's value is personal as a whole."""
    pii = get_pii_service()
    redacted = {}
    for name, value in patch.items():
        slot = standing.flow.slot(name) if standing.flow.has_slot(name) else None
        value = as_text_where_personal(value, slot)
        if slot is not None and slot.personal and isinstance(value, str):
            text = clean(value)
            spans = find_personal(slot, text, session.language)
            value = pii.redact(text, session_id=session.session_id, personal=spans).text
        else:
            value = redact_value(value, session=session)
        redacted[name] = value
    return redacted
