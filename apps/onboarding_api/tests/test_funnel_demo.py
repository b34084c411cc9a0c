"""The simulated sessions of the demo: clearly named, quickly written, never in production."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from apps.onboarding import demo, demo_sessions
from apps.onboarding.models import Client, ConversationSession, SessionEvent
from apps.onboarding_api.services import access, funnel_analytics
from apps.onboarding_api.services.funnel_analytics import estimates, folding
from apps.onboarding_api.services.funnel_analytics.windows import Window
from scripts.funnel_simulator import demo_lives

pytestmark = pytest.mark.django_db


def test_the_stored_lives_are_those_that_the_simulator_draws() -> None:
    drawn = io.StringIO()
    demo_lives.write(drawn)
    assert demo_sessions.LIVES.read_text(encoding="ascii") == drawn.getvalue()


def test_a_fresh_demo_has_a_funnel_with_every_outcome_under_a_name_that_says_what_it_is() -> None:
    demo.load_demo()
    client = Client.objects.get(slug=demo_sessions.SLUG)
    while folding.fold():
        pass
    now = timezone.now()
    found = estimates.estimate(client.pk, Window(now - timedelta(days=30), now), now=now)
    assert "Simulated" in client.name
    assert found.totals.reached[0] > 1_000
    assert min(*found.totals.reached, *found.totals.dropped, found.totals.open) > 10
    assert funnel_analytics.audit().agrees


def test_loading_again_adds_nothing() -> None:
    demo.load_demo()
    before = ConversationSession.objects.count()
    demo.load_demo()
    assert ConversationSession.objects.count() == before


def test_every_simulated_session_has_the_events_of_its_stages_and_no_more() -> None:
    client = demo_sessions.load()
    for session in client.sessions.order_by("session_id")[:200]:
        events = list(SessionEvent.objects.filter(session=session).order_by("number"))
        stages = [session.started_at, session.engaged_at, session.recommendations_generated_at,
                  session.approval_decision_at, session.completed_at]  # fmt: skip
        times = [moment for moment in stages if moment is not None]
        cancelled = [session.last_heard_at] if session.current_state == "CANCELLED" else []
        assert [event.occurred_at for event in events] == [*times, *cancelled]
        assert [event.number for event in events] == list(range(1, session.last_event_number + 1))
        assert all(event.data["simulated"] for event in events)


def test_the_demo_manager_sees_the_simulated_sites_and_works_for_the_demo_client_as_before() -> None:
    client = demo.load_demo()
    manager = client.memberships.get().user
    simulated = Client.objects.get(slug=demo_sessions.SLUG)
    assert set(Client.objects.visible_to(manager)) == {client, simulated}
    assert access.client_for_new_session(manager, None) == client


def test_production_has_no_simulated_sessions(settings: Any) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(demo.DemoNotAllowed):
        demo.load_demo()
    assert not Client.objects.filter(slug=demo_sessions.SLUG).exists()


def test_a_simulated_life_is_known_only_up_to_now() -> None:
    client = Client(pk=UUID(int=1), slug="x")
    now = timezone.now()
    for one in demo_sessions.known(client, now=now):
        assert one.stages[0] <= max(one.stages) <= now
        assert one.last_heard_at <= now
