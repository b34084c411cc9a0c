"""The stretch of time that is asked about, from days or moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.services.funnel_analytics import windows
from apps.onboarding_api.services.funnel_analytics.windows import Window

MOST_DAYS = 1100
DEFAULT_DAYS = 28
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
Moment = date | datetime | str


def window_of(start: Moment, end: Moment, zone: ZoneInfo) -> Window:
    """Days are whole ones of `zone`, the last included; moments need their offset. Raises `InvalidInput`."""
    first, last = _read(start, "start_date"), _read(end, "end_date")
    since = first.astimezone(UTC) if isinstance(first, datetime) else windows.midnight(first, zone)
    day_after = last + timedelta(days=1)
    until = last.astimezone(UTC) if isinstance(last, datetime) else windows.midnight(day_after, zone)
    if until <= since:
        raise InvalidInput("end_date must not be before start_date")
    if until - since > timedelta(days=MOST_DAYS + 1):
        raise InvalidInput(f"at most {MOST_DAYS} days at once")
    return Window(since, until)


def last_days(now: datetime, zone: ZoneInfo, *, days: int = DEFAULT_DAYS) -> Window:
    """Today, as far as it has come, and the days before it."""
    today = now.astimezone(zone).date()
    return windows.of_days(today - timedelta(days=days - 1), today, zone)


def _read(given: Moment, name: str) -> date | datetime:
    found = _parsed(given) if isinstance(given, str) else given
    if not isinstance(found, date):  # a datetime is a date as well
        raise InvalidInput(f"{name} must be a day such as 2026-03-01, or a moment with its offset")
    if isinstance(found, datetime) and found.tzinfo is None:
        raise InvalidInput(f"{name} must say its offset: it could be meant in any place")
    day = found.date() if isinstance(found, datetime) else found
    if not _FIRST <= day < _LAST:
        raise InvalidInput(f"{name} must lie between 2000 and 2099")
    return found


def _parsed(text: str) -> date | datetime | None:
    try:
        return parse_date(text) or parse_datetime(text)
    except ValueError:
        return None
