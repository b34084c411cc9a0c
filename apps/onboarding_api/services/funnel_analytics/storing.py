"""Writing facts and sums. Everything here happens inside the one transaction of a fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from apps.onboarding.models import FunnelFact
from apps.onboarding_api.services.funnel_analytics import lanes
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS, Deltas
from apps.onboarding_api.services.funnel_analytics.definitions import Facts

FACTS, DAYS, SLOTS, LEFT = (
    "onboarding_funnelfact", "onboarding_funnelday", "onboarding_funnelslot", "onboarding_funnelleft",
)  # fmt: skip
FACT_COLUMNS = (
    "session_id", "client_id", "started_at", "day", "all_day", "language", "device", "flow", "variants", "furthest",
    "engaged_ms", "recommendations_ms", "decision_ms", "completed_ms", "outcome", "reason", "dropped_ms", "left_at",
)  # fmt: skip
_TYPES = {
    "scope": "uuid", "dimension": "text", "value": "text", "day": "date", "slot": "int", "stage": "smallint",
    "times": "bytea",
}  # fmt: skip
"""Of the columns that are no counts."""
_BATCH = 2_000
_DAYS_AT_ONCE = 200
"""Rows with histograms, 16 kB each in memory."""


def row_of(facts: Facts) -> tuple[Any, ...]:
    """In the order of FACT_COLUMNS."""
    return (
        facts.session_id, facts.client_id, facts.started_at, facts.day, facts.all_day, facts.language, facts.device,
        facts.flow, list(facts.variants), facts.furthest, *facts.stage_ms, facts.outcome, facts.reason,
        facts.dropped_ms, facts.left_at,
    )  # fmt: skip


def facts_of_row(row: tuple[Any, ...]) -> Facts:
    return Facts(
        session_id=row[0], client_id=row[1], started_at=row[2], day=row[3], all_day=row[4], language=row[5],
        device=row[6], flow=row[7], variants=tuple(row[8]), furthest=row[9],
        stage_ms=(row[10], row[11], row[12], row[13]), outcome=row[14], reason=row[15], dropped_ms=row[16],
        left_at=row[17],
    )  # fmt: skip


def counted_before(session_ids: Iterable[UUID]) -> dict[UUID, Facts]:
    rows = FunnelFact.objects.filter(pk__in=list(session_ids)).values_list(*FACT_COLUMNS)
    return {row[0]: facts_of_row(row) for row in rows}


def keep_facts(changed: Iterable[Facts], *, gone: Iterable[UUID]) -> None:
    FunnelFact.objects.filter(pk__in=list(gone)).delete()
    names = FACT_COLUMNS
    FunnelFact.objects.bulk_create(
        [FunnelFact(**dict(zip(names, row_of(facts), strict=True))) for facts in changed],
        update_conflicts=True,
        unique_fields=["session_id"],
        update_fields=[name for name in names if name != "session_id"],
        batch_size=_BATCH,
    )


def add(deltas: Deltas) -> None:
    """Add to the sums; a row of nothing but zeros is taken away, so that a rebuild gives the same rows."""
    days = {key: sums for key, sums in deltas.days.items() if any(sums[0]) or any(sums[1].values())}
    slots = {key: counts for key, counts in deltas.slots.items() if any(counts)}
    left = {key: (n,) for key, n in deltas.left.items() if n}
    rest = iter(days)
    while some := list(islice(rest, _DAYS_AT_ONCE)):
        _add_days({key: days[key] for key in some})
    _upsert(SLOTS, ("scope", "dimension", "value", "slot"), COUNTS, slots)
    _upsert(LEFT, ("scope", "slot", "stage"), ("n",), left)
    _take_away_empty(DAYS, ("scope", "dimension", "day", "value"), "started", _lessened(days))
    _take_away_empty(SLOTS, ("scope", "dimension", "value", "slot"), "started", _lessened(slots))
    _take_away_empty(LEFT, ("scope", "slot", "stage"), "n", [key for key, (n,) in left.items() if n < 0])


def _add_days(days: Mapping[tuple[Any, ...], tuple[list[int], dict[int, int]]]) -> None:
    """The histograms are added here: to the database a packed one is only bytes. Nobody else writes them meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT t.scope, t.dimension, t.day, t.value, t.times FROM {DAYS} t
                JOIN (SELECT DISTINCT unnest(%s::uuid[]) AS scope, unnest(%s::text[]) AS dimension,
                             unnest(%s::date[]) AS day, unnest(%s::text[]) AS value) k
                USING (scope, dimension, day, value)""",  # noqa: S608 -- names of our own
            [list(column) for column in zip(*days, strict=True)],
        )
        stored = {row[:4]: row[4] for row in cursor.fetchall()}
        times_of = [lanes.changed(stored.get(key, b""), times) for key, (_, times) in days.items()]
    _upsert(
        DAYS,
        ("scope", "dimension", "day", "value"),
        COUNTS,
        {key: counts for key, (counts, _) in days.items()},
        replaced={"times": times_of},
    )


def _upsert(
    table: str,
    key: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Mapping[tuple[Any, ...], Iterable[int]],
    *,
    replaced: Mapping[str, list[Any]] | None = None,
) -> None:
    """Add to the columns of the rows, those of `replaced` get new values; one statement, however many rows."""
    if not rows:
        return
    new = replaced or {}
    names = (*key, *columns, *new)
    added = [f"{name} = t.{name} + excluded.{name}" for name in columns]
    put = [f"{name} = excluded.{name}" for name in new]
    given = [list(column) for column in zip(*((*one, *counts) for one, counts in rows.items()), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} AS t ({", ".join(names)})
                SELECT * FROM unnest({", ".join(f"%s::{_TYPES.get(name, 'bigint')}[]" for name in names)})
                ON CONFLICT ({", ".join(key)}) DO UPDATE SET {", ".join((*added, *put))}""",  # noqa: S608 -- our names
            [*given, *new.values()],
        )


def _lessened(rows: Mapping[tuple[Any, ...], Any]) -> list[tuple[Any, ...]]:
    counts = {key: row[0] if isinstance(row, tuple) else row for key, row in rows.items()}
    return [key for key, row in counts.items() if row[0] < 0]


def _take_away_empty(
    table: str, names: tuple[str, ...], column: str, keys: Iterable[tuple[Any, ...]]
) -> None:
    given = [list(column) for column in zip(*keys, strict=True)]
    if not given:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM {table} t
                 USING unnest({", ".join(f"%s::{_TYPES[name]}[]" for name in names)}) k({", ".join(names)})
                 WHERE {" AND ".join(f"t.{name} = k.{name}" for name in names)} AND t.{column} = 0""",  # noqa: S608 -- ours
            given,
        )
