"""Few rows say what counting every session says: hours of any zone, weeks of times, crossed cohorts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.onboarding.models import Client, FunnelFact
from apps.onboarding_api.services.funnel_analytics import clock, folding, lanes, reading, slices
from apps.onboarding_api.services.funnel_analytics.asking import Audience, Question
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.tests import shared_rows
from apps.onboarding_api.tests.factories import ClientFactory
from apps.onboarding_api.tests.test_funnel_rollups import open_session

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Half and quarter hours, clocks that change by one hour and by half of one inside the window.
ZONES = ("UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")
WINDOW = Window(datetime(2026, 9, 28, 7, 15, tzinfo=UTC), datetime(2026, 11, 19, 22, 45, tzinfo=UTC))


@pytest.fixture(scope="module")
def client(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    with shared_rows.committed(django_db_blocker):
        client, chosen = ClientFactory(time_zone="Asia/Kolkata"), random.Random(3)
        for _ in range(500):
            open_session(
                client,
                started=NOW - timedelta(minutes=chosen.randrange(60 * 24 * 60)),
                reached=chosen.randrange(5),
                step_minutes=chosen.randrange(1, 900),
                language=chosen.choice(["en", "hi"]),
                device=chosen.choice(["Android", "Windows"]),
                variants=chosen.choice([{}, {"order": 'b"\\,{}'}, {"order": "a", "wording": "short"}]),
            )
        while folding.fold(now=NOW):
            pass
        yield client


def facts(client: Client, window: Window) -> list[FunnelFact]:
    found = FunnelFact.objects.filter(client_id=client.pk)
    return list(found.filter(started_at__gte=window.start, started_at__lt=window.end))


@pytest.mark.parametrize("name", ZONES)
def test_hours_and_weekdays_of_any_zone_are_those_of_the_sessions(client: Client, name: str) -> None:
    zone = ZoneInfo(name)
    read = clock.read([client.pk], WINDOW, zone)
    started, dropped, left = Counter[Any](), Counter[Any](), Counter[Any]()
    for fact in FunnelFact.objects.filter(client_id=client.pk):
        local = fact.started_at.astimezone(zone)
        if WINDOW.start <= fact.started_at < WINDOW.end:
            started[local.weekday() * 24 + local.hour] += 1
            dropped[local.weekday() * 24 + local.hour] += fact.outcome == FunnelFact.Outcome.DROPPED
        if fact.left_at is not None and WINDOW.start <= fact.left_at < WINDOW.end:
            local = fact.left_at.astimezone(zone)
            left[local.weekday() * 24 + local.hour, fact.furthest] += 1
    for hour, counts in enumerate(read.counts):
        assert counts[0] == started[hour]
        assert sum(counts[5:9]) == dropped[hour]
        assert list(counts[9:]) == [left[hour, stage] for stage in range(4)]
    assert sum(counts[0] for counts in read.by_hour()) == sum(started.values()) > 300


def test_times_of_many_weeks_are_those_of_the_sessions(client: Client) -> None:
    for days in range(0, 30, 3):
        window = Window(WINDOW.start + timedelta(days=days), WINDOW.end - timedelta(days=days // 2))
        found, counted = reading.total(client.pk, window).times, facts(client, window)
        for measure, times in (
            (0, [fact.engaged_ms for fact in counted if fact.furthest >= 1]),
            (8, [fact.completed_ms for fact in counted if fact.furthest >= 4]),
            (9, [fact.dropped_ms for fact in counted if fact.outcome == FunnelFact.Outcome.DROPPED]),
        ):
            buckets = Counter(lanes.bucket_of(ms) for ms in times if ms is not None)
            assert {n: count for n, count in enumerate(lanes.counts(found, measure)) if count} == buckets


@pytest.mark.parametrize("cut_a_quarter", [False, True], ids=["whole quarters", "cut quarters"])
def test_crossed_cohorts_are_those_of_the_sessions(client: Client, cut_a_quarter: bool) -> None:
    window = Window(WINDOW.start + timedelta(minutes=7 * cut_a_quarter), WINDOW.end)
    zone = ZoneInfo("Asia/Kolkata")
    question = Question(Audience((client.pk,), zone), window, zone, NOW)
    counted = facts(client, window)
    told = slices.cut(question, ("device", "hour"))["cells"]
    assert {(cell["device"], cell["hour"]): cell["sessions"] for cell in told} == Counter(
        (fact.device, str(fact.started_at.astimezone(zone).hour)) for fact in counted
    )
    told = slices.cut(question, ("language", "variant"))["cells"]
    assert {(cell["language"], cell["variant"]): cell["reached"]["completed"] for cell in told} == {
        key: sum(n for fact, n in completed) for key, completed in _by_arm(counted).items()
    }


def _by_arm(counted: list[FunnelFact]) -> dict[tuple[str, str], list[tuple[FunnelFact, int]]]:
    found: dict[tuple[str, str], list[tuple[FunnelFact, int]]] = {}
    for fact in counted:
        for arm in fact.variants:
            found.setdefault((fact.language, arm), []).append((fact, int(fact.furthest == 4)))
    return found
