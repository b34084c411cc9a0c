"""Cohorts: groups of sessions by what was known when they started, so that nobody changes group by what they do.

Language, device, client, flow version and experiment variant have sums of their own; hour and weekday of the start
come from the quarters of an hour, in any time zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.services.funnel_analytics import (
    definitions,
    estimates,
    lanes,
    local_time,
    moment,
    reading,
    storing,
    windows,
)
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.estimates import Estimates, Rate
from apps.onboarding_api.services.funnel_analytics.local_time import WEEKDAYS
from apps.onboarding_api.services.funnel_analytics.reading import NOTHING, Ages, Totals
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.statistics import intervals

DIMENSIONS = ("language", "device", "client", "hour", "weekday", "flow", "variant")
OF_CLOCK = ("hour", "weekday")
_LONGEST = 140
SLOT_OF_FACT = "floor(date_part('epoch', started_at) / 900)::int"
"""Of doubles: exact to the microsecond in this century, and faster than whole decimals."""
_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNTS)


def parse(text: str) -> tuple[str, str]:
    """`language:hi` -> ("language", "hi"). `InvalidInput` names the dimensions there are."""
    dimension, colon, value = text.partition(":")
    if dimension not in DIMENSIONS or not colon or not value or len(value) > _LONGEST:
        raise InvalidInput(
            f"a cohort is one of {', '.join(DIMENSIONS)}, a colon and a value, as language:hi",
            known=list(DIMENSIONS),
        )
    if dimension == "hour" and value not in {str(hour) for hour in range(24)}:
        raise InvalidInput("hour is 0 to 23")
    if dimension == "weekday" and value not in WEEKDAYS:
        raise InvalidInput("weekday is monday to sunday", known=list(WEEKDAYS))
    if dimension == "client" and not _is_uuid(value):
        raise InvalidInput("client is the id of a client")
    return dimension, value


def labels(dimension: str, values: Iterable[str]) -> dict[str, str]:
    """What a person calls the values, where that is not the value itself."""
    if dimension == "client":
        found = moment.rows(
            "SELECT id::text, name FROM onboarding_client WHERE id = ANY(%s::uuid[])", [list(values)]
        )
        return dict(found)
    return {f"{hour}": f"{hour:02d}:00" for hour in range(24)} if dimension == "hour" else {}


def by(question: Question, dimension: str) -> dict[str, Totals]:
    """Sums by value of the dimension, of all sessions of the question (its cohort is not looked at); no times."""
    audience, window = question.audience, question.window
    if dimension in OF_CLOCK:
        return _by_clock(question, dimension)
    if dimension == "client" and not audience.is_everyone:
        return {
            name: totals
            for name, totals in reading.by_client(audience.scopes, window).items()
            if totals.reached[0]
        }
    return reading.totals(audience.scopes, window, dimension=dimension)


def total(question: Question) -> Totals:
    """Sums over the sessions of the question; no times."""
    dimension, value = question.cohort
    if dimension in OF_CLOCK:
        return _by_clock(question, dimension).get(value, NOTHING)
    scopes = question.audience.scopes
    return reading.total(scopes, question.window, dimension=dimension, value=value, times=False)


def estimate(question: Question) -> Estimates:
    """Rates and times of the question's sessions, those of several clients together."""
    if question.cohort[0] in OF_CLOCK:
        return _estimate_of_clock(question)
    return estimates.of(*_read(question))


def conversion(question: Question) -> Rate:
    """The rate from the start to completion of `estimate`, without the rest of it."""
    if question.cohort[0] in OF_CLOCK:
        return _estimate_of_clock(question).whole.advanced
    return estimates.whole_of(*_read(question)).advanced


def _read(question: Question) -> tuple[Totals, list[Ages]]:
    """Sums with times, and the ages of the open sessions."""
    dimension, value = question.cohort
    scopes, window = question.audience.scopes, question.window
    totals = reading.total(scopes, window, dimension=dimension, value=value, times=True)
    return totals, reading.open_ages(scopes, window, totals, now=question.now, cohort=question.cohort)


def settled(window: Window, question: Question) -> Window | None:
    """The days of a window whose sessions have all had the time of the abandonment limit; None: there are none.

    Whole days: their sums are there already, and no hour of the day is counted once more than another.
    """
    day = (question.now - definitions.limit()).astimezone(question.zone).date()
    end = min(window.end, windows.midnight(day, question.zone))
    return Window(window.start, end) if end > window.start else None


def bounded(totals: Totals, stage: int | None = None) -> Rate:
    """The share that has gone on from a stage so far (None: from the start to completion).

    Of all, the open ones too: who takes long and is open after the limit seldom goes on, and a share of the decided
    would favour the quick. The interval holds whatever the open ones do: from Wilson's lower limit if all of them drop
    to the upper one if all of them go on.
    """
    return bounded_of(*parts(totals, stage))


@lru_cache(maxsize=10_000)
def bounded_of(n: int, went_on: int, still_open: int) -> Rate:
    """The same from counts: of these alone, so that those of past days are reckoned once."""
    decided = n - still_open
    if not n:
        return Rate(None, 0.0, 1.0, 0, 1.0)
    found = intervals.wilson(went_on, n)
    high = intervals.wilson(went_on + still_open, n).high if still_open else found.high
    return Rate(went_on / n, found.low, high, n, decided / n, undecided=still_open / n)


def told(n: int, went_on: int, still_open: int) -> dict[str, Any]:
    """`bounded_of` as JSON."""
    found = _told(n, went_on, still_open, settings.FUNNEL.enough_sessions)
    return {**found, "interval": [*found["interval"]]}


@lru_cache(maxsize=10_000)
def _told(n: int, went_on: int, still_open: int, enough: int) -> dict[str, Any]:  # noqa: ARG001 -- a part of the key
    """`enough` is what the answer depends on beside these: from how many on a rate is telling."""
    return bounded_of(n, went_on, still_open).to_json()


def parts(totals: Totals, stage: int | None) -> tuple[int, int, int]:
    """(reached the stage, went on, still open in it); from the start to completion for None."""
    if stage is None:
        return totals.reached[0], totals.reached[4], totals.open
    return totals.reached[stage], totals.reached[stage + 1], totals.open_at(stage)


def clock_value(dimension: str, number: int) -> str:
    return WEEKDAYS[number] if dimension == "weekday" else str(number)


def clock_sql(dimension: str, slot: str, question: Question) -> str:
    """The number of the hour or weekday of a slot of UTC."""
    local = local_time.sql(slot, question.window, question.zone)
    return local_time.hour_sql(local) if dimension == "hour" else local_time.weekday_sql(local)


def facts_of(question: Question) -> tuple[str, list[Any]]:
    """The facts of the question's sessions, as a part of SQL and what it needs: for what has no sums of its own."""
    dimension, value = question.cohort
    where, given = of_audience(question)
    if dimension in OF_CLOCK:
        number = WEEKDAYS.index(value) if dimension == "weekday" else int(value)
        where = f"{where} AND {clock_sql(dimension, SLOT_OF_FACT, question)} = {number}"
    elif dimension != "all":
        where, given = f"{where} AND {reading.COHORT_COLUMNS[dimension]}", [*given, value]
    return where, given


def cells_of(question: Question) -> tuple[str, list[Any]]:
    """The same for sums by slot (`storing.CELLS`), of a window of whole slots."""
    dimension, value = question.cohort
    where = "slot >= %s AND slot < %s"
    given: list[Any] = [*local_time.slots_of(question.window)]
    if not question.audience.is_everyone:
        where, given = f"client_id = ANY(%s) AND {where}", [list(question.audience.scopes), *given]
    if dimension in OF_CLOCK:
        number = WEEKDAYS.index(value) if dimension == "weekday" else int(value)
        where = f"{where} AND {clock_sql(dimension, 'slot', question)} = {number}"
    elif dimension != "all":
        where, given = f"{where} AND {reading.COHORT_COLUMNS[dimension]}", [*given, value]
    return where, given


def of_audience(question: Question) -> tuple[str, list[Any]]:
    window = question.window
    where, given = "started_at >= %s AND started_at < %s", [window.start, window.end]
    if question.audience.is_everyone:
        return where, given
    return f"client_id = ANY(%s) AND {where}", [list(question.audience.scopes), *given]


def _by_clock(question: Question, dimension: str) -> dict[str, Totals]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {clock_sql(dimension, "slot", question)}, {_SUMS} FROM {storing.SLOTS}
                 WHERE scope = ANY(%s) AND dimension = 'all' AND value = '' AND slot >= %s AND slot < %s
                 GROUP BY 1""",  # noqa: S608 -- names and whole numbers of our own
            [list(question.audience.scopes), *local_time.slots_of(question.window)],
        )
        rows = cursor.fetchall()
    return {
        clock_value(dimension, row[0]): Totals(tuple(row[1:6]), tuple(row[6:10]), tuple(row[10:14]))
        for row in rows
    }


def _estimate_of_clock(question: Question) -> Estimates:
    """From the facts themselves: hours have no histograms."""
    where, given = facts_of(question)
    entered = "coalesce((ARRAY[0, engaged_ms, recommendations_ms, decision_ms])[furthest + 1], 0)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH asked AS (SELECT *, {entered} AS entered_ms, extract(epoch FROM %s - started_at) * 1000 AS age_ms
                                 FROM {storing.FACTS} WHERE {where})
                SELECT measure, width_bucket(greatest(0, ms)::bigint, %s::bigint[]),
                       width_bucket(greatest(0, since)::bigint, %s::bigint[]), count(*)
                  FROM asked CROSS JOIN LATERAL (
                       SELECT 0 AS measure, engaged_ms AS ms, 0::numeric AS since WHERE furthest >= 1
                       UNION ALL SELECT 1, recommendations_ms - engaged_ms, 0 WHERE furthest >= 2
                       UNION ALL SELECT 2, decision_ms - recommendations_ms, 0 WHERE furthest >= 3
                       UNION ALL SELECT 3, completed_ms - decision_ms, 0 WHERE furthest >= 4
                       UNION ALL SELECT 4 + furthest, dropped_ms - entered_ms, 0 WHERE outcome = 2
                       UNION ALL SELECT 8, completed_ms, 0 WHERE furthest >= 4
                       UNION ALL SELECT 9, dropped_ms, 0 WHERE outcome = 2
                       UNION ALL SELECT 10 + furthest, age_ms - entered_ms, age_ms WHERE outcome = 0) m
                 GROUP BY 1, 2, 3""",  # noqa: S608 -- names and whole numbers of our own
            [question.now, *given, list(lanes.BOUNDS_MS), list(lanes.BOUNDS_MS)],
        )
        rows = cursor.fetchall()
    totals = total(question)
    packed = sum(int(n) * lanes.one(measure, bucket) for measure, bucket, _, n in rows if measure < 10)
    ages: list[Ages] = [
        (measure - 10, bucket, since, int(n)) for measure, bucket, since, n in rows if measure >= 10
    ]
    return estimates.of(totals + Totals((0,) * 5, (0,) * 4, (0,) * 4, packed), ages)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
