"""The event log: numbered without gaps, projected on the row, immutable in the database itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from apps.onboarding import event_log
from apps.onboarding.errors import NotFound
from apps.onboarding.models import (
    Client,
    ConversationSession,
    Decision,
    FlowVersion,
    Recommendation,
    SessionEvent,
)
from apps.task_ledger import correlation, doorbell

pytestmark = pytest.mark.django_db
Kind = event_log.Kind
State = event_log.State


@pytest.fixture
def session() -> ConversationSession:
    client = Client.objects.create(name="Acme", slug=f"acme-{uuid4().hex[:8]}")
    return ConversationSession.objects.create(client=client)


def reloaded(session: ConversationSession) -> ConversationSession:
    return ConversationSession.objects.get(pk=session.pk)


def test_events_are_numbered_from_one_without_gaps(session: ConversationSession) -> None:
    for _ in range(3):
        with event_log.writing(session.pk) as locked:
            event_log.append(locked, Kind.EXPLAINED)
            event_log.append(locked, Kind.NOT_UNDERSTOOD)
    assert list(session.events.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert reloaded(session).last_event_number == 6


def test_the_version_rises_once_per_writing_and_not_for_looking(session: ConversationSession) -> None:
    with event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.EXPLAINED)
        event_log.append(locked, Kind.EXPLAINED)
    once = reloaded(session)
    assert once.version == session.version + 1
    assert once.etag != session.etag
    with event_log.writing(session.pk):
        pass
    assert reloaded(session).version == once.version


def test_a_writing_that_fails_leaves_neither_event_nor_version(session: ConversationSession) -> None:
    with pytest.raises(RuntimeError, match="half way"):
        _fail_half_way(session)
    assert session.events.count() == 0
    assert reloaded(session).version == session.version


def _fail_half_way(session: ConversationSession) -> None:
    with transaction.atomic(), event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.EXPLAINED)
        raise RuntimeError("half way")


def test_writing_an_unknown_session_is_not_found() -> None:
    with pytest.raises(NotFound), transaction.atomic(), event_log.writing(uuid4()):
        pass


def test_an_event_keeps_who_when_and_the_correlation_id(session: ConversationSession) -> None:
    actor = User.objects.create(username="asha")
    with correlation.correlated("request-1234"), event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.ANSWER_SET, {"slot": "floors", "value": 3}, actor=actor)
    event = session.events.get()
    assert (event.actor, event.correlation_id, event.data) == (
        actor,
        "request-1234",
        {"slot": "floors", "value": 3},
    )
    assert event.occurred_at <= reloaded(session).last_activity_at


def test_only_what_a_person_does_is_a_sign_of_life(session: ConversationSession) -> None:
    with event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.ANSWER_RECEIVED, actor=User.objects.create(username="asha"))
    heard = reloaded(session)
    assert heard.last_heard_at == session.events.get().occurred_at
    with event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.ANSWER_SET)
        event_log.change_state(locked, State.AWAITING_APPROVAL)
    later = reloaded(session)
    assert later.last_heard_at == heard.last_heard_at
    assert later.last_activity_at > heard.last_activity_at


STAGES = [
    ("started_at", lambda s: event_log.change_state(s, State.STARTED)),
    ("engaged_at", lambda s: event_log.append(s, Kind.ANSWER_SET)),
    ("recommendations_generated_at", lambda s: event_log.change_state(s, State.AWAITING_APPROVAL)),
    ("approval_decision_at", lambda s: event_log.append(s, Kind.DECISION_MADE)),
    ("completed_at", lambda s: event_log.change_state(s, State.COMPLETED)),
]


@pytest.mark.parametrize(("stage", "reach"), STAGES, ids=[stage for stage, _ in STAGES])
def test_the_first_time_of_a_stage_is_kept(session: ConversationSession, stage: str, reach: Any) -> None:
    assert getattr(session, stage) is None
    with event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.EXPLAINED)
        reach(locked)
    first = getattr(reloaded(session), stage)
    assert first is not None
    with event_log.writing(session.pk) as locked:
        event_log.change_state(locked, State.IN_PROGRESS)
        reach(locked)
    assert getattr(reloaded(session), stage) == first


def test_a_change_of_state_is_an_event_and_staying_is_none(session: ConversationSession) -> None:
    with event_log.writing(session.pk) as locked:
        event_log.change_state(locked, State.IN_PROGRESS, reason="answered")
        event_log.change_state(locked, State.IN_PROGRESS)
    event = session.events.get()
    assert event.data == {"from": "STARTED", "to": "IN_PROGRESS", "reason": "answered"}
    assert reloaded(session).current_state == State.IN_PROGRESS


def test_the_waiters_of_a_session_are_rung_after_the_commit(
    session: ConversationSession, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[tuple[str, object]] = []
    monkeypatch.setattr(
        doorbell, "ring_on_commit", lambda kind, who: transaction.on_commit(lambda: rung.append((kind, who)))
    )
    with django_capture_on_commit_callbacks(execute=True):
        with event_log.writing(session.pk) as locked:
            event_log.append(locked, Kind.EXPLAINED)
        assert rung == []
    assert rung == [("session", session.pk)]


def test_the_same_number_cannot_be_taken_twice(session: ConversationSession) -> None:
    with event_log.writing(session.pk) as locked:
        event_log.append(locked, Kind.EXPLAINED)
    first = session.events.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionEvent.objects.create(
            session=session, number=1, kind=Kind.EXPLAINED, occurred_at=first.occurred_at
        )


@pytest.fixture
def evidence(session: ConversationSession) -> dict[str, Any]:
    """An event, a decision and a flow version, in the database."""
    with event_log.writing(session.pk) as locked:
        event = event_log.append(locked, Kind.EXPLAINED, {"why": "asked"})
    recommendation = Recommendation.objects.create(
        session=session,
        number=1,
        proposal={},
        evidence={},
        maker="m",
        checker="c",
        verdict={},
        session_version=1,
    )
    decision = Decision.objects.create(
        recommendation=recommendation,
        kind=Decision.Kind.REJECT,
        decided_by=User.objects.create(username="asha"),
        decided_at=event.occurred_at,
    )
    flow = FlowVersion.objects.create(name="f", version=1, digest="d" * 64, definition={"name": "f"})
    return {"event": event, "decision": decision, "flow": flow}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("event", "data", {}),
        ("event", "kind", "state_changed"),
        ("decision", "reason", "another"),
        ("flow", "definition", {}),
    ],
)
def test_evidence_cannot_be_changed_by_any_statement(
    evidence: dict[str, Any], name: str, field: str, value: Any
) -> None:
    row = evidence[name]
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**{field: value})


@pytest.mark.parametrize("name", ["event", "decision"])
def test_evidence_cannot_be_deleted(evidence: dict[str, Any], name: str) -> None:
    row = evidence[name]
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        ConversationSession.objects.all().delete()


def test_the_default_of_a_flow_may_change_since_it_is_no_content(evidence: dict[str, Any]) -> None:
    assert FlowVersion.objects.filter(pk=evidence["flow"].pk).update(is_default=True) == 1


def test_a_session_is_erased_only_by_a_transaction_that_says_so(
    session: ConversationSession, evidence: dict[str, Any]
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL onboarding.erasure = 'on'")
        session.delete()
        cursor.execute("SET LOCAL onboarding.erasure = ''")
    assert SessionEvent.objects.count() == Decision.objects.count() == 0
