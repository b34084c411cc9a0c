"""Sending what is due: each channel on its own, each delivery claimed by one sender, tried again for a day."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apps.onboarding.models import AlertDelivery, AlertIncident
from apps.onboarding_api.services.dlq_alerting import texts
from apps.onboarding_api.services.dlq_alerting.channels import registry
from apps.onboarding_api.services.dlq_alerting.channels.port import Channel, DeliveryFailed

logger = logging.getLogger("alerts")
State = AlertDelivery.State

PAUSES_SECONDS = (1, 5, 30, 120, 600, 1800, 3600)
"""After the first, second, ... failure; the last one again and again."""
KEPT_UP = timedelta(hours=24)
"""A delivery that fails for so long is given up."""
_CLAIM = timedelta(seconds=45)
"""Longer than any send takes: a claim older than this was left by a process that died over it."""
_ROUND_SECONDS = 15.0
"""A round waits no longer for its channels; a slower one goes on by itself."""
Clock = Callable[[], datetime]

_busy_lock = threading.Lock()
_busy: set[str] = set()
"""Channels that a thread of this process is sending by."""


def deliver(*, now: datetime | None = None) -> None:
    """Send what is due. A channel that hangs or fails holds up no other; the log is told first."""
    clock: Clock = timezone.now if now is None else lambda: now
    due = set(_due(clock()).values_list("channel", flat=True).distinct())
    channels = {name: one for name, one in registry.configured().items() if name in due}
    if log := channels.pop(registry.LOG, None):
        _send_due(log, clock)
    _give_up_strangers(due, clock())
    threads = [
        threading.Thread(target=_serve, args=(channel, clock), name=f"alerts-{name}", daemon=True)
        for name, channel in channels.items()
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + _ROUND_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _serve(channel: Channel, clock: Clock) -> None:
    """A channel's thread: one at a time in this process."""
    with _busy_lock:
        if channel.name in _busy:
            return
        _busy.add(channel.name)
    try:
        _send_due(channel, clock)
    except Error as error:
        logger.warning("deliveries by %s: the database is away (%s)", channel.name, type(error).__name__)
    finally:
        connection.close()
        with _busy_lock:
            _busy.discard(channel.name)


def _send_due(channel: Channel, clock: Clock) -> None:
    """Until nothing is due, or the channel fails: then the rest waits for the next round."""
    while delivery := _claim(channel.name, clock()):
        try:
            channel.send(texts.notice_of(delivery, at=clock()))
        except DeliveryFailed as failure:
            _put_off(delivery, failure, clock())
            return
        except Exception as error:  # noqa: BLE001 -- a channel's bug must not leave its delivery claimed, or end the others
            _put_off(delivery, DeliveryFailed(f"bug_{type(error).__name__}"[:40]), clock())
            return
        _note_sent(delivery, clock())


def _due(now: datetime) -> QuerySet[AlertDelivery]:
    """What may be sent now: for each incident and channel in the order in which it was queued."""
    earlier = AlertDelivery.objects.filter(
        incident=OuterRef("incident"), channel=OuterRef("channel"), state=State.PENDING, pk__lt=OuterRef("pk")
    )
    return AlertDelivery.objects.filter(~Exists(earlier), state=State.PENDING, next_at__lte=now).order_by()


def _claim(channel: str, now: datetime) -> AlertDelivery | None:
    """The next delivery, put out of the reach of other senders. None where nothing is due."""
    with transaction.atomic():
        delivery = (
            _due(now)
            .filter(channel=channel)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("incident")
            .order_by("next_at", "pk")
            .first()
        )
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.next_at = now + _CLAIM
        delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def _held(delivery: AlertDelivery) -> QuerySet[AlertDelivery]:
    """The row while the claim is ours."""
    return AlertDelivery.objects.filter(pk=delivery.pk, state=State.PENDING, attempts=delivery.attempts)


def _note_sent(delivery: AlertDelivery, now: datetime) -> None:
    with transaction.atomic():
        _held(delivery).update(state=State.SENT, sent_at=now, fault="")
        if delivery.channel != registry.LOG:
            AlertIncident.objects.filter(pk=delivery.incident_id, notified_at__isnull=True).update(
                notified_at=now
            )


def _put_off(delivery: AlertDelivery, failure: DeliveryFailed, now: datetime) -> None:
    pause = PAUSES_SECONDS[min(delivery.attempts, len(PAUSES_SECONDS)) - 1]
    again_at = now + timedelta(seconds=max(pause, failure.retry_after_seconds))
    if again_at > delivery.not_before + KEPT_UP:
        _give_up(delivery, failure)
        return
    _held(delivery).update(next_at=again_at, fault=failure.fault)
    if failure.retry_after_seconds:
        waiting = AlertDelivery.objects.filter(channel=delivery.channel, state=State.PENDING)
        waiting.filter(next_at__lt=again_at).update(next_at=again_at)
    logger.warning(
        "%s of incident %s not delivered by %s (%s), attempt %d",
        delivery.occasion, delivery.incident_id, delivery.channel, failure.fault, delivery.attempts,
    )  # fmt: skip


def _give_up(delivery: AlertDelivery, failure: DeliveryFailed) -> None:
    """And with it the recovery that would follow: nobody there knows of the incident."""
    with transaction.atomic():
        _held(delivery).update(state=State.GIVEN_UP, fault=failure.fault)
        AlertDelivery.objects.filter(
            incident=delivery.incident_id, channel=delivery.channel, state=State.PENDING, attempts=0,
            occasion=AlertDelivery.Occasion.RECOVERED,
        ).update(state=State.DROPPED)  # fmt: skip
    logger.error(
        "%s of incident %s given up: %s did not take it for a day (%s)",
        delivery.occasion, delivery.incident_id, delivery.channel, failure.fault,
    )  # fmt: skip


def _give_up_strangers(due: set[str], now: datetime) -> None:
    """Channels that were configured once: another process may still have them, so that their rows wait a day."""
    strangers = due - {registry.LOG, *settings.ALERTS.outside_channels}
    if strangers:
        AlertDelivery.objects.filter(
            channel__in=strangers, state=State.PENDING, not_before__lt=now - KEPT_UP
        ).update(state=State.GIVEN_UP, fault="not_configured")
