"""Quiet hours: what is not critical waits until they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings


def told_from(now: datetime, *, is_critical: bool) -> datetime:
    """When it may be told: at once, or at the end of the quiet hours that `now` lies in. In UTC."""
    hours = settings.ALERTS.quiet_hours
    if is_critical or hours is None:
        return now
    start, end = hours
    local = now.astimezone(settings.ALERTS.time_zone)
    clock = local.time()
    passes_midnight = start > end
    is_quiet = (clock >= start or clock < end) if passes_midnight else start <= clock < end
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if passes_midnight and clock >= start else 0)
    ends = datetime.combine(day, end, tzinfo=settings.ALERTS.time_zone).astimezone(UTC)
    return max(now, ends)
