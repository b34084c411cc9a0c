"""Hours, days and weekdays of a time zone, reckoned from quarters of an hour in UTC with whole numbers.

Since 1972 every zone keeps a multiple of a quarter of an hour from UTC. Where its clocks change is asked of Python's
zone data alone, so that figures do not depend on which zones the database knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.onboarding_api.services.funnel_analytics.definitions import SLOT_SECONDS
from apps.onboarding_api.services.funnel_analytics.windows import Window

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_SLOTS = 86_400 // SLOT_SECONDS
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Stretch:
    """Slots from `first` on and before `end`, in which local time is `ahead` slots before UTC."""

    first: int
    end: int
    ahead: int


def slots_of(window: Window) -> tuple[int, int]:
    """First slot that starts in the window, and the first one after it."""
    return slot_at(window.start), slot_at(window.end)


def slot_at(moment: datetime) -> int:
    """The first slot that does not start before the moment."""
    return -(-int(moment.timestamp()) // SLOT_SECONDS)


def stretches(window: Window, zone: ZoneInfo) -> list[Stretch]:
    """The window, cut where the clocks of the zone change."""
    first, end = slots_of(window)
    first -= 1  # a window may begin inside a slot
    found: list[Stretch] = []
    while first < end:
        ahead = _ahead(first, zone)
        last = _until_change(first, end, ahead, zone)
        found.append(Stretch(first, last, ahead))
        first = last
    return found


def sql(slot: str, window: Window, zone: ZoneInfo) -> str:
    """A slot of UTC (an SQL expression) as quarters of an hour of local time since 1970."""
    cuts = stretches(window, zone)
    if len(cuts) <= 1:
        return f"({slot} + {cuts[0].ahead if cuts else 0})"
    branches = " ".join(f"WHEN {slot} < {cut.end} THEN {cut.ahead}" for cut in cuts[:-1])
    return f"({slot} + CASE {branches} ELSE {cuts[-1].ahead} END)"


def hour_sql(local: str) -> str:
    """0 to 23."""
    return f"mod({local} / 4, 24)"


def weekday_sql(local: str) -> str:
    """0 Monday to 6 Sunday; the first of January 1970 was a Thursday."""
    return f"mod({local} / {_DAY_SLOTS} + 3, 7)"


def quarter_of_week(local: int) -> int:
    """Quarters of an hour since Monday, of quarters of local time since 1970."""
    return (local + 3 * _DAY_SLOTS) % (7 * _DAY_SLOTS)


def day_sql(local: str) -> str:
    """Days since 1970."""
    return f"({local} / {_DAY_SLOTS})"


def day_of(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _ahead(slot: int, zone: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(slot * SLOT_SECONDS, zone)
    offset = moment.utcoffset() or timedelta()
    return int(offset.total_seconds()) // SLOT_SECONDS


def _until_change(first: int, end: int, ahead: int, zone: ZoneInfo) -> int:
    """The first slot with another offset, or `end`. Looks once a day: no zone changes and changes back within one."""
    low = first
    while low < end:
        high = min(low + _DAY_SLOTS, end)
        if _ahead(high, zone) != ahead:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _ahead(middle, zone) == ahead else (low, middle)
            return min(high, end)
        low = high
    return end
