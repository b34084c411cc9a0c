"""The quarters of an hour of a day of UTC packed into one row: what a window holds by hour and weekday of any zone.

Thirteen columns of 96 lanes of 32 bits: sessions by the quarter of their start that reached each of the five stages
and that dropped after each of the first four, and sessions that dropped by the quarter of their last sign of life and
the stage they had reached. Ninety days are ninety rows, not the thirty thousand of `FunnelSlot` and `FunnelLeft`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from uuid import UUID
from zoneinfo import ZoneInfo

from apps.onboarding_api.services.funnel_analytics import lanes, local_time, moment, versions
from apps.onboarding_api.services.funnel_analytics.windows import Window

TABLE = "onboarding_funnelclock"
SLOTS = 96
STARTED, LEFT, COLUMNS = 9, 4, 13
"""Columns by the start, columns by the last sign of life, both."""
BYTES = COLUMNS * SLOTS * 4
HOURS_OF_WEEK = 7 * 24
_LANE = 32
_ALL = (1 << 8 * BYTES) - 1


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
    by_column = [[0] * HOURS_OF_WEEK for _ in range(COLUMNS)]
    cuts = local_time.stretches(window, zone)
    first, end = local_time.slots_of(window)
    if first < end:
        for pattern, rows in _alike(_kept(scopes, first // SLOTS, (end - 1) // SLOTS), cuts, first, end):
            _add(by_column, sum(rows), pattern)
    return Week(tuple(zip(*by_column, strict=True)))


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


def _add(by_column: list[list[int]], packed: int, pattern: Pattern) -> None:
    """Whole hours are four lanes at a time, added up for all of them at once; what stands over one by one."""
    quarters = lanes.numbers(packed.to_bytes(BYTES, "little"))
    # Of every lane the sum of it and the next three; past the end of a column it means nothing, and is not looked at.
    fours = packed + (packed >> _LANE) + (packed >> 2 * _LANE) + (packed >> 3 * _LANE)
    hours = lanes.numbers((fours & _ALL).to_bytes(BYTES, "little"))
    for low, high, quarter in pattern:
        whole = low + -quarter % 4
        last = whole + max(0, high - whole) // 4 * 4
        hour = (quarter + whole - low) // 4 % HOURS_OF_WEEK
        until = hour + (last - whole) // 4
        for column, found in enumerate(by_column):
            base = column * SLOTS
            counts = hours[base + whole : base + last : 4]
            if until <= HOURS_OF_WEEK:
                found[hour:until] = map(add, found[hour:until], counts)
            else:  # over the end of the week
                for n, count in enumerate(counts, hour):
                    found[n % HOURS_OF_WEEK] += count
        for at in (*range(low, min(whole, high)), *range(max(last, low), high)):
            hour = (quarter + at - low) // 4 % HOURS_OF_WEEK
            for column, found in enumerate(by_column):
                found[hour] += quarters[column * SLOTS + at]


def _kept(scopes: Sequence[UUID], first: int, last: int) -> Iterable[tuple[int, int]]:
    """The rows of these days, or a part of those that were read a moment ago."""
    read: dict[tuple[int, int], list[tuple[int, int]]] = moment.once(
        ("days of the clock", tuple(scopes)), dict
    )
    for (earliest, latest), rows in read.items():
        if earliest <= first and last <= latest:
            return [row for row in rows if first <= row[0] <= last]
    read[first, last] = [(day, packed) for _, day, packed in _days(scopes, first, last).rows()]
    return read[first, last]


def statement(scopes: Sequence[UUID], window: Window) -> moment.Statement:
    """What `read` will ask of the database, whatever the zone."""
    first, end = local_time.slots_of(window)
    return _days(scopes, first // SLOTS, (end - 1) // SLOTS).statement()


def _days(scopes: Sequence[UUID], first: int, last: int) -> versions.Read:
    return versions.Read(
        table=TABLE,
        columns=("scope", "utc_day"),
        packed="counts",
        where="scope = ANY(%s) AND utc_day BETWEEN %s AND %s",
        given=[list(scopes), first, last],
        keys=versions.keys(scopes, range(first, last + 1)),
    )
