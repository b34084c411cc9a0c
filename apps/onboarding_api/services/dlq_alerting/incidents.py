"""From what holds now to incidents: opened, seen again, resolved, come back, escalated, acknowledged."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.onboarding.models import AlertIncident
from apps.onboarding_api.services.dlq_alerting import quiet, reading, rules, telling
from apps.onboarding_api.services.dlq_alerting.rules import Finding

_LOCK = 0x616C657274  # "alert": one evaluation at a time in all processes
_SEEN_AGAIN = timedelta(seconds=30)
"""An incident that stays as it was is written no more often than this."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


def open_incidents() -> QuerySet[AlertIncident]:
    """Those that are not over, the newest first."""
    return AlertIncident.objects.filter(resolved_at__isnull=True)


def acknowledge(incident_id: UUID, *, user: User) -> bool:
    """Note that `user` looks after it. False where it is over, unknown, or acknowledged already."""
    incident = AlertIncident.objects.filter(pk=incident_id).first()
    return incident is not None and incident.acknowledge(user=user)


def evaluate(*, now: datetime | None = None) -> bool:
    """Bring the incidents up to date with what holds now, and queue what is to be told.

    False where another process is doing just that.
    """
    now = now or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if cursor.fetchone() != (True,):
                return False
        holding = rules.findings(reading.look(now))
        known = {(incident.rule, incident.key): incident for incident in open_incidents()}
        for name, incident in known.items():
            if name in holding:
                _see_again(incident, holding[name], now)
            else:
                _resolve(incident, now)
        for name, found in holding.items():
            if name not in known:
                _open(found, now)
        _escalate(now)
    return True


def _see_again(incident: AlertIncident, found: Finding, now: datetime) -> None:
    changed = incident.count != found.count or any(
        incident.facts.get(key) != value for key, value in found.facts.items()
    )
    if changed or incident.last_seen_at < now - _SEEN_AGAIN:
        incident.count = found.count
        incident.facts = {**incident.facts, **found.facts}
        incident.last_seen_at = now
        incident.save(update_fields=["count", "facts", "last_seen_at", "mdtz"])


def _resolve(incident: AlertIncident, now: datetime) -> None:
    incident.resolved_at = now
    incident.save(update_fields=["resolved_at", "mdtz"])
    telling.tell_recovered(incident, now)


def _open(found: Finding, now: datetime) -> None:
    """A new incident, or the one that ended only just."""
    before = (
        AlertIncident.objects.filter(
            rule=found.rule,
            key=found.key,
            resolved_at__gt=now - timedelta(minutes=settings.ALERTS.flapping_minutes),
        )
        .order_by("-resolved_at")
        .first()
    )
    facts = _facts(found)
    told_from = quiet.told_from(now, is_critical=found.severity == AlertIncident.Severity.CRITICAL)
    if before is None:
        incident = AlertIncident.objects.create(
            rule=found.rule,
            key=found.key,
            severity=found.severity,
            facts=facts,
            count=found.count,
            opened_at=now,
            last_seen_at=now,
            told_from=told_from,
        )
    else:
        incident = before
        incident.resolved_at = None
        incident.reopened += 1
        incident.count, incident.facts = found.count, facts
        incident.last_seen_at = now
        incident.save(update_fields=["resolved_at", "reopened", "count", "facts", "last_seen_at", "mdtz"])
    telling.tell_opened(incident, now)


def _facts(found: Finding) -> rules.Facts:
    if found.asks_code is None:
        return found.facts
    code = reading.newest_code(*found.asks_code)
    return {**found.facts, "code": code if _CODE.fullmatch(code) else rules.OTHER}


def _escalate(now: datetime) -> None:
    """Nobody acknowledged, and it still holds: tell those who are called then. Once for each incident."""
    since = now - timedelta(minutes=settings.ALERTS.escalate_after_minutes)
    for incident in open_incidents().filter(
        acknowledged_at__isnull=True, escalated_at__isnull=True, told_from__lte=since
    ):
        is_critical = incident.severity == AlertIncident.Severity.CRITICAL
        if quiet.told_from(now, is_critical=is_critical) > now:
            continue
        incident.escalated_at = now
        incident.save(update_fields=["escalated_at", "mdtz"])
        telling.tell_escalated(incident, now)


def forget_resolved(*, before: datetime) -> int:
    """Delete incidents that were over before then, with their deliveries; how many."""
    _, by_model = AlertIncident.objects.filter(resolved_at__lt=before).delete()
    return by_model.get(AlertIncident._meta.label, 0)
