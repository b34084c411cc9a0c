"""Sums of the funnel for any stretch of time: whole days from their rows, what stands over from the facts.

Of several scopes at once as of one: those whose days are kept in the same zone are read together, so that the number
of queries does not grow with a person's clients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import add
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.onboarding.models import FunnelScope
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import lanes, observing, rolling, storing, versions
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.definitions import SLOT_SECONDS
from apps.onboarding_api.services.funnel_analytics.moment import Statement, once, rows
from apps.onboarding_api.services.funnel_analytics.moment import one_moment as one_moment
from apps.onboarding_api.services.funnel_analytics.windows import Cut, Window, cut

_N = len(COUNTS)
_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNTS)


@dataclass(frozen=True)
class Totals:
    """Sums over sessions. Stages by their index, 0 started to 4 completed; times in milliseconds."""

    reached: tuple[int, ...]
    dropped: tuple[int, ...]
    """After each of the first four stages."""
    step_ms: tuple[int, ...]
    """From each stage to the next, of those that got there."""
    times: int = 0
    """Histograms, see `lanes`; 0 where they were not asked for."""

    def open_at(self, stage: int) -> int:
        """Sessions whose furthest stage this is and whose end is not known."""
        return self.reached[stage] - self.reached[stage + 1] - self.dropped[stage]

    @property
    def open(self) -> int:
        return self.reached[0] - self.reached[4] - sum(self.dropped)

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            tuple(map(add, self.reached, other.reached)),
            tuple(map(add, self.dropped, other.dropped)),
            tuple(map(add, self.step_ms, other.step_ms)),
            self.times + other.times,
        )


NOTHING = Totals((0,) * 5, (0,) * 4, (0,) * 4)


def summed(parts: Sequence[Totals]) -> Totals:
    """All of them together; of none, `NOTHING`."""
    if not parts:
        return NOTHING
    return Totals(
        tuple(map(sum, zip(*[part.reached for part in parts], strict=True))),
        tuple(map(sum, zip(*[part.dropped for part in parts], strict=True))),
        tuple(map(sum, zip(*[part.step_ms for part in parts], strict=True))),
        sum(part.times for part in parts),
    )


Scopes = UUID | Sequence[UUID]
"""One, or several whose sums are added up."""


def zones_of(scopes: Scopes) -> dict[UUID, ZoneInfo]:
    """The zone that each scope's days are counted in."""
    asked = _all(scopes)
    return once(("zones", asked), lambda: _zones_of(asked))


def _zones_of(scopes: tuple[UUID, ...]) -> dict[UUID, ZoneInfo]:
    asked = rows("SELECT scope, time_zone FROM onboarding_funnelscope WHERE scope = ANY(%s)", [list(scopes)])
    names, usual = dict(asked), observing.everyones_zone()
    return {scope: ZoneInfo(names[scope]) if names.get(scope) else usual for scope in scopes}


def _all(scopes: Scopes) -> tuple[UUID, ...]:
    return (scopes,) if isinstance(scopes, UUID) else tuple(scopes)


def _alike(scopes: Scopes) -> Iterator[tuple[ZoneInfo, tuple[UUID, ...]]]:
    """Scopes by the zone of their days."""
    found: dict[str, list[UUID]] = {}
    zones = zones_of(scopes)
    for scope, zone in zones.items():
        found.setdefault(zone.key, []).append(scope)
    for those in found.values():
        yield zones[those[0]], tuple(those)


def revision_of(scope: UUID) -> int:
    """Rises whenever a figure of the scope changes."""
    return FunnelScope.objects.filter(pk=scope).values_list("revision", flat=True).first() or 0


def totals(
    scopes: Scopes, window: Window, *, dimension: str = "all", value: str | None = None, times: bool = False
) -> dict[str, Totals]:
    """By value of the dimension; of `value` alone where one is given."""
    found: dict[str, Totals] = {}
    for zone, those in _alike(scopes):
        for parts in _parts(those, cut(window, zone), dimension=dimension, value=value, times=times):
            _add_up(found, parts)
    return found


def statements(
    scopes: Scopes, window: Window, *, dimension: str = "all", value: str | None = None, times: bool = False
) -> Iterator[Statement]:
    """What `totals` will ask of whole days, for `moment.ahead`; what stands over at the edges it asks itself."""
    for zone, those in _alike(scopes):
        days = cut(window, zone).days
        if days is not None:
            yield _counts_of_days(those, *days, dimension=dimension, value=value)
            if times:
                parts = _times_of_days(those, *days, dimension=dimension, value=value)
                yield from (part.statement() for part in parts)


def _parts(
    scopes: tuple[UUID, ...], split: Cut, *, dimension: str, value: str | None, times: bool
) -> Iterator[dict[str, Totals]]:
    if split.days is not None:
        yield _of_days(scopes, *split.days, dimension=dimension, value=value, times=times)
    for edge in split.edges:
        if not times and is_of_slots(edge):
            yield _of_slots(scopes, edge, dimension=dimension, value=value)
        else:
            yield _of_facts(scopes, edge, dimension=dimension, value=value, times=times)


def by_client(clients: Sequence[UUID], window: Window) -> dict[str, Totals]:
    """Of each of these clients by its id: counts and sums of times, no histograms."""
    found: dict[str, Totals] = {}
    for zone, those in _alike(clients):
        split = cut(window, zone)
        days, given = _among("scope", those)
        parts = []
        if split.days is not None:
            parts.append((storing.DAYS, f"{days} AND day BETWEEN %s AND %s", [*given, *split.days]))
        for edge in split.edges:
            if is_of_slots(edge):
                parts.append((storing.SLOTS, f"{days} AND slot >= %s AND slot < %s", [*given, *_slots(edge)]))
            else:
                _add_up(found, _facts_by_client(those, edge))
        for table, where, values in parts:
            _add_up(found, _sums_by_client(table, where, values))
    return found


def _add_up(found: dict[str, Totals], more: dict[str, Totals]) -> None:
    for name, totals_of_name in more.items():
        found[name] = found[name] + totals_of_name if name in found else totals_of_name


def total(
    scopes: Scopes, window: Window, *, dimension: str = "all", value: str = "", times: bool = True
) -> Totals:
    return totals(scopes, window, dimension=dimension, value=value, times=times).get(value, NOTHING)


def by_day(scope: UUID, first: date, last: date) -> dict[date, Totals]:
    """Of each day of the scope's zone on which anybody started."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT day, {", ".join(COUNTS)} FROM {storing.DAYS}
                 WHERE scope = %s AND dimension = 'all' AND day BETWEEN %s AND %s ORDER BY day""",  # noqa: S608 -- ours
            [scope, first, last],
        )
        return {row[0]: _totals(row[1:]) for row in cursor.fetchall()}


def by_slot(scope: UUID, window: Window) -> dict[int, Totals]:
    """Of each quarter of an hour in which anybody started."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT slot, {", ".join(COUNTS)} FROM {storing.SLOTS}
                 WHERE scope = %s AND dimension = 'all' AND value = '' AND slot >= %s AND slot < %s""",  # noqa: S608
            [scope, *_slots(window)],
        )
        return {row[0]: _totals(row[1:]) for row in cursor.fetchall()}


Ages = tuple[int | None, int | None, int | None, int]
"""Furthest stage, bucket of the time since it was reached, bucket of the time since the start, open sessions.

None where sessions of any are counted together: each is counted once by the first two and once by the third.
"""
MANY_OPEN = 8_000
"""Fewer are read in a few milliseconds."""
ONE_IN, _LIGHT = 16, 0.003
SOME = "session_id < '10000000-0000-0000-0000-000000000000'"
"""Every sixteenth: ids are drawn. There is an index of just these (`funnel_fact_some_ages`)."""


def open_ages(
    scopes: Scopes,
    window: Window,
    totals: Totals | None = None,
    *,
    now: datetime,
    cohort: tuple[str, str] | None = None,
) -> list[Ages]:
    """Few rows, however many sessions are open.

    Where `totals` (of the same sessions) say that very many are open, and that they are few among all, every sixteenth
    of them stands for all: that moves no rate by more than some 0.06 points (`_may_be_some`).
    """
    if totals is not None and not totals.open:
        return []
    if totals is not None and _may_be_some(totals):
        some = _as_all(_open_ages(scopes, window, now=now, cohort=cohort, only=SOME), totals)
        if some is not None:
            return some
    return _open_ages(scopes, window, now=now, cohort=cohort)


def _open_ages(
    scopes: Scopes, window: Window, *, now: datetime, cohort: tuple[str, str] | None, only: str = "true"
) -> list[Ages]:
    where, given = _which(_all(scopes), cohort)
    found: list[Ages] = rows(
        f"""WITH asked AS (SELECT furthest, date_part('epoch', %s - started_at) * 1000 AS age_ms,
                       CASE furthest WHEN 0 THEN 0 WHEN 1 THEN engaged_ms WHEN 2 THEN recommendations_ms
                            ELSE decision_ms END AS entered_ms
                  FROM {storing.FACTS}
                 WHERE outcome = 0 AND {only} AND {where} AND started_at >= %s AND started_at < %s)
                SELECT furthest, in_stage, since, count(*)
                  FROM (SELECT furthest, width_bucket(greatest(0, age_ms - entered_ms)::bigint, bounds) AS in_stage,
                               width_bucket(greatest(0, age_ms)::bigint, bounds) AS since
                          FROM asked, (SELECT {lanes.BOUNDS_SQL} AS bounds) b) o
                 GROUP BY GROUPING SETS ((furthest, in_stage), (since))""",  # noqa: S608 -- names of our own
        [now, *given, window.start, window.end],
    )
    return found


def _may_be_some(totals: Totals) -> bool:
    """How far a rate may be off goes with the share that is open, and with one by the root of how many are looked at.

    Simulated: 0.02 points where the product of the two is 0.0012, 0.3 points where it is 0.015.
    """
    is_light = ONE_IN * totals.open <= (_LIGHT * totals.reached[0]) ** 2
    return totals.open > MANY_OPEN and is_light


def _as_all(some: list[Ages], totals: Totals) -> list[Ages] | None:
    """Ages of some, raised to the sums that are known; None where they cannot stand for the others."""
    found: list[Ages] = []
    for stage, wanted in (*((stage, totals.open_at(stage)) for stage in range(4)), (None, totals.open)):
        mine = sorted((row for row in some if row[0] == stage), key=lambda row: (row[1] or 0, row[2] or 0))
        have = sum(row[3] for row in mine)
        if wanted and not have:
            return None
        seen = told = 0
        for furthest, in_stage, since, n in mine:
            seen += n
            so_far = wanted * seen // have
            found.append((furthest, in_stage, since, so_far - told))
            told = so_far
    return found


def left(scope: UUID, window: Window) -> list[tuple[int, int, int]]:
    """(quarter of an hour of the last sign of life, furthest stage, sessions that dropped)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT slot, stage, n FROM {storing.LEFT} WHERE scope = %s AND slot >= %s AND slot < %s",  # noqa: S608
            [scope, *_slots(window)],
        )
        return cursor.fetchall()


COHORT_COLUMNS = {
    "language": "language = %s",
    "device": "device = %s",
    "flow": "flow = %s",
    "variant": "variants @> ARRAY[%s]::varchar[]",
    "client": "client_id = %s::uuid",
}


def _which(scopes: tuple[UUID, ...], cohort: tuple[str, str] | None = None) -> tuple[str, list[Any]]:
    where, given = ("true", []) if EVERYONE in scopes else _among("client_id", scopes)
    if cohort is not None and cohort[0] != "all":
        where, given = f"{where} AND {COHORT_COLUMNS[cohort[0]]}", [*given, cohort[1]]
    return where, given


def _among(column: str, scopes: tuple[UUID, ...]) -> tuple[str, list[Any]]:
    """One is looked up by its own value: the planner knows best what it will find."""
    return (f"{column} = %s", [scopes[0]]) if len(scopes) == 1 else (f"{column} = ANY(%s)", [list(scopes)])


def _of_days(
    scopes: tuple[UUID, ...], first: date, last: date, *, dimension: str, value: str | None, times: bool
) -> dict[str, Totals]:
    counts = rows(*_counts_of_days(scopes, first, last, dimension=dimension, value=value))
    packed: dict[str, int] = {}
    if times:
        for part in _times_of_days(scopes, first, last, dimension=dimension, value=value):
            for _, _, name, _, number in part.rows():
                packed[name] = packed.get(name, 0) + number
    return {row[0]: _totals(row[1:], packed.get(row[0], 0)) for row in counts}


def _counts_of_days(
    scopes: tuple[UUID, ...], first: date, last: date, *, dimension: str, value: str | None
) -> Statement:
    where, given = _of_cohort(scopes, dimension, value)
    return (
        f"SELECT value, {_SUMS} FROM {storing.DAYS} WHERE {where} AND day BETWEEN %s AND %s GROUP BY value",  # noqa: S608
        [*given, first, last],
    )


def _times_of_days(
    scopes: tuple[UUID, ...], first: date, last: date, *, dimension: str, value: str | None
) -> list[versions.Read]:
    """Whole weeks from their rows, the days before and after them from theirs: a quarter of the rows."""
    whole = first + timedelta(days=-first.weekday() % 7)
    after = last + timedelta(days=1)
    after -= timedelta(days=after.weekday())
    if after <= whole:
        parts = [(storing.DAYS, "day", first, last, 1)]
    else:
        one = timedelta(days=1)
        parts = [
            (storing.WEEKS, "week", whole, after - one, 7),
            (storing.DAYS, "day", first, whole - one, 1),
            (storing.DAYS, "day", after, last, 1),
        ]
    where, given = _of_cohort(scopes, dimension, value)
    return [
        versions.Read(
            table=table,
            columns=("scope", "dimension", "value", column),
            packed="times",
            where=f"{where} AND {column} BETWEEN %s AND %s",
            given=[*given, begin, end],
            keys=versions.keys(scopes, [dimension], [value], _every(step, begin, end))
            if value is not None
            else (),
        )
        for table, column, begin, end, step in parts
        if begin <= end
    ]


def _every(step: int, first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]


def _of_cohort(scopes: tuple[UUID, ...], dimension: str, value: str | None) -> tuple[str, list[Any]]:
    among, given = _among("scope", scopes)
    if value is None:
        return f"{among} AND dimension = %s", [*given, dimension]
    return f"{among} AND dimension = %s AND value = %s", [*given, dimension, value]


def _of_slots(
    scopes: tuple[UUID, ...], window: Window, *, dimension: str, value: str | None
) -> dict[str, Totals]:
    """Counts of a window of whole slots."""
    where, given = _of_cohort(scopes, dimension, value)
    found = rows(
        f"SELECT value, {_SUMS} FROM {storing.SLOTS} WHERE {where} AND slot >= %s AND slot < %s GROUP BY value",  # noqa: S608
        [*given, *_slots(window)],
    )
    return {row[0]: _totals(row[1:]) for row in found}


def _sums_by_client(table: str, where: str, given: list[Any]) -> dict[str, Totals]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT scope::text, {_SUMS} FROM {table}
                 WHERE {where} AND dimension = 'all' AND value = '' GROUP BY 1""",  # noqa: S608 -- names of our own
            given,
        )
        return {row[0]: _totals(row[1:]) for row in cursor.fetchall()}


def _facts_by_client(clients: tuple[UUID, ...], window: Window) -> dict[str, Totals]:
    where, given = _among("client_id", clients)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT client_id::text, {rolling.SUMS} FROM {storing.FACTS}
                 WHERE {where} AND started_at >= %s AND started_at < %s GROUP BY 1""",  # noqa: S608 -- names of our own
            [*given, window.start, window.end],
        )
        return {row[0]: _totals(row[1:]) for row in cursor.fetchall()}


def _of_facts(
    scopes: tuple[UUID, ...], window: Window, *, dimension: str, value: str | None, times: bool
) -> dict[str, Totals]:
    cohort = None if value is None or dimension == "all" else (dimension, value)
    where, given = _which(scopes, cohort)
    facts = f"(SELECT * FROM {storing.FACTS} WHERE {where} AND started_at >= %s AND started_at < %s)"  # noqa: S608
    given = [*given, window.start, window.end]
    of = rolling.cohorts(dimension)
    # Of a session in several experiments only the arm that is asked for counts.
    wanted, given_value = ("true", []) if value is None else (f"{of.value} = %s", [value])
    packed: dict[str, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {of.value}, {rolling.SUMS} FROM {facts} f{of.lateral} WHERE {wanted} GROUP BY 1",  # noqa: S608
            [*given, *given_value],
        )
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
        if times:
            of_each = rolling.times(facts, f"{of.value} AS value", lateral=of.lateral)
            cursor.execute(
                f"SELECT value, lane, count(*) FROM ({of_each}) t GROUP BY 1, 2",  # noqa: S608 -- names of our own
                [list(lanes.BOUNDS_MS), *given],
            )
            for name, lane, n in cursor.fetchall():
                packed.setdefault(name, {})[lane] = n
    return {name: _totals(row, lanes.summed(packed.get(name, {}))) for name, row in counts.items()}


def _totals(row: tuple[Any, ...], times: int = 0) -> Totals:
    return Totals(tuple(row[:5]), tuple(row[5:9]), tuple(row[9:13]), times)


def _slots(window: Window) -> tuple[int, int]:
    return -(-int(window.start.timestamp()) // 900), -(-int(window.end.timestamp()) // 900)


def is_of_slots(window: Window) -> bool:
    """Whether no quarter of an hour lies in it by half."""
    return window.start.timestamp() % SLOT_SECONDS == 0 == window.end.timestamp() % SLOT_SECONDS
