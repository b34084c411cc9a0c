"""An answer asks much at once and nothing twice, and what it keeps unpacked is never older than the database."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.onboarding.models import Client, ConversationSession
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import clock, lanes, moment, reading, versions
from apps.onboarding_api.services.funnel_analytics.versions import Unpacked
from apps.onboarding_api.tests.funnel_world import NOW, client, fold, open_many, open_session, question

pytestmark = pytest.mark.django_db
NUMBERS: list[moment.Statement] = [("SELECT %s + 1", [n]) for n in range(3)]


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    versions.unpacked.forget()
    yield
    versions.unpacked.forget()


def asked(mine: Client) -> funnel_analytics.Question:
    return replace(question(mine, start="2026-10-01T00:00", end="2026-11-21T00:00", zone="UTC"), now=NOW)


def figures(mine: Client) -> Any:
    """Sums, their times, and the clock: everything that is kept unpacked."""
    window = asked(mine).window
    with moment.one_moment():
        total = reading.total(mine.pk, window)
        return total, clock.read([mine.pk], window, asked(mine).zone)


def computed(mine: Client) -> Any:
    """The same where nothing is known."""
    versions.unpacked.forget()
    return figures(mine)


def bytes_asked(mine: Client, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many packed rows the database sends for `figures`."""
    sent: list[bytes] = []
    unpack = lanes.unpack

    def noted(packed: bytes) -> int:
        sent.append(packed)
        return unpack(packed)

    with monkeypatch.context() as patched:
        patched.setattr(lanes, "unpack", noted)
        figures(mine)
    return len(sent)


def test_what_was_asked_ahead_is_not_asked_again() -> None:
    with moment.one_moment():
        with CaptureQueriesContext(connection) as first:
            moment.ahead(NUMBERS)
            moment.ahead(NUMBERS)
        with CaptureQueriesContext(connection) as then:
            assert [moment.rows(*one) for one in NUMBERS] == [[(1,)], [(2,)], [(3,)]]
    assert (len(first), len(then)) == (1, 0)


def test_outside_of_a_moment_everything_is_asked_when_it_is_wanted() -> None:
    with CaptureQueriesContext(connection) as captured:
        moment.ahead(NUMBERS)
        assert moment.rows(*NUMBERS[1]) == moment.rows(*NUMBERS[1]) == [(2,)]
    assert len(captured) == 2


def test_a_dashboard_asks_for_all_its_sums_at_once() -> None:
    mine = client(time_zone="UTC")
    open_many(mine, times=5, started=NOW - timedelta(days=6), reached=3)
    fold(NOW)
    with CaptureQueriesContext(connection) as captured:
        funnel_analytics.dashboard(asked(mine))
    assert len(captured) <= 7


def test_only_what_has_changed_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = client(time_zone="UTC")
    for days in range(1, 40):
        open_session(mine, started=NOW - timedelta(days=days), reached=4)
    fold(NOW)
    assert bytes_asked(mine, monkeypatch) > 40
    assert bytes_asked(mine, monkeypatch) == 0
    open_session(mine, started=NOW - timedelta(days=20), reached=2)
    fold(NOW)
    # Its week; the day of its start and that of its last sign of life, which are the same.
    assert bytes_asked(mine, monkeypatch) == 2
    assert figures(mine) == computed(mine)


def test_a_change_of_a_past_day_shows_at_once() -> None:
    mine = client(time_zone="UTC")
    open_many(mine, times=3, started=NOW - timedelta(days=20), reached=1)
    fold(NOW)
    before = funnel_analytics.dashboard(asked(mine))
    session = ConversationSession.objects.filter(client=mine).order_by("pk")[0]
    began = time.monotonic()
    session.delete()
    fold(NOW)
    after = funnel_analytics.dashboard(asked(mine))
    assert time.monotonic() - began < 1
    assert (before["sessions"], after["sessions"]) == (3, 2)
    for told, n in ((before, 3), (after, 2)):
        assert told["time_to_convert"]["started"]["n"] == n
        assert told["drop_off_heatmap"]["total"] == n
        assert sum(row["started"] for row in told["drop_off_heatmap"]["heatmap"]) == n


def test_whatever_happens_what_is_known_is_what_the_database_says() -> None:
    """Sessions come, move on and go, all is computed anew, and each time some of it is known already."""
    mine, chosen = client(time_zone="Asia/Kolkata"), random.Random(5)
    for _ in range(25):
        if chosen.random() < 0.3 and (some := ConversationSession.objects.filter(client=mine).first()):
            some.delete()
        else:
            started = NOW - timedelta(minutes=chosen.randrange(60 * 24 * 45))
            open_session(mine, started=started, reached=chosen.randrange(5))
        fold(NOW)
        if chosen.random() < 0.2:
            funnel_analytics.rebuild(now=NOW)
        known = figures(mine)
        assert known == computed(mine)


def test_a_row_that_lies_where_another_one_lay_is_read_anew() -> None:
    mine = client(time_zone="UTC")
    open_session(mine, started=NOW - timedelta(days=9), reached=4)
    open_session(mine, started=NOW - timedelta(days=8), reached=4)
    fold(NOW)
    right = figures(mine)
    known = versions.unpacked._rows
    days = [key for key in known if key[0] == clock.TABLE]  # type: ignore[index]  # keys are tuples
    one, other = known[days[0]], known[days[1]]
    known[days[0]], known[days[1]] = (other[0], 0, 1), (one[0], 0, 1)
    assert figures(mine) == right


def test_what_is_known_stays_within_its_size() -> None:
    held = Unpacked(most_bytes=100)
    for n in range(10):
        held.keep(n, (f"v{n}", n, 30))
    assert len(held) == 3
    assert held.of([0, 8, 9]) == {8: ("v8", 8, 30), 9: ("v9", 9, 30)}
    held.keep(9, ("v9 again", 1, 30))
    assert len(held) == 3


def test_of_more_rows_than_can_be_kept_none_is() -> None:
    assert len(versions.keys(range(5), range(100))) == 500
    assert versions.keys(range(6), range(100)) == ()
