"""Computing everything anew from the sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import Any

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
_BATCH = 20_000


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
        for table, anew in TABLES:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of our own
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {anew}")  # noqa: S608 -- names of our own
        cursor.execute(f"SELECT DISTINCT scope FROM {storing.DAYS}")  # noqa: S608 -- names of our own
        scopes = {row[0] for row in cursor.fetchall()} | {EVERYONE}
        cursor.execute(f"SELECT count(*) FROM {storing.FACTS}")  # noqa: S608 -- names of our own
        sessions = int(cursor.fetchone()[0])
        drop_anew(cursor)
    restating.raise_revisions(scopes, now=now)
    FunnelState.objects.update_or_create(
        pk=1, defaults={"rule": definitions.rule(), "silence_until": now, "folded_at": now}
    )
    return sessions


def compute_anew(cursor: Any, now: datetime) -> None:
    drop_anew(cursor)
    for table, anew in TABLES:
        cursor.execute(f"CREATE TEMP TABLE {anew} (LIKE {table}) ON COMMIT DROP")
    _copy(
        cursor,
        FACTS_ANEW,
        storing.FACT_COLUMNS,
        map(storing.row_of, observing.facts_of_sessions(ConversationSession.objects.all(), now=now)),
    )
    rolled = rolling.ROLLED.format(facts=FACTS_ANEW)
    sums = ", ".join(f"sum({name})" for name in COUNTS)
    cursor.execute(
        f"""INSERT INTO {SLOTS_ANEW} (scope, dimension, value, slot, {_COUNTS})
            SELECT scope, dimension, value, slot, {sums} FROM ({rolled}) r GROUP BY 1, 2, 3, 4"""  # noqa: S608
    )
    cursor.execute(
        f"""INSERT INTO {LEFT_ANEW} (scope, slot, stage, n)
            SELECT s.scope, floor(extract(epoch FROM left_at) / 900)::int, furthest, count(*)
              FROM {FACTS_ANEW} CROSS JOIN LATERAL (VALUES (client_id), ('{EVERYONE}'::uuid)) s(scope)
             WHERE left_at IS NOT NULL GROUP BY 1, 2, 3"""  # noqa: S608 -- names of our own
    )
    cursor.execute(
        f"""INSERT INTO {DAYS_ANEW} (scope, dimension, value, day, {_COUNTS}, times)
            SELECT scope, dimension, value, day, {sums}, ''::bytea FROM ({rolled}) r GROUP BY 1, 2, 3, 4"""  # noqa: S608
    )
    _pack_times(cursor)


def _pack_times(cursor: Any) -> None:
    cursor.execute(rolling.TIMES.format(facts=FACTS_ANEW), [list(lanes.BOUNDS_MS)])
    packed: dict[tuple[Any, ...], bytes] = {}
    for key, rows in groupby(cursor.fetchall(), key=lambda row: row[:4]):
        packed[key] = lanes.pack(sum(n * lanes.one(measure, bucket) for *_, measure, bucket, n in rows))
    cursor.execute(f"UPDATE {DAYS_ANEW} SET times = %s", [lanes.pack(0)])  # noqa: S608 -- names of our own
    where = "scope = %s AND dimension = %s AND day = %s AND value = %s"
    cursor.executemany(
        f"UPDATE {DAYS_ANEW} SET times = %s WHERE {where}",  # noqa: S608 -- names of our own
        [(times, *key) for key, times in packed.items()],
    )


def drop_anew(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(anew for _, anew in TABLES)}")


def _copy(cursor: Any, table: str, columns: Iterable[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """By batches: the rows come over the same connection, which can do one thing at a time."""
    while batch := list(islice(rows, _BATCH)):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
