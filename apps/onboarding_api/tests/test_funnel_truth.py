"""The figures out of the database beside a world whose true rates are exact.

Seven days of sessions, looked at on the last evening, asked about three days from each stage: plain counting takes
everybody who has not arrived for lost. 80 clients share the sessions, so that each is a small world of its own (do
the intervals hold the truth?), and all together are a large one (is the rate right?).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.onboarding.models import Client
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import estimates, reading
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.tests import shared_rows
from scripts.funnel_simulator import judging, lives, watching
from scripts.funnel_simulator.world import World

pytestmark = pytest.mark.django_db
WORLD = World(start=datetime(2026, 3, 2, tzinfo=UTC))
NOW = WORLD.start + timedelta(days=WORLD.days)
TRUE = judging.truths(WORLD)
CLIENTS, SESSIONS, SEED = 80, 16_000, 5


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Client]]:
    """The world, stored and counted once for all tests of this file."""
    with shared_rows.committed(django_db_blocker):
        clients = Client.objects.bulk_create(
            Client(name=f"World {n}", slug=f"world-{n}", time_zone="UTC") for n in range(CLIENTS)
        )
        judging.write(WORLD, clients=[client.pk for client in clients], sessions=SESSIONS, seed=SEED)
        judging.count(WORLD)
        yield clients


def test_every_rate_is_right_where_plain_counting_is_off_by_four_points(world: list[Client]) -> None:
    found = judging.judge(WORLD, TRUE)
    told = {one.name: (round(one.error, 2), round(one.naive_error, 2)) for one in found}
    assert found[0].rate.n > 15_000
    assert all(one.rate.low <= one.true <= one.rate.high for one in found), told
    assert found[-1].naive_error > 3.5, told


def test_rates_out_of_the_database_are_those_of_the_lives_one_by_one(world: list[Client]) -> None:
    """Buckets of 4 % of width, days and sums cost no tenth of a point; what is left to the truth is chance."""
    watched = list(lives.draw(WORLD, sessions=SESSIONS, seed=SEED))
    limit = replace(WORLD, silence=judging.WITHIN.total_seconds())
    for found, (stage, since) in zip(
        judging.judge(WORLD, TRUE), ((1, 0), (2, 1), (3, 2), (4, 3), (4, 0)), strict=True
    ):
        exact = watching.estimate(
            watching.watch(watched, limit, stage=stage, since=since), within=judging.WITHIN.total_seconds()
        )
        assert found.rate.n == exact.curve.n
        assert found.rate.value == pytest.approx(exact.survival, abs=0.001)


def test_intervals_of_small_clients_hold_the_truth_as_often_as_they_say(world: list[Client]) -> None:
    judged = [one for client in world for one in judging.judge(WORLD, TRUE, scope=client.pk)]
    held = [one.rate.low <= one.true <= one.rate.high for one in judged]
    assert len(held) == 5 * CLIENTS
    assert 0.93 <= sum(held) / len(held) <= 0.97
    naive = [intervals.wilson(round(one.naive * one.rate.n), one.rate.n) for one in judged[4::5]]
    assert sum(each.holds(judged[4].true) for each in naive) / CLIENTS < 0.85


def test_every_sixteenth_open_session_stands_for_all_where_very_many_are_open(
    world: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window(WORLD.start, NOW)
    exact = estimates.estimate(EVERYONE, window, now=NOW)
    monkeypatch.setattr(reading, "_may_be_some", lambda _: True)
    some = estimates.estimate(EVERYONE, window, now=NOW)
    assert exact.totals == some.totals
    assert sum(
        n for *_, since, n in reading.open_ages(EVERYONE, window, exact.totals, now=NOW) if since is not None
    ) == (exact.totals.open)
    for told, known in zip((*some.steps, some.whole), (*exact.steps, exact.whole), strict=True):
        assert told.advanced.value == pytest.approx(known.advanced.value, abs=0.01)
        assert told.advanced.undecided == pytest.approx(known.advanced.undecided, abs=0.01)
