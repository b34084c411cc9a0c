"""Computing everything anew from the sessions."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding.models import ConversationSession, FunnelState
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import (
    alone,
    definitions,
    lanes,
    observing,
    restating,
    rolling,
    storing,
)
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS

FACTS_ANEW, DAYS_ANEW, SLOTS_ANEW, LEFT_ANEW = (
    "funnel_facts_anew",
    "funnel_days_anew",
    "funnel_slots_anew",
    "funnel_left_anew",
)
TABLES = (
    (storing.FACTS, FACTS_ANEW),
    (storing.DAYS, DAYS_ANEW),
    (storing.SLOTS, SLOTS_ANEW),
    (storing.LEFT, LEFT_ANEW),
)
_COUNTS = ", ".join(COUNTS)
_ROLLED, _DAY_COUNTS, _LANES, _PACKED = _ON_THE_WAY = (
    "funnel_rolled_anew",
    "funnel_day_counts_anew",
    "funnel_lanes_anew",
    "funnel_packed_anew",
)
_AT_ONCE = 2_000
"""Rows; those with histograms have 16 kB each."""
_WORK_MEM = "64MB"


def rebuild(*, now: datetime | None = None) -> int:
    """Compute all anew, in one transaction, while nobody folds; how many sessions were counted."""
    with transaction.atomic():
        alone.wait()
        return rebuild_alone(now=now or timezone.now())


def rebuild_alone(*, now: datetime) -> int:
    """The same for who holds the lock of folding already."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM onboarding_funneldirty")
        compute_anew(cursor, now)
        if FunnelState.objects.filter(pk=1).exists():
            restating.note_rebuilt(_changed_days(cursor), now=now)
        for table, anew in TABLES:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of our own
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {anew}")  # noqa: S608 -- names of our own
        cursor.execute(f"SELECT DISTINCT scope FROM {storing.DAYS}")  # noqa: S608 -- names of our own
        scopes = {row[0] for row in cursor.fetchall()} | {EVERYONE}
        cursor.execute(f"SELECT count(*) FROM {storing.FACTS}")  # noqa: S608 -- names of our own
        sessions = int(cursor.fetchone()[0])
        drop_anew(cursor)
    restating.raise_revisions(scopes, now=now, zones_too=True)
    FunnelState.objects.update_or_create(
        pk=1, defaults={"rule": definitions.rule(), "silence_until": now, "folded_at": now}
    )
    return sessions


def _changed_days(cursor: Any) -> list[tuple[UUID, date, dict[str, int]]]:
    """Days of which a figure over all sessions is another one than before: (scope, day, change of each figure)."""
    changes = ", ".join(f"coalesce(b.{name}, 0) - coalesce(a.{name}, 0)" for name in COUNTS[:9])
    cursor.execute(
        f"""SELECT scope, day, {changes}
              FROM (SELECT * FROM {storing.DAYS} WHERE dimension = 'all') a
              FULL JOIN (SELECT * FROM {DAYS_ANEW} WHERE dimension = 'all') b USING (scope, day)"""  # noqa: S608 -- ours
    )
    told = ((row[0], row[1], dict(zip(COUNTS, row[2:], strict=False))) for row in cursor.fetchall())
    return [
        (scope, day, {name: n for name, n in found.items() if n})
        for scope, day, found in told
        if any(found.values())
    ]


def compute_anew(cursor: Any, now: datetime) -> None:
    drop_anew(cursor)
    cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEM}'")
    for table, anew in TABLES:
        cursor.execute(f"CREATE TEMP TABLE {anew} (LIKE {table}) ON COMMIT DROP")
    facts = observing.facts_of_sessions(ConversationSession.objects.all(), now=now)
    _copy(cursor, FACTS_ANEW, storing.FACT_COLUMNS, map(storing.row_of, facts))
    cursor.execute(f"ANALYZE {FACTS_ANEW}")
    _compute_counts(cursor)
    _compute_times(cursor)
    cursor.execute(
        f"""INSERT INTO {LEFT_ANEW} (scope, slot, stage, n)
            SELECT s.scope, floor(extract(epoch FROM left_at) / 900)::int, furthest, count(*)
              FROM {FACTS_ANEW} CROSS JOIN LATERAL (VALUES (client_id), ('{EVERYONE}'::uuid)) s(scope)
             WHERE left_at IS NOT NULL GROUP BY 1, 2, 3"""  # noqa: S608 -- names of our own
    )


def _compute_counts(cursor: Any) -> None:
    """Both sums of counts: by slot and day first, which is the finer one of each."""
    cursor.execute(f"CREATE TEMP TABLE {_ROLLED} (LIKE {storing.SLOTS}, day date) ON COMMIT DROP")
    for one in rolling.all_cohorts():
        cursor.execute(
            f"""INSERT INTO {_ROLLED} (scope, dimension, value, day, slot, {_COUNTS})
                SELECT {one.scope}, '{one.dimension}', {one.value}, {one.day}, {rolling.SLOT}, {rolling.SUMS}
                  FROM {FACTS_ANEW} f{one.lateral} GROUP BY 1, 3, 4, 5"""  # noqa: S608 -- names of our own
        )
    sums = ", ".join(f"sum({name})" for name in COUNTS)
    for anew, place, rest, nothing in (
        (SLOTS_ANEW, "slot", "", ""),
        (_DAY_COUNTS, "day", ", times", ", ''::bytea"),
    ):
        if anew == _DAY_COUNTS:
            cursor.execute(f"CREATE TEMP TABLE {anew} (LIKE {storing.DAYS}) ON COMMIT DROP")
        cursor.execute(
            f"""INSERT INTO {anew} (scope, dimension, value, {place}, {_COUNTS}{rest})
                SELECT scope, dimension, value, {place}, {sums}{nothing} FROM {_ROLLED} GROUP BY 1, 2, 3, 4"""  # noqa: S608
        )


def _compute_times(cursor: Any) -> None:
    """Packed here, a batch of rows at a time: to the database a histogram is only bytes."""
    keys = ("client_id", "day", "all_day", "language", "device", "flow", "variants")
    cursor.execute(
        f"CREATE TEMP TABLE {_LANES} ON COMMIT DROP AS {rolling.times(FACTS_ANEW, *keys)}",
        [list(lanes.BOUNDS_MS)],
    )
    cursor.execute(f"CREATE TEMP TABLE {_PACKED} (LIKE {storing.DAYS}) ON COMMIT DROP")
    for name in COUNTS:
        cursor.execute(f"ALTER TABLE {_PACKED} DROP COLUMN {name}")
    for one in rolling.all_cohorts():
        _copy(cursor, _PACKED, ("scope", "dimension", "day", "value", "times"), _packed(one))
    counts = ", ".join(f"c.{name}" for name in COUNTS)
    cursor.execute(f"ANALYZE {_PACKED}, {_DAY_COUNTS}")
    cursor.execute(
        f"""INSERT INTO {DAYS_ANEW} (scope, dimension, day, value, {_COUNTS}, times)
            SELECT scope, dimension, day, value, {counts}, coalesce(p.times, %s)
              FROM {_DAY_COUNTS} c LEFT JOIN {_PACKED} p USING (scope, dimension, day, value)""",  # noqa: S608 -- ours
        [lanes.pack(0)],
    )


def _packed(one: rolling.Cohorts) -> Iterator[tuple[Any, ...]]:
    """One row for each sum of a day. Lanes and counts come as bytes, which is many times faster than as rows."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"""SELECT scope, '{one.dimension}', day, value,
                       string_agg(int4send(lane), ''::bytea ORDER BY lane),
                       string_agg(int4send(n::int), ''::bytea ORDER BY lane)
                  FROM (SELECT {one.scope} AS scope, {one.day} AS day, {one.value} AS value, lane, count(*) AS n
                          FROM {_LANES} f{one.lateral} GROUP BY 1, 2, 3, 4) t GROUP BY 1, 3, 4"""  # noqa: S608 -- ours
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for *key, places, counts in rows:
                yield *key, lanes.changed(b"", dict(zip(_numbers(places), _numbers(counts), strict=True)))


def _numbers(sent: bytes) -> array[int]:
    found = array("i", sent)
    if sys.byteorder == "little":  # it is sent with the large end first
        found.byteswap()
    return found


def drop_anew(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join((*(anew for _, anew in TABLES), *_ON_THE_WAY))}")


def _copy(cursor: Any, table: str, columns: Iterable[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """By batches: the rows come over the same connection, which can do one thing at a time."""
    while batch := list(islice(rows, _AT_ONCE)):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
