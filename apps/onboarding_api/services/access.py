"""Who may do what for which client. What a person may not see does not exist for them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from apps.onboarding.errors import Forbidden, InvalidInput, NotFound
from apps.onboarding.models import Client, ConversationSession, Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Role = Membership.Role
_RANK = {Role.VIEWER: 0, Role.CONTRIBUTOR: 1, Role.MANAGER: 2}


def has_role(user: User, client_id: UUID, *, at_least: Role) -> bool:
    """Staff may do everything; members what their role covers."""
    if user.is_staff:
        return True
    membership = Membership.objects.filter(user=user, client_id=client_id).values_list(
        "role", "client__is_active"
    )
    role, is_active = membership.first() or (None, False)
    if role is None or not (is_active or at_least == Role.VIEWER):
        return False  # an inactive client can be read, no more
    return _RANK[Role(role)] >= _RANK[at_least]


def require_role(user: User, client_id: UUID, *, at_least: Role) -> None:
    if not has_role(user, client_id, at_least=at_least):
        raise Forbidden(f"the role {at_least.value} is needed for this client")


def visible_session(user: User, session_id: UUID) -> ConversationSession:
    """The session, where the user belongs to its client; else it does not exist."""
    session = ConversationSession.objects.visible_to(user).filter(pk=session_id).first()
    if session is None:
        raise NotFound("no such session")
    return session


def client_for_new_session(user: User, client_id: UUID | None) -> Client:
    """The named client, or the only one that the user belongs to."""
    mine = Client.objects.visible_to(user).filter(is_active=True)
    if client_id is not None:
        client = mine.filter(pk=client_id).first()
        if client is None:
            raise NotFound("no such client")
        return client
    few = list(mine[:2]) if not user.is_staff else list(mine.filter(memberships__user=user)[:2])
    if len(few) != 1:
        raise InvalidInput(
            "client_id is needed: you belong to no client, or to several",
            user_message="Please say for which client this is.",
            next_actions=("send_client_id",),
        )
    return few[0]
