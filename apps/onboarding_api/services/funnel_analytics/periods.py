"""Sums by day, hour and cohort out of the rows that are kept, without looking at any session.

Days of a scope are kept in its own zone, quarters of an hour in UTC. What is asked in that zone is read from the days,
what is asked in another one from the quarters: the figures are the same, the days are fewer rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from apps.onboarding_api.services.funnel_analytics import (
    clock,
    local_time,
    moment,
    reading,
    storing,
    windows,
)
from apps.onboarding_api.services.funnel_analytics.asking import ALL, Question
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.moment import Statement
from apps.onboarding_api.services.funnel_analytics.reading import Totals
from apps.onboarding_api.services.funnel_analytics.windows import Window

_COUNTED = COUNTS[:9]
_SUMS = ", ".join(f"sum({name})::bigint" for name in _COUNTED)
_NOBODY = ([0] * clock.HOURS_OF_WEEK,) * 3
_OPEN = "started - completed - dropped_started - dropped_engaged - dropped_recommendations - dropped_decision"


@dataclass(frozen=True)
class Size:
    """Of one cohort, and of the part of it whose window has passed: (started, completed, open)."""

    all: tuple[int, int, int]
    settled: tuple[int, int, int]


_EMPTY = Size((0, 0, 0), (0, 0, 0))


def are_own_days(question: Question) -> bool:
    """Whether the window is whole days of the zone that every scope's days are kept in."""
    window, zone = question.window, question.zone
    whole = windows.of_days(*days_of(window, question), zone) == window
    return whole and set(reading.zones_of(question.audience.scopes).values()) <= {zone}


def days_of(window: Window, question: Question) -> tuple[date, date]:
    """First and last day of the asked zone."""
    last = window.end - timedelta(microseconds=1)
    return window.start.astimezone(question.zone).date(), last.astimezone(question.zone).date()


def by_day(question: Question) -> dict[date, Totals]:
    """Of each day of the asked zone on which anybody of the question's cohort started, hours and weekdays left out."""
    found = moment.rows(*days_statement(question))
    return {
        row[0] if isinstance(row[0], date) else local_time.day_of(row[0]): totals_of(row[1:]) for row in found
    }


def days_statement(question: Question) -> Statement:
    """What `by_day` asks."""
    if are_own_days(question):
        number, table, within = "day", storing.DAYS, "day BETWEEN %s AND %s"
        bounds: tuple[Any, Any] = days_of(question.window, question)
    else:
        number = local_time.day_sql(local_time.sql("slot", question.window, question.zone))
        table, within, bounds = (
            storing.SLOTS,
            "slot >= %s AND slot < %s",
            local_time.slots_of(question.window),
        )
    return (
        f"""SELECT {number}, {_SUMS} FROM {table}
             WHERE scope = ANY(%s) AND dimension = %s AND value = %s AND {within} GROUP BY 1""",  # noqa: S608 -- ours
        [list(question.audience.scopes), *question.cohort, *bounds],
    )


def by_clock(question: Question, settled_until: datetime) -> dict[tuple[str, int], Size]:
    """By ("hour", 0 to 23) and ("weekday", 0 Monday to 6) of the start: those in which anybody started."""
    window, scopes = question.window, question.audience.scopes
    until = min(max(settled_until, window.start), window.end)
    everybody = _threes(clock.read(scopes, window, question.zone))
    late = Window(until, window.end) if until < window.end else None
    rest = _threes(clock.read(scopes, late, question.zone)) if late else _NOBODY
    places = [("hour", hour, slice(hour, None, 24)) for hour in range(24)]
    places += [("weekday", day, slice(24 * day, 24 * day + 24)) for day in range(7)]
    found = {}
    for name, number, place in places:
        whole = sum(everybody[0][place]), sum(everybody[1][place]), sum(everybody[2][place])
        if whole[0]:
            unsettled = [sum(counts[place]) for counts in rest]
            settled = whole[0] - unsettled[0], whole[1] - unsettled[1], whole[2] - unsettled[2]
            found[name, number] = Size(whole, settled)
    return found


def _threes(week: clock.Week) -> tuple[list[int], list[int], list[int]]:
    """Started, completed and open, by hour of the week."""
    still_open = [counts[0] - counts[4] - sum(counts[5:9]) for counts in week.counts]
    return [counts[0] for counts in week.counts], [counts[4] for counts in week.counts], still_open


def by_cohort(question: Question, settled_until: datetime) -> Mapping[tuple[str, str], Size]:
    """By (dimension, value) of all kept dimensions at once; clients under `client`. The question's own cohort is not
    looked at.
    """
    asked = replace(question, cohort=ALL)
    return moment.once(("cohorts", asked, settled_until), lambda: _by_cohort(asked, settled_until))


def _by_cohort(question: Question, settled_until: datetime) -> dict[tuple[str, str], Size]:
    found: dict[tuple[str, str], Size] = {}
    for dimension, value, is_settled, *counts in moment.rows(*cohorts_statement(question, settled_until)):
        more = counts[0], counts[1], counts[2]
        before = found.get((dimension, value), _EMPTY)
        whole = before.all[0] + more[0], before.all[1] + more[1], before.all[2] + more[2]
        found[dimension, value] = Size(whole, more if is_settled else before.settled)
    return found


def cohorts_statement(question: Question, settled_until: datetime) -> Statement:
    """What `by_cohort` asks."""
    settled: Any
    if are_own_days(question):
        table, settles, within = storing.DAYS, "day < %s", "day BETWEEN %s AND %s"
        settled = settled_until.astimezone(question.zone).date()
        bounds: tuple[Any, Any] = days_of(question.window, question)
    else:
        table, settles, within = storing.SLOTS, "slot < %s", "slot >= %s AND slot < %s"
        settled, bounds = int(settled_until.timestamp()) // 900, local_time.slots_of(question.window)
    key = "dimension, value"
    if not question.audience.is_everyone:  # of a client there is one sum over all of it
        is_all = "dimension = 'all'"
        key = f"CASE WHEN {is_all} THEN 'client' ELSE dimension END, CASE WHEN {is_all} THEN scope::text ELSE value END"
    return (
        f"""SELECT {key}, {settles}, sum(started)::bigint, sum(completed)::bigint, sum({_OPEN})::bigint
              FROM {table} WHERE scope = ANY(%s) AND {within} GROUP BY 1, 2, 3""",  # noqa: S608 -- names of our own
        [settled, list(question.audience.scopes), *bounds],
    )


def totals_of(row: tuple[Any, ...]) -> Totals:
    """From nine sums in their order; the times between stages are not among them."""
    return Totals(tuple(row[:5]), tuple(row[5:9]), (0,) * 4)
