"""Who is to be told what: rows of the outbox, written in the transaction that changes the incident."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from apps.onboarding.models import AlertDelivery, AlertIncident
from apps.onboarding_api.services.dlq_alerting import quiet
from apps.onboarding_api.services.dlq_alerting.channels.registry import LOG

Occasion = AlertDelivery.Occasion
State = AlertDelivery.State
_MAYBE_TOLD = Q(state=State.SENT) | Q(state=State.PENDING, attempts__gt=0)
"""Sent, or tried: an attempt without an answer may have arrived all the same."""


def tell_opened(incident: AlertIncident, now: datetime) -> None:
    """Once to each channel; to one that was told of a recovery, again, but not sooner than the flapping allows."""
    told = _told(incident)
    _drop(incident, Occasion.RECOVERED)
    is_critical = incident.severity == AlertIncident.Severity.CRITICAL
    start = quiet.told_from(now, is_critical=is_critical)
    for channel in opening_channels():
        last = told.get(channel)
        if last is not None and last.occasion != Occasion.RECOVERED:
            continue
        at = start if channel != LOG else now
        if last is not None:
            at = max(
                at, _last_opening(incident, channel) + timedelta(minutes=settings.ALERTS.flapping_minutes)
            )
        _queue(incident, channel, Occasion.OPENED, now=now, at=at)


def tell_escalated(incident: AlertIncident, now: datetime) -> None:
    for channel in (LOG, *escalation_channels()):
        _queue(incident, channel, Occasion.ESCALATED, now=now, at=now)


def tell_recovered(incident: AlertIncident, now: datetime) -> None:
    """To those who were told that it was open; what nobody was told yet is not told any more."""
    _drop(incident, Occasion.OPENED, Occasion.ESCALATED)
    is_critical = incident.severity == AlertIncident.Severity.CRITICAL
    for channel, last in _told(incident).items():
        if last.occasion != Occasion.RECOVERED:
            at = now if channel == LOG else quiet.told_from(now, is_critical=is_critical)
            _queue(incident, channel, Occasion.RECOVERED, now=now, at=at)


def opening_channels() -> tuple[str, ...]:
    """The log; Slack and e-mail; where there is neither, the telephones."""
    outside = settings.ALERTS.outside_channels
    return (LOG, *([name for name in outside if not _is_sms(name)] or outside))


def escalation_channels() -> tuple[str, ...]:
    """The telephones and e-mail; where there is neither, what there is."""
    outside = settings.ALERTS.outside_channels
    return tuple(name for name in outside if _is_sms(name) or name == "email") or outside


def _is_sms(name: str) -> bool:
    return name.startswith("sms-")


def _told(incident: AlertIncident) -> dict[str, AlertDelivery]:
    """Channel -> what it was told last."""
    return {row.channel: row for row in incident.deliveries.filter(_MAYBE_TOLD).order_by("pk")}


def _last_opening(incident: AlertIncident, channel: str) -> datetime:
    opened = incident.deliveries.filter(_MAYBE_TOLD, channel=channel, occasion=Occasion.OPENED)
    last = opened.order_by("-pk").first()
    return (last.sent_at or last.not_before) if last else incident.opened_at


def _drop(incident: AlertIncident, *occasions: str) -> None:
    waiting = incident.deliveries.filter(state=State.PENDING, attempts=0, occasion__in=occasions)
    waiting.update(state=State.DROPPED)


def _queue(incident: AlertIncident, channel: str, occasion: str, *, now: datetime, at: datetime) -> None:
    AlertDelivery.objects.get_or_create(
        incident=incident,
        channel=channel,
        occasion=occasion,
        episode=incident.reopened,
        defaults={"created_at": now, "not_before": at, "next_at": at},
    )
