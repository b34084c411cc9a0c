"""Writing facts and sums. Everything here happens inside the one transaction of a fold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from apps.onboarding.models import FunnelFact
from apps.onboarding_api.services.funnel_analytics import clock, lanes
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTED, COUNTS, Deltas
from apps.onboarding_api.services.funnel_analytics.definitions import Facts

FACTS, DAYS, SLOTS, LEFT, WEEKS, CELLS = (
    "onboarding_funnelfact", "onboarding_funnelday", "onboarding_funnelslot", "onboarding_funnelleft",
    "onboarding_funnelweek", "onboarding_funnelcell",
)  # fmt: skip
FACT_COLUMNS = (
    "session_id", "client_id", "started_at", "day", "all_day", "language", "device", "flow", "variants", "furthest",
    "engaged_ms", "recommendations_ms", "decision_ms", "completed_ms", "outcome", "reason", "dropped_ms", "left_at",
)  # fmt: skip
_TYPES = {
    "scope": "uuid", "dimension": "text", "value": "text", "day": "date", "slot": "int", "utc_day": "int",
    "stage": "smallint",
    "times": "bytea", "counts": "bytea", "week": "date", "client_id": "uuid", "language": "text", "device": "text",
    "flow": "text", "variants": "text",
}  # fmt: skip
"""Of the columns that are no counts."""
_BATCH = 2_000
_PACKED_AT_ONCE = 200
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


DAY_KEY, WEEK_KEY = ("scope", "dimension", "day", "value"), ("scope", "dimension", "week", "value")
SLOT_KEY, LEFT_KEY = ("scope", "dimension", "value", "slot"), ("scope", "slot", "stage")
CLOCK_KEY, CELL_KEY = ("scope", "utc_day"), ("client_id", "slot", "language", "device", "flow", "variants")


def add(deltas: Deltas) -> None:
    """Add to the sums; a row of nothing but zeros is taken away, so that a rebuild gives the same rows."""
    slots = {key: counts for key, counts in deltas.slots.items() if any(counts)}
    left = {key: [n] for key, n in deltas.left.items() if n}
    cells = {(*key[:5], _array(key[5])): counts for key, counts in deltas.cells.items() if any(counts)}
    _add_packed(DAYS, DAY_KEY, COUNTS, "times", {key: _Sums(*sums) for key, sums in deltas.days.items()})
    _add_packed(WEEKS, WEEK_KEY, ("started",), "times", _weeks(deltas))
    _add_packed(clock.TABLE, CLOCK_KEY, ("n",), "counts", _clock(deltas), size=clock.BYTES)
    for table, key, columns, rows in (
        (SLOTS, SLOT_KEY, COUNTS, slots),
        (LEFT, LEFT_KEY, ("n",), left),
        (CELLS, CELL_KEY, COUNTED, cells),
    ):
        _upsert(table, key, columns, rows)
        _take_away_empty(table, key, columns[0], [key for key, counts in rows.items() if counts[0] < 0])


@dataclass
class _Sums:
    """What is to be added to a row with lanes: its counts, the first of which says whether it stays, and by lane."""

    counts: list[int]
    lanes: dict[int, int]

    def add(self, counts: Iterable[int], lanes_more: Mapping[int, int]) -> None:
        self.counts = [held + more for held, more in zip(self.counts, counts, strict=True)]
        for lane, n in lanes_more.items():
            self.lanes[lane] = self.lanes.get(lane, 0) + n


def _weeks(deltas: Deltas) -> dict[tuple[Any, ...], _Sums]:
    found: dict[tuple[Any, ...], _Sums] = {}
    for (scope, dimension, day, value), (counts, times) in deltas.days.items():
        week = day - timedelta(days=day.weekday())
        found.setdefault((scope, dimension, week, value), _Sums([0], {})).add(counts[:1], times)
    return found


def _clock(deltas: Deltas) -> dict[tuple[Any, ...], _Sums]:
    slots: dict[UUID, dict[int, list[int]]] = {}
    left: dict[UUID, dict[tuple[int, int], int]] = {}
    for (scope, dimension, _, slot), counts in deltas.slots.items():
        if dimension == "all":
            slots.setdefault(scope, {})[slot] = counts
    for (scope, slot, stage), n in deltas.left.items():
        left.setdefault(scope, {})[slot, stage] = n
    return {
        (scope, day): _Sums([clock.sessions(held)], held)
        for scope in slots.keys() | left.keys()
        for day, held in clock.places(slots.get(scope, {}), left.get(scope, {})).items()
    }


def _add_packed(
    table: str,
    key: tuple[str, ...],
    columns: tuple[str, ...],
    packed: str,
    sums: Mapping[tuple[Any, ...], _Sums],
    *,
    size: int = lanes.BYTES,
) -> None:
    """Lanes are added here: to the database they are only bytes. Nobody else writes them meanwhile."""
    rows = {one: more for one, more in sums.items() if any(more.counts) or any(more.lanes.values())}
    rest = iter(rows)
    while some := list(islice(rest, _PACKED_AT_ONCE)):
        held = _held(table, key, packed, some)
        new = [lanes.changed(held.get(one, b""), rows[one].lanes, size=size) for one in some]
        _upsert(table, key, columns, {one: rows[one].counts for one in some}, replaced={packed: new})
    _take_away_empty(table, key, columns[0], [one for one, more in rows.items() if more.counts[0] < 0])


def _held(
    table: str, key: tuple[str, ...], packed: str, wanted: list[tuple[Any, ...]]
) -> dict[tuple[Any, ...], bytes]:
    names = ", ".join(key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {", ".join(f"t.{name}" for name in key)}, t.{packed} FROM {table} t
                  JOIN unnest({", ".join(map(_column, key))}) k({names}) USING ({names})""",  # noqa: S608
            [list(column) for column in zip(*wanted, strict=True)],
        )
        return {row[:-1]: row[-1] for row in cursor.fetchall()}


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
                SELECT {", ".join(map(_value, names))}
                  FROM unnest({", ".join(map(_column, names))}) v({", ".join(names)})
                ON CONFLICT ({", ".join(key)}) DO UPDATE SET {", ".join((*added, *put))}""",  # noqa: S608 -- our names
            [*given, *new.values()],
        )


def _column(name: str) -> str:
    return f"%s::{_TYPES.get(name, 'bigint')}[]"


def _value(name: str, of: str = "") -> str:
    return f"{of}variants::varchar[]" if name == "variants" else f"{of}{name}"


def _array(values: Iterable[str]) -> str:
    """A list as PostgreSQL writes one: lists of lists would have to be of one length."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def _take_away_empty(
    table: str, names: tuple[str, ...], column: str, keys: Iterable[tuple[Any, ...]]
) -> None:
    given = [list(column) for column in zip(*keys, strict=True)]
    if not given:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""DELETE FROM {table} t
                 USING unnest({", ".join(map(_column, names))}) k({", ".join(names)})
                 WHERE {" AND ".join(f"t.{name} = {_value(name, 'k.')}" for name in names)} AND t.{column} = 0""",  # noqa: S608 -- ours
            given,
        )
