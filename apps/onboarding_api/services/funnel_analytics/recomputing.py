"""The facts and all sums computed anew beside those that are kept, in temporary tables of the transaction."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from apps.onboarding.models import ConversationSession
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import clock, lanes, observing, rolling, storing
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTED, COUNTS

FACTS, DAYS, SLOTS, LEFT, WEEKS, CLOCK, CELLS = (
    "funnel_facts_anew", "funnel_days_anew", "funnel_slots_anew", "funnel_left_anew", "funnel_weeks_anew",
    "funnel_clock_anew", "funnel_cells_anew",
)  # fmt: skip
TABLES = (
    (storing.FACTS, FACTS),
    (storing.DAYS, DAYS),
    (storing.SLOTS, SLOTS),
    (storing.LEFT, LEFT),
    (storing.WEEKS, WEEKS),
    (clock.TABLE, CLOCK),
    (storing.CELLS, CELLS),
)
"""Each kept table, and the one that it must be equal to."""
_ROLLED, _LANES, _COUNTS_OF_DAYS, _TIMES = _ON_THE_WAY = (
    "funnel_rolled_anew", "funnel_lanes_anew", "funnel_counts_anew", "funnel_times_anew",
)  # fmt: skip
_COUNTS = ", ".join(COUNTS)
_SUMS = ", ".join(f"sum({name})" for name in COUNTS)
_ROWS_AT_ONCE, _PACKED_AT_ONCE = 2_000, 200
"""Of what comes and goes; a packed row has up to 16 kB."""
_WORK_MEM = "64MB"


def compute(cursor: Any, now: datetime) -> None:
    drop(cursor)
    cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEM}'")
    for table, anew in TABLES:
        cursor.execute(f"CREATE TEMP TABLE {anew} (LIKE {table}) ON COMMIT DROP")
    facts = observing.facts_of_sessions(ConversationSession.objects.all(), now=now)
    _copy(cursor, FACTS, storing.FACT_COLUMNS, map(storing.row_of, facts))
    cursor.execute(f"ANALYZE {FACTS}")
    _count(cursor)
    _pack_times(cursor)
    _pack_clock(cursor)


def drop(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join((*(anew for _, anew in TABLES), *_ON_THE_WAY))}")


def _count(cursor: Any) -> None:
    """By slot and day first, which is finer than either."""
    cursor.execute(f"CREATE TEMP TABLE {_ROLLED} (LIKE {storing.SLOTS}, day date) ON COMMIT DROP")
    for one in rolling.all_cohorts():
        cursor.execute(
            f"""INSERT INTO {_ROLLED} (scope, dimension, value, day, slot, {_COUNTS})
                SELECT {one.scope}, '{one.dimension}', {one.value}, {one.day}, {rolling.SLOT}, {rolling.SUMS}
                  FROM {FACTS} f{one.lateral} GROUP BY 1, 3, 4, 5"""  # noqa: S608 -- names of our own
        )
    cursor.execute(
        f"""INSERT INTO {SLOTS} (scope, dimension, value, slot, {_COUNTS})
            SELECT scope, dimension, value, slot, {_SUMS} FROM {_ROLLED} GROUP BY 1, 2, 3, 4"""  # noqa: S608 -- ours
    )
    cursor.execute(
        f"""INSERT INTO {LEFT} (scope, slot, stage, n)
            SELECT s.scope, floor(extract(epoch FROM left_at) / 900)::int, furthest, count(*)
              FROM {FACTS} CROSS JOIN LATERAL (VALUES (client_id), ('{EVERYONE}'::uuid)) s(scope)
             WHERE left_at IS NOT NULL GROUP BY 1, 2, 3"""  # noqa: S608 -- names of our own
    )
    counted = ", ".join(COUNTED)
    cursor.execute(
        f"""INSERT INTO {CELLS} (client_id, slot, language, device, flow, variants, {counted})
            SELECT client_id, slot, language, device, flow, variants, {counted}
              FROM (SELECT client_id, {rolling.SLOT} AS slot, language, device, flow, variants, {rolling.SUMS}
                      FROM {FACTS} GROUP BY 1, 2, 3, 4, 5, 6) c"""  # noqa: S608 -- names of our own
    )


def _pack_times(cursor: Any) -> None:
    keys = ("client_id", "day", "all_day", "language", "device", "flow", "variants")
    cursor.execute(
        f"CREATE TEMP TABLE {_LANES} ON COMMIT DROP AS {rolling.times(FACTS, *keys)}", [list(lanes.BOUNDS_MS)]
    )
    for anew, name, place, columns in (
        (DAYS, "day", "{day}", COUNTS),
        (WEEKS, "week", "date_trunc('week', {day}::timestamp)::date", ("started",)),
    ):
        key = f"scope, dimension, {name}, value"
        cursor.execute(f"DROP TABLE IF EXISTS {_TIMES}, {_COUNTS_OF_DAYS}")
        cursor.execute(
            f"""CREATE TEMP TABLE {_COUNTS_OF_DAYS} ON COMMIT DROP AS
                SELECT scope, dimension, {place.format(day="day")} AS {name}, value,
                       {", ".join(f"sum({column}) AS {column}" for column in columns)}
                  FROM {_ROLLED} GROUP BY 1, 2, 3, 4"""  # noqa: S608 -- names of our own
        )
        cursor.execute(f"CREATE TEMP TABLE {_TIMES} (LIKE {anew}) ON COMMIT DROP")
        for column in columns:
            cursor.execute(f"ALTER TABLE {_TIMES} DROP COLUMN {column}")
        for one in rolling.all_cohorts():
            each = f"""SELECT {one.scope} AS scope, '{one.dimension}' AS dimension,
                              {place.format(day=one.day)} AS {name}, {one.value} AS value, lane, count(*) AS n
                         FROM {_LANES} f{one.lateral} GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608 -- names of our own
            rows = ((*row, packed) for row, packed in _packed(each, key, size=lanes.BYTES))
            _copy(cursor, _TIMES, (*key.split(", "), "times"), rows, at_once=_PACKED_AT_ONCE)
        cursor.execute(f"ANALYZE {_TIMES}, {_COUNTS_OF_DAYS}")
        cursor.execute(
            f"""INSERT INTO {anew} ({key}, {", ".join(columns)}, times)
                SELECT {key}, {", ".join(f"c.{column}" for column in columns)}, coalesce(p.times, %s)
                  FROM {_COUNTS_OF_DAYS} c LEFT JOIN {_TIMES} p USING ({key})""",  # noqa: S608 -- names of our own
            [lanes.pack(0)],
        )


def _pack_clock(cursor: Any) -> None:
    columns = ", ".join(f"({number}, {name})" for number, name in enumerate(COUNTED))
    each = f"""SELECT scope, slot / {clock.SLOTS} AS utc_day, number * {clock.SLOTS} + slot % {clock.SLOTS} AS lane, n
                 FROM {SLOTS} CROSS JOIN LATERAL (VALUES {columns}) v(number, n) WHERE dimension = 'all' AND n <> 0
                UNION ALL
               SELECT scope, slot / {clock.SLOTS}, ({clock.STARTED} + stage) * {clock.SLOTS} + slot % {clock.SLOTS}, n
                 FROM {LEFT}"""  # noqa: S608 -- names of our own
    rows = (
        (*row, clock.sessions(dict(enumerate(lanes.numbers(packed)))), packed)
        for row, packed in _packed(each, "scope, utc_day", size=clock.BYTES)
    )
    _copy(cursor, CLOCK, ("scope", "utc_day", "n", "counts"), rows, at_once=_PACKED_AT_ONCE)


def _packed(each: str, key: str, *, size: int) -> Iterator[tuple[list[Any], bytes]]:
    """The key of each row and its lanes, packed. They come as bytes, which is many times faster than as rows."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"""SELECT {key}, string_agg(int4send(lane::int), ''::bytea ORDER BY lane),
                       string_agg(int4send(n::int), ''::bytea ORDER BY lane) FROM ({each}) t GROUP BY {key}"""  # noqa: S608
        )
        while rows := cursor.fetchmany(_PACKED_AT_ONCE):
            for *row, places, counts in rows:
                held = dict(zip(_numbers(places), _numbers(counts), strict=True))
                yield row, lanes.changed(b"", held, size=size)


def _numbers(sent: bytes) -> array[int]:
    found = array("i", sent)
    if sys.byteorder == "little":  # it is sent with the large end first
        found.byteswap()
    return found


def _copy(
    cursor: Any,
    table: str,
    columns: Iterable[str],
    rows: Iterator[tuple[Any, ...]],
    *,
    at_once: int = _ROWS_AT_ONCE,
) -> None:
    """By batches: the rows come over the same connection, which can do one thing at a time."""
    while batch := list(islice(rows, at_once)):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
