"""Hand-made sessions for the tests of the funnel's figures, and one who asks for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.models import Client, ConversationSession
from apps.onboarding_api.services.funnel_analytics import folding
from apps.onboarding_api.services.funnel_analytics.asking import ALL, Audience, Question
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.tests import test_funnel_rollups
from apps.onboarding_api.tests.api_world import Caller
from apps.onboarding_api.tests.factories import ClientFactory, MembershipFactory, UserFactory

NOW = test_funnel_rollups.NOW


def moment(text: str) -> datetime:
    """`2026-03-29T01:30` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def client(**given: Any) -> Client:
    made: Client = ClientFactory.create(**given)
    return made


def member(*clients: Client, role: str = "viewer") -> User:
    user: User = UserFactory.create()
    for one in clients:
        MembershipFactory.create(client=one, user=user, role=role)
    return user


def staff() -> User:
    made: User = UserFactory.create(is_staff=True)
    return made


def open_session(owner: Client, *, last: datetime | None = None, **given: Any) -> ConversationSession:
    """As `test_funnel_rollups.open_session`; `last`: its last sign of life."""
    session: ConversationSession = test_funnel_rollups.open_session(owner, **given)
    if last is not None:
        ConversationSession.objects.filter(pk=session.pk).update(last_heard_at=last)
    return session


def open_many(owner: Client, *, times: int, started: datetime, **given: Any) -> None:
    """So many alike, a second apart."""
    for n in range(times):
        open_session(owner, started=started + timedelta(seconds=n), **given)


def fold(now: datetime | None = None) -> None:
    while folding.fold(now=now or timezone.now()):
        pass


def question(
    *clients: Client,
    start: str,
    end: str,
    zone: str | None = None,
    now: datetime = NOW,
    cohort: tuple[str, str] = ALL,
) -> Question:
    """About sessions that started from one moment on and before the other (both UTC)."""
    first = clients[0].zone
    audience = Audience(tuple(sorted(one.pk for one in clients)), first)
    chosen = type(first)(zone) if zone else first
    return Question(audience, Window(moment(start), moment(end)), chosen, now, cohort)


def ask(user: User, route: str, *args: Any, headers: dict[str, Any] | None = None, **parameters: Any) -> Any:
    """The response of a route to one person."""
    address = f"{reverse(route, args=args)}?{urlencode(parameters)}"
    return Caller(user)("GET", address, **(headers or {}))
