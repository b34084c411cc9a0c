"""The sums of the funnel are those of a recomputation, in whatever order things became known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.onboarding import event_log
from apps.onboarding.models import (
    Client,
    ConversationSession,
    FunnelDay,
    FunnelFact,
    FunnelRestatement,
    FunnelScope,
)
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import (
    folding,
    lanes,
    reading,
    recomputing,
    storing,
    windows,
)
from apps.onboarding_api.tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STAGES = ("started_at", "engaged_at", "recommendations_generated_at", "approval_decision_at", "completed_at")


class Died(Exception):
    pass


def _die(_: object) -> None:
    raise Died


def open_session(
    client: Client, *, started: datetime, reached: int = 0, step_minutes: int = 10, **given: Any
) -> Any:
    """A session that reached so many stages after its start, each `step_minutes` after the one before."""
    times = {
        name: started + n * timedelta(minutes=step_minutes) for n, name in enumerate(STAGES[: reached + 1])
    }
    state = "COMPLETED" if reached == 4 else "IN_PROGRESS"
    session = ConversationSession.objects.create(
        client=client, **times, **{"current_state": state, "language": "en", "device": "iPhone", **given}
    )
    last = max(times.values())
    ConversationSession.objects.filter(pk=session.pk).update(last_heard_at=given.get("last", last))
    return session


def total(scope: Any, **which: Any) -> dict[str, int]:
    rows = FunnelDay.objects.filter(scope=scope, **{"dimension": "all", **which})
    names = [
        field.name
        for field in FunnelDay._meta.fields
        if field.name not in {"pk", "scope", "dimension", "value", "day", "times"}
    ]
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def test_a_session_is_counted_in_every_stage_it_reached() -> None:
    client = ClientFactory()
    open_session(client, started=NOW - timedelta(hours=1), reached=2)
    folding.fold(now=NOW)
    found = total(client.pk)
    assert [found[name] for name in ("started", "engaged", "recommendations", "decision", "completed")] == [
        1,
        1,
        1,
        0,
        0,
    ]
    assert found["engaged_ms"] == found["recommendations_ms"] == 600_000


def test_a_session_within_the_limit_is_open_and_no_drop_off() -> None:
    client = ClientFactory()
    open_session(client, started=NOW - timedelta(hours=71))
    folding.fold(now=NOW)
    assert total(client.pk)["dropped_started"] == 0


def test_a_session_silent_for_the_limit_is_dropped_though_nothing_happens_to_it() -> None:
    client = ClientFactory()
    session = open_session(client, started=NOW - timedelta(hours=71), reached=1)
    folding.fold(now=NOW)
    folding.fold(now=NOW + timedelta(hours=2))
    assert total(client.pk)["dropped_engaged"] == 1
    assert FunnelFact.objects.get(pk=session.pk).left_at == session.engaged_at


def test_who_comes_back_is_open_again() -> None:
    client = ClientFactory()
    session = open_session(client, started=NOW - timedelta(hours=100))
    folding.fold(now=NOW)
    assert total(client.pk)["dropped_started"] == 1
    ConversationSession.objects.filter(pk=session.pk).update(last_heard_at=NOW)
    folding.fold(now=NOW)
    assert total(client.pk)["dropped_started"] == 0


def test_who_was_counted_as_silent_stays_so_when_the_clock_is_put_back() -> None:
    session = open_session(ClientFactory(), started=NOW - timedelta(hours=100))
    folding.fold(now=NOW)
    ConversationSession.objects.filter(pk=session.pk).update(language="hi")
    folding.fold(now=NOW - timedelta(hours=40))
    assert FunnelFact.objects.get(pk=session.pk).outcome == FunnelFact.Outcome.DROPPED
    assert funnel_analytics.audit().agrees


def test_what_the_product_does_by_itself_keeps_nobody_from_counting_as_silent() -> None:
    session = open_session(ClientFactory(), started=NOW - timedelta(hours=71), reached=1)
    heard = ConversationSession.objects.get(pk=session.pk).last_heard_at
    with event_log.writing(session.pk) as late:  # a photo that was understood three days later
        event_log.append(late, event_log.Kind.UPLOAD_UNDERSTOOD)
    folding.fold(now=NOW + timedelta(hours=2))
    fact = FunnelFact.objects.get(pk=session.pk)
    assert (fact.outcome, fact.reason, fact.left_at) == (FunnelFact.Outcome.DROPPED, "silent", heard)


def test_of_earlier_sessions_the_last_deed_of_a_person_is_taken_for_the_last_sign_of_life() -> None:
    migration = import_module("apps.onboarding.migrations.0020_last_heard_at")
    simulated = open_session(ClientFactory(), started=NOW - timedelta(hours=9))
    ConversationSession.objects.update(last_activity_at=NOW)
    real = open_session(ClientFactory(), started=NOW - timedelta(hours=9))
    with event_log.writing(real.pk) as session:
        deed = event_log.append(session, event_log.Kind.ANSWER_RECEIVED, actor=UserFactory())
    with event_log.writing(real.pk) as session:
        event_log.append(session, event_log.Kind.ANSWER_SET)
    ConversationSession.objects.update(last_heard_at=NOW - timedelta(days=9))
    with connection.cursor() as cursor:
        cursor.execute(migration._BACKFILL)
    found = dict(ConversationSession.objects.values_list("pk", "last_heard_at"))
    assert found == {simulated.pk: NOW, real.pk: deed.occurred_at}


def test_a_deleted_session_is_taken_out_of_every_sum_and_the_past_day_says_so() -> None:
    client = ClientFactory()
    session = open_session(client, started=NOW - timedelta(days=20), reached=4)
    folding.fold(now=NOW)
    FunnelRestatement.objects.all().delete()
    session.delete()
    folding.fold(now=NOW)
    assert not FunnelDay.objects.filter(scope=client.pk).exists()
    note = FunnelRestatement.objects.get(scope=client.pk)
    assert note.cause == "deleted"
    assert note.changes["completed"] == -1


def test_a_stage_that_was_skipped_counts_at_the_time_of_the_next_one() -> None:
    client = ClientFactory()
    session = open_session(client, started=NOW - timedelta(hours=1), reached=4)
    ConversationSession.objects.filter(pk=session.pk).update(approval_decision_at=None)
    folding.fold(now=NOW)
    fact = FunnelFact.objects.get(pk=session.pk)
    assert fact.decision_ms == fact.completed_ms == 2_400_000


def test_the_sum_over_everyone_counts_all_clients() -> None:
    for _ in range(3):
        open_session(ClientFactory(), started=NOW - timedelta(hours=1))
    folding.fold(now=NOW)
    assert total(EVERYONE)["started"] == ConversationSession.objects.count()


def test_figures_raise_the_revision_of_their_client_only() -> None:
    mine, other = ClientFactory(), ClientFactory()
    open_session(other, started=NOW - timedelta(hours=1))
    folding.fold(now=NOW)
    before = FunnelScope.objects.get(scope=other.pk).revision
    open_session(mine, started=NOW - timedelta(hours=1))
    folding.fold(now=NOW)
    assert FunnelScope.objects.get(scope=other.pk).revision == before
    assert FunnelScope.objects.get(scope=mine.pk).revision == 1


def test_days_are_those_of_the_clients_time_zone() -> None:
    client = ClientFactory(time_zone="Asia/Kolkata")
    open_session(client, started=datetime(2026, 11, 18, 18, 29, tzinfo=UTC))
    open_session(client, started=datetime(2026, 11, 18, 18, 30, tzinfo=UTC))
    folding.fold(now=NOW)
    days = (
        FunnelDay.objects.filter(scope=client.pk, dimension="all")
        .order_by("day")
        .values_list("day", flat=True)
    )
    assert [str(day) for day in days] == ["2026-11-18", "2026-11-19"]


def test_days_follow_when_the_client_moves_to_another_time_zone() -> None:
    client = ClientFactory(time_zone="Asia/Kolkata")
    open_session(client, started=datetime(2026, 11, 18, 18, 30, tzinfo=UTC))
    folding.fold(now=NOW)
    Client.objects.filter(pk=client.pk).update(time_zone="UTC")
    folding.fold(now=NOW)
    folding.fold(now=NOW)
    assert str(FunnelDay.objects.get(scope=client.pk, dimension="all").day) == "2026-11-18"
    assert funnel_analytics.audit().agrees


def test_another_abandonment_limit_computes_everything_anew(settings: Any) -> None:
    client = ClientFactory()
    open_session(client, started=NOW - timedelta(hours=10))
    folding.fold(now=NOW)
    settings.FUNNEL = replace(settings.FUNNEL, abandonment_hours=5)
    folding.fold(now=NOW)
    assert total(client.pk)["dropped_started"] == 1


def test_a_fold_that_dies_loses_no_note() -> None:
    client = ClientFactory()
    folding.fold(now=NOW)
    open_session(client, started=NOW - timedelta(hours=1))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(storing, "add", _die)
        with pytest.raises(Died):
            folding.fold(now=NOW)
    folding.fold(now=NOW)
    assert total(client.pk)["started"] == 1


def test_an_audit_finds_a_sum_that_somebody_changed() -> None:
    client = ClientFactory()
    open_session(client, started=NOW - timedelta(hours=1))
    folding.fold()
    assert funnel_analytics.audit().agrees
    FunnelDay.objects.filter(scope=client.pk, dimension="all").update(started=7)
    assert funnel_analytics.audit().differing["onboarding_funnelday"] == 2
    funnel_analytics.rebuild()
    assert funnel_analytics.audit().agrees


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["open", "reach", "silent", "return", "cancel", "delete", "fold", "note twice", "variant"]
        ),
        st.integers(0, 5),
        st.integers(0, 4),
        st.integers(0, 60 * 24 * 6),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_sums_equal_a_recomputation_after_anything_in_any_order(
    acts: list[tuple[str, int, int, int]],
) -> None:
    with transaction.atomic():  # its end gives back the locks of an audit's tables, of which a server has few
        _play(acts)
        found = funnel_analytics.audit()
        transaction.set_rollback(True)
    assert found.agrees, found.differing


def _play(acts: list[tuple[str, int, int, int]]) -> None:
    clients = [ClientFactory(time_zone=zone) for zone in ("Asia/Kolkata", "America/New_York")]
    made: list[Any] = []
    for act, which, stage, minutes in acts:
        moment = NOW - timedelta(minutes=minutes)
        mine = ConversationSession.objects.filter(pk=made[which % len(made)].pk) if made else None
        if act == "open":
            made.append(
                open_session(
                    clients[which % 2], started=moment, reached=stage, language=("en", "hi")[stage % 2]
                )
            )
        elif act == "fold":
            folding.fold(now=NOW - timedelta(minutes=minutes // 2))
        elif mine is None:
            continue
        elif act == "reach":  # late, early, out of order
            mine.update(**{STAGES[stage]: moment, "last_heard_at": moment})
        elif act == "silent":
            mine.update(last_heard_at=moment - timedelta(days=4))
        elif act == "return":
            mine.update(last_heard_at=moment)
        elif act == "cancel":
            mine.filter(completed_at=None).update(current_state="CANCELLED")
        elif act == "variant":
            mine.update(variants={"order": f"arm{stage}"})
        elif act == "delete":
            mine.delete()
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO onboarding_funneldirty (session_id) VALUES (%s), (%s)",
                    [made[which % len(made)].pk, uuid4()],
                )


def test_another_zone_for_everyone_moves_everyones_days_and_the_way_they_are_read(settings: Any) -> None:
    moment = datetime(2026, 11, 9, 20, tzinfo=UTC)  # the 10th in Kolkata
    open_session(ClientFactory(), started=moment)
    folding.fold(now=NOW)
    settings.FUNNEL = replace(settings.FUNNEL, time_zone="UTC")
    folding.fold(now=NOW)
    day = windows.of_days(date(2026, 11, 9), date(2026, 11, 9), ZoneInfo("UTC"))
    after = windows.of_days(date(2026, 11, 10), date(2026, 11, 10), ZoneInfo("UTC"))
    assert reading.total(EVERYONE, day).reached[0] == 1
    assert reading.total(EVERYONE, after).reached[0] == 0


def test_figures_that_a_rebuild_changed_are_noted(settings: Any) -> None:
    client = ClientFactory()
    open_session(client, started=NOW - timedelta(days=30))
    folding.fold(now=NOW)
    FunnelRestatement.objects.all().delete()
    settings.FUNNEL = replace(settings.FUNNEL, abandonment_hours=60 * 24)
    folding.fold(now=NOW)
    note = FunnelRestatement.objects.get(scope=client.pk)
    assert (note.cause, note.changes) == ("rebuilt", {"dropped_started": -1})


def test_a_late_sign_of_life_of_a_cancelled_session_reaches_the_figures() -> None:
    session = open_session(ClientFactory(), started=NOW - timedelta(days=1), current_state="CANCELLED")
    folding.fold(now=NOW)
    ConversationSession.objects.filter(pk=session.pk).update(
        last_heard_at=NOW - timedelta(hours=23, minutes=30)
    )
    folding.fold(now=NOW)
    assert FunnelFact.objects.get(pk=session.pk).left_at == NOW - timedelta(hours=23, minutes=30)


def test_a_sum_that_somebody_broke_is_computed_anew_and_holds_up_nobody() -> None:
    session = open_session(ClientFactory(), started=NOW - timedelta(hours=1), reached=2)
    folding.fold()
    FunnelDay.objects.update(times=b"\0" * lanes.BYTES)
    session.delete()
    folding.keep_up()
    assert funnel_analytics.audit().agrees


@pytest.mark.django_db(transaction=True)
def test_an_audit_sees_one_state_while_sessions_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    client = ClientFactory()
    open_session(client, started=NOW - timedelta(hours=1))
    folding.fold()
    compute = recomputing.compute

    def write_meanwhile(*given: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_write_elsewhere, client).result()
        compute(*given)

    monkeypatch.setattr(recomputing, "compute", write_meanwhile)
    assert funnel_analytics.audit().agrees


def _write_elsewhere(client: Client) -> None:
    open_session(client, started=NOW - timedelta(hours=2))
    connection.close()
