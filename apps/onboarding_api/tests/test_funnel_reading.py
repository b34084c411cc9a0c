"""Sums for any stretch of time, and rates that do not take open sessions for lost ones."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.onboarding.models import FunnelFact
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import (
    estimates,
    folding,
    lanes,
    reading,
    reporting,
    windows,
)
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.tests.factories import ClientFactory
from apps.onboarding_api.tests.test_funnel_rollups import NOW, open_session

KOLKATA = ZoneInfo("Asia/Kolkata")


def test_a_day_of_changing_clocks_has_23_or_25_hours() -> None:
    zone = ZoneInfo("Europe/Berlin")
    spring = windows.of_days(date(2026, 3, 29), date(2026, 3, 29), zone)
    autumn = windows.of_days(date(2026, 10, 25), date(2026, 10, 25), zone)
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)


def test_a_window_is_cut_into_whole_days_and_edges() -> None:
    window = Window(datetime(2026, 11, 1, 10, tzinfo=UTC), datetime(2026, 11, 4, 1, tzinfo=UTC))
    found = windows.cut(window, KOLKATA)
    assert found.days == (date(2026, 11, 2), date(2026, 11, 3))
    assert [edge.start.hour for edge in found.edges] == [10, 18]


def test_a_window_without_a_whole_day_is_all_edge() -> None:
    window = Window(NOW, NOW + timedelta(hours=3))
    assert windows.cut(window, KOLKATA) == windows.Cut(None, (window,))


@pytest.mark.parametrize("ms", [0, 1, 999, 1000, 1001, 59_999, 3_600_000, 10**9, 9 * 10**9])
def test_a_time_read_back_from_its_bucket_is_at_most_two_percent_off(ms: int) -> None:
    found = lanes.seconds_of(lanes.bucket_of(ms))
    assert abs(found - ms / 1000) <= max(1.0 if ms < 1000 else 0.02001 * ms / 1000, 0)


def test_lanes_add_and_take_away_in_any_order() -> None:
    parts = [lanes.one(n % 10, (n * 37) % lanes.BUCKETS) for n in range(500)]
    whole = sum(parts)
    random.Random(1).shuffle(parts)
    for part in parts[:250]:
        whole -= part
    assert whole == sum(parts[250:])
    assert lanes.unpack(lanes.pack(whole)) == whole


@pytest.mark.django_db
def test_any_window_gives_what_counting_its_facts_gives() -> None:
    client = ClientFactory(time_zone="America/New_York")
    chosen = random.Random(7)
    for _ in range(150):
        started = NOW - timedelta(minutes=chosen.randrange(1, 60 * 24 * 8))
        open_session(
            client, started=started, reached=chosen.randrange(5), language=chosen.choice(["en", "hi"])
        )
    folding.fold(now=NOW)
    for _ in range(20):
        start = NOW - timedelta(minutes=chosen.randrange(60 * 24 * 9))
        window = Window(start, start + timedelta(minutes=chosen.randrange(30, 60 * 24 * 5)))
        for language, found in reading.totals(client.pk, window, dimension="language", times=True).items():
            facts = FunnelFact.objects.filter(
                client_id=client.pk,
                language=language,
                started_at__gte=window.start,
                started_at__lt=window.end,
            )
            assert found.reached[0] == facts.count()
            assert found.reached[3] == facts.filter(furthest__gte=3).count()
            assert sum(found.dropped) == facts.filter(outcome=2).count()
            assert sum(n for _, n in lanes.histogram(found.times, 0)) == found.reached[1]
            assert sum(n for _, n in lanes.histogram(found.times, 9)) == sum(found.dropped)


@pytest.mark.django_db
def test_hours_of_an_offset_of_half_an_hour_are_exact() -> None:
    client = ClientFactory()
    open_session(client, started=datetime(2026, 11, 19, 18, 30, tzinfo=UTC))  # midnight in Kolkata
    open_session(client, started=datetime(2026, 11, 19, 18, 29, tzinfo=UTC))
    folding.fold(now=NOW)
    slots = reading.by_slot(client.pk, windows.of_days(date(2026, 11, 20), date(2026, 11, 20), KOLKATA))
    assert sum(found.reached[0] for found in slots.values()) == 1


@pytest.mark.django_db
def test_without_open_sessions_a_rate_is_plain_counting_with_wilsons_interval() -> None:
    client = ClientFactory()
    for n in range(40):
        open_session(client, started=NOW - timedelta(days=9, minutes=n), reached=4 if n < 30 else 0)
    folding.fold(now=NOW)
    found = estimates.estimate(client.pk, Window(NOW - timedelta(days=10), NOW), now=NOW)
    rate = found.steps[0].advanced
    wilson = intervals.wilson(30, 40)
    assert rate.value == pytest.approx(0.75)
    assert (rate.low, rate.high) == pytest.approx((wilson.low, wilson.high))
    assert rate.maturity == 1.0
    assert found.steps[0].mean_seconds == 600.0
    assert found.whole.quantiles[0.9] is None


@pytest.mark.django_db
def test_open_sessions_are_no_drop_offs_and_lower_only_the_maturity() -> None:
    client = ClientFactory()
    for n in range(20):
        open_session(client, started=NOW - timedelta(days=9, minutes=n), reached=4 if n < 10 else 0)
        open_session(client, started=NOW - timedelta(seconds=20 * n))
    folding.fold(now=NOW)
    told = reporting.report(client.pk, Window(NOW - timedelta(days=10), NOW + timedelta(days=1)), now=NOW)
    started = told["stages"][0]
    assert told["active_sessions"] == started["current_count"] == 20
    assert started["dropped"] == 10
    assert started["completion"]["maturity"] == 0.5
    assert started["completion_rate"] == pytest.approx(0.5)  # counting everybody says 0.25


@pytest.mark.django_db
def test_an_empty_funnel_has_no_rates_and_does_not_fail() -> None:
    told = reporting.report(EVERYONE, Window(NOW - timedelta(days=1), NOW), now=NOW)
    assert told["overall_conversion"] is None
    assert told["stages"][0]["completion_rate"] is None
    assert told["top_drop_off_points"] == []


@pytest.mark.django_db
def test_drop_off_points_are_ranked_by_what_is_sure_of_them() -> None:
    client = ClientFactory()
    for n in range(100):
        open_session(
            client, started=NOW - timedelta(days=9, minutes=n), reached=0 if n < 40 else 1 + (n % 2) * 3
        )
    open_session(client, started=NOW - timedelta(days=9), reached=3)
    folding.fold(now=NOW)
    found = estimates.estimate(client.pk, Window(NOW - timedelta(days=10), NOW), now=NOW)
    points = [point["stage"] for point in reporting.top_drop_off_points(found)]
    assert points == ["engaged", "started", "approval_decision"]
