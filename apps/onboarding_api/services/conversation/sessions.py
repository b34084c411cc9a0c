"""Opening a session: with an id of our own, or one that the client made while offline."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, NotFound
from apps.onboarding.flows import dialogue
from apps.onboarding.models import ConversationSession, FlowVersion
from apps.onboarding_api.services import access
from apps.onboarding_api.services.conversation.standing import default_flow_version, flow_of
from apps.onboarding_api.services.experiments import exposing, placing
from apps.onboarding_api.services.pii_integration import shape

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def open_session(
    *,
    user: User,
    session_id: UUID | None = None,
    client_id: UUID | None = None,
    language: str | None = None,
    flow: str | None = None,
    device: str = "",
) -> tuple[ConversationSession, bool]:
    """The session of that id, or a new one: `(session, is_new)`.

    An id of another client does not exist for the user.
    """
    if session_id is not None:
        session = ConversationSession.objects.visible_to(user).filter(pk=session_id).first()
        if session is not None:
            access.require_role(user, session.client_id, at_least=access.Role.CONTRIBUTOR)
            return session, False
        if ConversationSession.objects.filter(pk=session_id).exists():
            raise NotFound("no such session")
    client = access.client_for_new_session(user, client_id)
    access.require_role(user, client.pk, at_least=access.Role.CONTRIBUTOR)
    session = ConversationSession(
        session_id=session_id or uuid4(),
        client=client,
        user=user,
        language=_language(language),
        device=shape.device(device),
    )
    placement = placing.place(session, flow=flow)
    return _begin(session, placement.version or default_flow_version(flow), user, placement)


def _begin(
    session: ConversationSession, version: FlowVersion, user: User, placement: placing.Placement
) -> tuple[ConversationSession, bool]:
    session.flow_version = version
    step = dialogue.open_dialogue(flow_of(version.pk), session.language)
    session.dialogue = step.state.to_json()
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:  # the id is taken: by a twin request a moment ago, or by another tenant
        twin = ConversationSession.objects.visible_to(user).filter(pk=session.pk).first()
        if twin is None:
            raise NotFound("no such session") from error
        return twin, False
    with transaction.atomic():
        event_log.append(
            session,
            event_log.Kind.SESSION_STARTED,
            {"flow": version.name, "flow_version": version.version, "language": session.language},
            actor=user,
        )
        event_log.change_state(session, event_log.State.STARTED)
        placing.enrol(session, placement)
        exposing.expose_where_arms_differ(session, step)
        event_log.append_changes(session, step.changes)
        event_log.save(session)
    return session, True


def _language(asked: str | None) -> str:
    known: tuple[str, ...] = settings.ONBOARDING.languages
    if not asked:
        return known[0]
    short = asked.replace("_", "-").split("-")[0].lower()
    if short not in known:
        raise InvalidInput(
            f"language {asked!r} is not offered",
            user_message="This language is not offered.",
            next_actions=("choose_language",),
            known=list(known),
        )
    return short
