"""What is due: an hourly round that commits one task for each client, and what these tasks do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Client, FunnelReport, FunnelReportDelivery, Membership
from apps.onboarding_api.services import funnel_optimizer
from apps.onboarding_api.services.funnel_analytics import observing
from apps.onboarding_api.services.funnel_optimizer import periods, predictions
from apps.onboarding_api.services.funnel_reports import figures, outbox, texts, weeks
from apps.task_ledger.enqueue import enqueue

_ADVISED_FROM_HOUR = 4
"""By the client's clock: once a day, while few people are there."""


def go_round(*, now: datetime | None = None) -> dict[str, int]:
    """Commit what is due and not committed yet, hold predictions against what happened, send what waits."""
    if not settings.ENABLE_FUNNEL_ANALYTICS:
        return {}
    now = now or timezone.now()
    scored = predictions.score(now=now)
    reports = 0
    here = now.astimezone(observing.everyones_zone())
    if here.hour >= _ADVISED_FROM_HOUR:
        enqueue("keep_funnel_advice", **_once("advice", None, here.date().isoformat()))
    for client in Client.objects.filter(is_active=True):
        local = now.astimezone(client.zone)
        if local.hour >= _ADVISED_FROM_HOUR:
            day = local.date().isoformat()
            enqueue("keep_funnel_advice", **_once("advice", client, day))
        week = weeks.due(now, client.zone) if settings.ENABLE_FUNNEL_REPORTS else None
        if week is not None and not FunnelReport.objects.filter(client=client, week=week).exists():
            enqueue("send_funnel_report", **_once("report", client, week.isoformat()))
            reports += 1
    return {"scored": scored, "reports": reports, "sent": outbox.deliver(now=now)}


def _once(what: str, client: Client | None, day: str) -> dict[str, Any]:
    """One task for each client (or all of them together) and day, however many rounds find it due."""
    whose = "" if client is None else str(client.pk)
    return {
        "kwargs": {"client_id": whose, "day": day},
        "idempotency_key": f"funnel-{what}:{whose or 'everyone'}:{day}",
        "client_id": None if client is None else client.pk,
    }


def advise(client_id: UUID | None, *, now: datetime | None = None) -> int:
    """Keep what is recommended to a client today, or about all clients together; how many recommendations are open."""
    now = now or timezone.now()
    client = None if client_id is None else _client(client_id)
    zone = observing.everyones_zone() if client is None else client.zone
    scopes = None if client is None else (client.pk,)
    report = funnel_optimizer.analyse(scopes, periods.last_days(now, zone), zone=zone, now=now)
    return len(predictions.keep(report, client_id=client_id))


def report_on(client_id: UUID, week: date, *, now: datetime | None = None) -> FunnelReport | None:
    """Write the report of a week and send it. None where nobody came, or it has been written before."""
    now = now or timezone.now()
    client = _client(client_id)
    made = _write(client, week, now=now)
    outbox.deliver(now=now)
    return made


def _write(client: Client, week: date, *, now: datetime) -> FunnelReport | None:
    if FunnelReport.objects.filter(client=client, week=week).exists():
        return None
    found = figures.figures_of(client, week, now=now)
    if found.is_empty:
        return None
    written = texts.write(found)
    try:
        with transaction.atomic():
            report = FunnelReport.objects.create(
                client=client, week=week, subject=written.subject, text=written.text, html=written.html
            )
            predictions.keep(found.advice, client_id=client.pk)
            FunnelReportDelivery.objects.bulk_create(
                FunnelReportDelivery(report=report, user_id=user_id, created_at=now, next_at=now)
                for user_id in _managers(client)
            )
    except IntegrityError:  # somebody else wrote it at this moment
        return None
    return report


def _managers(client: Client) -> list[int]:
    rows = Membership.objects.filter(client=client, role=Membership.Role.MANAGER, user__is_active=True)
    return list(rows.exclude(user__email="").order_by("user_id").values_list("user_id", flat=True))


def _client(client_id: UUID) -> Client:
    client = Client.objects.filter(pk=client_id).first()
    if client is None:
        raise NotFound("no such client")
    return client
