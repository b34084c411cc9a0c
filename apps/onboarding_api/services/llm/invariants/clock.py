"""The week as minutes, for the checker only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DAY = 1440
WEEK = 7 * DAY
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Span = tuple[int, int]
"""From and to, in minutes since Monday 00:00; `to` may pass the end of the week."""


def minute_of(written: str) -> int:
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)


def length(starts_at: str, ends_at: str) -> int:
    """Minutes from start to end; at or before the start means on the next day."""
    minutes = minute_of(ends_at) - minute_of(starts_at)
    return minutes if minutes > 0 else minutes + DAY


def spans(shift: Mapping[str, Any]) -> list[Span]:
    """When a shift works, one span for each of its days."""
    begins, lasts = minute_of(shift["starts_at"]), length(shift["starts_at"], shift["ends_at"])
    return [((day - 1) * DAY + begins, (day - 1) * DAY + begins + lasts) for day in shift["days"]]


def uncovered(needed: Iterable[Span], given: Iterable[Span]) -> list[Span]:
    """The parts of `needed` that no span of `given` covers. What passes Sunday midnight covers Monday
    morning."""
    wrapped = [
        span
        for start, end in given
        for span in ((start, end), (start - WEEK, end - WEEK), (start + WEEK, end + WEEK))
    ]
    gaps: list[Span] = []
    for start, end in needed:
        at = start
        for covers_from, covers_to in sorted(wrapped):
            if covers_from > at and covers_from < end:
                gaps.append((at, covers_from))
            if covers_from < end and covers_to > at:
                at = max(at, covers_to)
        if at < end:
            gaps.append((at, end))
    return gaps


def say(minute: int) -> str:
    """`Monday 22:00`."""
    minute %= WEEK
    return f"{DAY_NAMES[minute // DAY]} {minute % DAY // 60:02d}:{minute % 60:02d}"
