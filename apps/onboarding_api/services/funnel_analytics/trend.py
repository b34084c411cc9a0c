"""The funnel day by day and week by week, in the asked time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from apps.onboarding_api.services.funnel_analytics import (
    cohorts,
    definitions,
    local_time,
    periods,
    reading,
    storing,
    windows,
)
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.reading import NOTHING, Totals

_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNTS[:9])
_DAY = timedelta(days=1)


def trend(question: Question) -> dict[str, list[dict[str, Any]]]:
    """Every day and every week (from Monday) of the window, those without sessions too.

    The rate is that from the start to completion. Until the last session of a period has had the time of the
    abandonment limit its value is null: those who are quick would stand for all. The interval holds at any time.
    """
    days = by_day(question)
    first = question.window.start.astimezone(question.zone).date()
    last = (question.window.end - timedelta(microseconds=1)).astimezone(question.zone).date()
    limit = question.now - definitions.limit()
    weeks: dict[date, list[Totals]] = {}
    for day in _days(first, last):
        monday = day - timedelta(days=day.weekday())
        weeks.setdefault(monday, []).append(days.get(day, NOTHING))
    return {
        "days": [
            {"day": day.isoformat(), **_row(days.get(day, NOTHING), _has_settled(day, question.zone, limit))}
            for day in _days(first, last)
        ],
        "weeks": [
            {
                "week": f"{monday.isocalendar().year}-W{monday.isocalendar().week:02d}",
                "from": max(monday, first).isoformat(),
                "to": min(monday + 6 * _DAY, last).isoformat(),
                "is_whole": first <= monday and monday + 6 * _DAY <= last,
                **_row(
                    reading.summed(totals), _has_settled(min(monday + 6 * _DAY, last), question.zone, limit)
                ),
            }
            for monday, totals in weeks.items()
        ],
    }


def by_day(question: Question) -> dict[date, Totals]:
    """Of each day of the asked zone on which anybody of the question started."""
    dimension, value = question.cohort
    if dimension not in cohorts.OF_CLOCK:
        return periods.by_day(question)
    number = local_time.WEEKDAYS.index(value) if dimension == "weekday" else int(value)
    local = local_time.sql("slot", question.window, question.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {local_time.day_sql(local)}, {_SUMS} FROM {storing.SLOTS}
                 WHERE scope = ANY(%s) AND dimension = 'all' AND value = '' AND slot >= %s AND slot < %s
                   AND {cohorts.clock_sql(dimension, "slot", question)} = {number} GROUP BY 1""",  # noqa: S608 -- ours
            [list(question.audience.scopes), *local_time.slots_of(question.window)],
        )
        return {local_time.day_of(row[0]): periods.totals_of(row[1:]) for row in cursor.fetchall()}


def _row(totals: Totals, settled: bool) -> dict[str, Any]:
    rate = cohorts.told(*cohorts.parts(totals, None))
    return {
        "started": totals.reached[0],
        "completed": totals.reached[4],
        "dropped": sum(totals.dropped),
        "open": totals.open,
        "rate": rate if settled else {**rate, "value": None},
    }


def _has_settled(day: date, zone: ZoneInfo, limit: datetime) -> bool:
    return windows.midnight(day + _DAY, zone) <= limit


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))
