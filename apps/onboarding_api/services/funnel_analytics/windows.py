"""Stretches of time that are asked about, and the days of a scope inside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Sessions that started from `start` on and before `end`; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a window ends after it starts")


@dataclass(frozen=True)
class Cut:
    """A window as whole days of a zone, first and last included, and what stands over at its edges."""

    days: tuple[date, date] | None
    edges: tuple[Window, ...]


def of_days(first: date, last: date, zone: ZoneInfo) -> Window:
    """Both days included, from midnight to midnight of the zone: 23 or 25 hours where its clocks change."""
    return Window(midnight(first, zone), midnight(last + _DAY, zone))


@lru_cache(maxsize=5_000)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def before(window: Window) -> Window:
    """The window of the same length that ends where this one starts."""
    return Window(window.start - (window.end - window.start), window.start)


def cut(window: Window, zone: ZoneInfo) -> Cut:
    first = window.start.astimezone(zone).date()
    if midnight(first, zone) < window.start:
        first += _DAY
    last = window.end.astimezone(zone).date() - _DAY
    if last < first:
        return Cut(None, (window,))
    inner = of_days(first, last, zone)
    edges = ((window.start, inner.start), (inner.end, window.end))
    return Cut((first, last), tuple(Window(start, end) for start, end in edges if start < end))
