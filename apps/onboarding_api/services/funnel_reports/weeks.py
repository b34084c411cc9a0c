"""Which week a report is about, and from when on it is due, by the client's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.onboarding_api.services.funnel_analytics import windows
from apps.onboarding_api.services.funnel_analytics.windows import Window

DUE_AT = time(7)
_WEEK = timedelta(days=7)


def due(now: datetime, zone: ZoneInfo) -> date | None:
    """The Monday of the week that ended last, once its report is due: from Monday 07:00 of the week after it."""
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    if local < datetime.combine(monday, DUE_AT, zone):
        return None
    return monday - _WEEK


def window_of(week: date, zone: ZoneInfo) -> Window:
    return windows.of_days(week, week + _WEEK - timedelta(days=1), zone)


def before(week: date) -> date:
    return week - _WEEK
