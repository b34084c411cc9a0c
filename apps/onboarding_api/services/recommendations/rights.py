"""Who may decide, apply and revert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.onboarding.errors import Forbidden
from apps.onboarding.models import Client, Recommendation
from apps.onboarding_api.services import access
from apps.onboarding_api.services.recommendations.errors import MakerCannotApprove

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def can_decide(user: User, client: Client) -> bool:
    """Managers of the client, and staff."""
    return user.is_active and access.has_role(user, client.pk, at_least=access.Role.MANAGER)


def require_can_decide(user: User, client: Client) -> None:
    if not can_decide(user, client):
        raise Forbidden("only managers of the client decide", next_actions=("ask_a_manager",))


def require_not_maker(user: User, recommendation: Recommendation) -> None:
    """Nobody approves what they amended, nor what was amended on top of it: their part is still in there."""
    at: Recommendation | None = recommendation
    while at is not None:
        if at.made_by_id == user.pk:
            raise MakerCannotApprove("the approver amended this proposal")
        at = at.amends
