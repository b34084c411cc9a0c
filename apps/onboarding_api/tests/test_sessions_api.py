"""Reading and correcting sessions: snapshots with ETag, If-Match, and lists in pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from apps.onboarding.models import ConversationSession, SessionEvent
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]


@pytest.fixture
def session() -> ConversationSession:
    member = factories.MembershipFactory.create()
    made: ConversationSession = factories.SessionFactory.create(client=member.client, user=member.user)
    return made


@pytest.fixture
def ask(session: ConversationSession) -> Caller:
    assert session.user is not None
    return Caller(session.user)


def correct(ask: Caller, session: ConversationSession, answers: dict[str, Any], **headers: Any) -> Any:
    return ask("PATCH", reverse("session", args=[session.pk]), {"collected_data": answers}, **headers)


def test_a_snapshot_has_an_etag_that_changes_with_the_session(
    ask: Caller, session: ConversationSession
) -> None:
    address = reverse("session", args=[session.pk])
    first = ask("GET", address)
    assert first.headers["ETag"] == session.etag
    unchanged = ask("GET", address, If_None_Match=session.etag)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    changed = correct(ask, session, {"floors": 3}, If_Match=session.etag)
    assert changed.headers["ETag"] != session.etag
    assert ask("GET", address, If_None_Match=session.etag).status_code == 200


def test_correcting_without_if_match_is_428(ask: Caller, session: ConversationSession) -> None:
    problem = assert_problem(correct(ask, session, {"floors": 3}), 428, "precondition_required")
    assert "send_if_match" in problem["next_actions"]


def test_correcting_a_stale_snapshot_is_412_with_what_stands_there_now(
    ask: Caller, session: ConversationSession
) -> None:
    assert correct(ask, session, {"floors": 3, "entrances": 2}, If_Match=session.etag).status_code == 200
    stale = correct(ask, session, {"floors": 7, "entrances": 2}, If_Match=session.etag)
    problem = assert_problem(stale, 412, "precondition_failed")
    assert problem["differing"] == {"floors": 3}
    session.refresh_from_db()
    assert problem["etag"] == session.etag
    assert session.collected_data["floors"] == 3


@pytest.mark.parametrize("etag", ['"999"', "W/", "1", '""', "nonsense"])
def test_an_etag_that_was_never_given_is_412(ask: Caller, session: ConversationSession, etag: str) -> None:
    assert_problem(correct(ask, session, {"floors": 3}, If_Match=etag), 412)


def test_a_correction_is_an_event_of_the_person(ask: Caller, session: ConversationSession) -> None:
    correct(ask, session, {"floors": 3}, If_Match=session.etag)
    event = SessionEvent.objects.filter(session=session, kind__in=["answer_set", "answer_corrected"]).get()
    assert event.actor == session.user
    assert event.data["slot"] == "floors"


def test_a_personal_correction_is_kept_as_a_placeholder_and_shown_in_the_clear(
    ask: Caller, session: ConversationSession
) -> None:
    shown = correct(
        ask, session, {"emergency_contact_phone": "+91 98220 51337"}, If_Match=session.etag
    ).json()["collected_data"]["emergency_contact_phone"]
    session.refresh_from_db()
    assert session.collected_data["emergency_contact_phone"].startswith("[REDACTED_")
    assert "98220" in shown


@pytest.mark.parametrize("value", [919822051337, 9822051337])
def test_a_phone_that_comes_as_a_number_is_redacted_too(
    ask: Caller, session: ConversationSession, value: int
) -> None:
    correct(ask, session, {"emergency_contact_phone": value}, If_Match=session.etag)
    rows = [session.collected_data, *SessionEvent.objects.values_list("data", flat=True)]
    assert str(value) not in str(rows)


def test_sessions_come_in_pages_newest_first(ask: Caller, session: ConversationSession) -> None:
    made = [session, *(factories.SessionFactory.create(client=session.client) for _ in range(6))]
    seen: list[str] = []
    address: str | None = f"{reverse('sessions')}?limit=3"
    pages = 0
    while address:
        page = ask("GET", address).json()
        assert len(page["results"]) <= 3
        seen += [row["session_id"] for row in page["results"]]
        address, pages = page["next"], pages + 1
    assert seen == [str(one.pk) for one in reversed(made)]
    assert pages == 3


def test_a_page_is_at_most_200_long(ask: Caller, session: ConversationSession) -> None:
    rows = [ConversationSession(client=session.client) for _ in range(230)]
    ConversationSession.objects.bulk_create(rows)
    assert len(ask("GET", f"{reverse('sessions')}?limit=1000").json()["results"]) == 200
    assert len(ask("GET", reverse("sessions")).json()["results"]) == 50


def test_events_are_read_from_where_one_stopped(ask: Caller, session: ConversationSession) -> None:
    correct(ask, session, {"floors": 3}, If_Match=session.etag)
    address = reverse("events", args=[session.pk])
    everything = ask("GET", address).json()["results"]
    assert [event["number"] for event in everything] == list(range(1, len(everything) + 1))
    assert ask("GET", f"{address}?after=2").json()["results"] == everything[2:]
    assert ask("GET", address, Last_Event_ID="2").json()["results"] == everything[2:]


def test_recommendations_of_a_session_come_newest_first(ask: Caller, session: ConversationSession) -> None:
    made = factories.RecommendationFactory.create(session__client=session.client)
    page = ask("GET", reverse("session-recommendations", args=[made.session_id])).json()
    assert [row["recommendation_id"] for row in page["results"]] == [str(made.pk)]
    assert page["next"] is None
