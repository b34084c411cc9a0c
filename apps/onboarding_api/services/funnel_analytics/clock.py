"""The quarters of an hour of a day of UTC packed into one row: what a window holds by hour and weekday of any zone.

Thirteen columns of 96 lanes of 32 bits: sessions by the quarter of their start that reached each of the five stages
and that dropped after each of the first four, and sessions that dropped by the quarter of their last sign of life and
the stage they had reached. Ninety days are ninety rows, not the thirty thousand of `FunnelSlot` and `FunnelLeft`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.onboarding_api.services.funnel_analytics import lanes, local_time, moment
from apps.onboarding_api.services.funnel_analytics.windows import Window

TABLE = "onboarding_funnelclock"
SLOTS = 96
STARTED, LEFT, COLUMNS = 9, 4, 13
"""Columns by the start, columns by the last sign of life, both."""
BYTES = COLUMNS * SLOTS * 4
HOURS_OF_WEEK = 7 * 24


def places(
    slots: Mapping[int, Sequence[int]], left: Mapping[tuple[int, int], int]
) -> dict[int, dict[int, int]]:
    """By day what is to be added in which lane: `slots` as nine counts by slot, `left` by slot and stage."""
    found: dict[int, dict[int, int]] = {}
    for slot, counts in slots.items():
        day, place = divmod(slot, SLOTS)
        held = found.setdefault(day, {})
        for column, n in enumerate(counts[:STARTED]):
            if n:
                held[column * SLOTS + place] = n
    for (slot, stage), n in left.items():
        day, place = divmod(slot, SLOTS)
        if n:
            found.setdefault(day, {})[(STARTED + stage) * SLOTS + place] = n
    return {day: held for day, held in found.items() if held}


def sessions(held: Mapping[int, int]) -> int:
    """How many of the sessions in these lanes started or left: the `n` of the row."""
    return sum(n for place, n in held.items() if place < SLOTS or place >= STARTED * SLOTS)


@dataclass(frozen=True)
class Week:
    """Sums of a window by weekday (0 Monday) and hour of a zone."""

    counts: tuple[tuple[int, ...], ...]
    """Thirteen counts for each hour of the week."""

    def by_hour(self) -> list[list[int]]:
        """The same for each hour of the day."""
        return [[sum(column) for column in zip(*self.counts[hour::24], strict=True)] for hour in range(24)]


def read(scopes: Sequence[UUID], window: Window, zone: ZoneInfo) -> Week:
    """Of the sessions that started (or left) in the slots of the window."""
    return moment.once(("clock", tuple(scopes), window, zone.key), lambda: _read(scopes, window, zone))


def _read(scopes: Sequence[UUID], window: Window, zone: ZoneInfo) -> Week:
    found = [[0] * COLUMNS for _ in range(HOURS_OF_WEEK)]
    cuts = local_time.stretches(window, zone)
    first, end = local_time.slots_of(window)
    if first >= end:
        return Week(tuple(map(tuple, found)))
    for pattern, rows in _alike(_kept(scopes, first // SLOTS, (end - 1) // SLOTS), cuts, first, end):
        _add(found, lanes.numbers(sum(rows).to_bytes(BYTES, "little")), pattern)
    return Week(tuple(map(tuple, found)))


Pattern = tuple[tuple[int, int, int], ...]
"""Of one day: from which slot to which one (not included), and the quarter of the local week that the first one is."""


def _alike(
    rows: Iterable[tuple[int, int]], cuts: Sequence[local_time.Stretch], first: int, end: int
) -> Iterator[tuple[Pattern, list[int]]]:
    """Days whose quarters fall on the same hours of the week are added up first: there are few kinds of days."""
    kinds: dict[Pattern, list[int]] = {}
    for day, packed in rows:
        kinds.setdefault(tuple(_pattern(day, cuts, first, end)), []).append(packed)
    return iter(kinds.items())


def _pattern(
    day: int, cuts: Sequence[local_time.Stretch], first: int, end: int
) -> Iterator[tuple[int, int, int]]:
    begin = day * SLOTS
    for cut in cuts:
        low, high = max(begin, first, cut.first), min(begin + SLOTS, end, cut.end)
        if low < high:
            yield low - begin, high - begin, local_time.quarter_of_week(low + cut.ahead)


def _add(found: list[list[int]], counts: Sequence[int], pattern: Pattern) -> None:
    for low, high, quarter in pattern:
        at = low
        while at < high:
            to = min(high, at + 4 - (quarter + at - low) % 4)
            hour = found[(quarter + at - low) // 4 % HOURS_OF_WEEK]
            for column in range(COLUMNS):
                hour[column] += sum(counts[column * SLOTS + at : column * SLOTS + to])
            at = to


def _kept(scopes: Sequence[UUID], first: int, last: int) -> Iterable[tuple[int, int]]:
    """`_rows`, or a part of those that were read a moment ago."""
    read: dict[tuple[int, int], list[tuple[int, int]]] = moment.once(
        ("days of the clock", tuple(scopes)), dict
    )
    for (earliest, latest), rows in read.items():
        if earliest <= first and last <= latest:
            return [row for row in rows if first <= row[0] <= last]
    read[first, last] = list(_rows(scopes, first, last))
    return read[first, last]


def _rows(scopes: Sequence[UUID], first: int, last: int) -> Iterator[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT utc_day, counts FROM {TABLE} WHERE scope = ANY(%s) AND utc_day BETWEEN %s AND %s",  # noqa: S608 -- ours
            [list(scopes), first, last],
        )
        return iter([(day, lanes.unpack(counts)) for day, counts in cursor.fetchall()])
