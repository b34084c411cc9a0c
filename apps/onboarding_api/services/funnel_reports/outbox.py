"""Sending reports: each delivery claimed by one sender, tried again for three days, to whoever is a manager then."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.onboarding.models import FunnelReportDelivery, Membership
from apps.onboarding_api.services.dlq_alerting.channels.http import cut_after, fault_of

logger = logging.getLogger("funnel")
State = FunnelReportDelivery.State
KEPT_UP = timedelta(days=3)
_PAUSES_MINUTES = (5, 30, 60)
"""After the first, second, ... failure; the last one again and again."""
_CLAIM = timedelta(seconds=60)
"""Longer than a send takes: a claim older than this was left by a process that died over it."""
_WHOLE_SECONDS = 20.0
_AT_ONCE = 500


class _NotTaken(Exception):
    """The server did not take it; `fault` is a short word of ours, without address."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault

    @property
    def is_about_the_address(self) -> bool:
        """Others may still be reached."""
        return self.fault in {"smtp_recipients_refused", "bad_address"}


def deliver(*, now: datetime | None = None) -> int:
    """Send what is due; how many were taken. Where the server is away the rest waits for the next round."""
    now = now or timezone.now()
    sent = 0
    for _ in range(_AT_ONCE):
        delivery = _claim(now)
        if delivery is None:
            break
        if not _is_still_meant(delivery):
            _held(delivery).update(state=State.DROPPED)
            continue
        try:
            _send(delivery)
        except _NotTaken as failure:
            _put_off(delivery, failure.fault, now)
            if not failure.is_about_the_address:
                break
            continue
        _held(delivery).update(state=State.SENT, sent_at=timezone.now(), fault="")
        sent += 1
    return sent


def _claim(now: datetime) -> FunnelReportDelivery | None:
    """The next delivery, put out of the reach of other senders."""
    with transaction.atomic():
        found = (
            FunnelReportDelivery.objects.filter(state=State.PENDING, next_at__lte=now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("report", "user")
            .order_by("next_at", "pk")
            .first()
        )
        if found is None:
            return None
        found.attempts += 1
        found.next_at = now + _CLAIM
        found.save(update_fields=["attempts", "next_at"])
    return found


def _held(delivery: FunnelReportDelivery) -> QuerySet[FunnelReportDelivery]:
    """The row while the claim is ours."""
    return FunnelReportDelivery.objects.filter(
        pk=delivery.pk, state=State.PENDING, attempts=delivery.attempts
    )


def _is_still_meant(delivery: FunnelReportDelivery) -> bool:
    """Whoever has left the client since gets none of its figures."""
    return (
        bool(delivery.user.email)
        and delivery.user.is_active
        and Membership.objects.filter(
            user=delivery.user, client=delivery.report.client_id, role=Membership.Role.MANAGER
        ).exists()
    )


def _send(delivery: FunnelReportDelivery) -> None:
    """One message to one person. A second attempt carries the same Message-ID, so that mail programs show it once."""
    report, sender = delivery.report, settings.ALERTS.mail_from
    message = EmailMultiAlternatives(
        subject=report.subject,
        body=report.text,
        from_email=sender,
        to=[delivery.user.email],
        headers={
            "Message-ID": f"<funnel-{report.pk}-{delivery.pk}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(report.html, "text/html")
    server = EmailBackend(timeout=settings.ALERTS.timeout_seconds)
    try:
        server.open()
        with cut_after(_WHOLE_SECONDS, getattr(server.connection, "sock", None)):
            server.send_messages([message])
    except smtplib.SMTPResponseException as error:
        raise _NotTaken(f"smtp_{error.smtp_code}") from None  # its text may name people
    except smtplib.SMTPRecipientsRefused:
        raise _NotTaken("smtp_recipients_refused") from None
    except (smtplib.SMTPException, OSError) as error:
        raise _NotTaken(fault_of(error)) from None
    except ValueError:
        raise _NotTaken("bad_address") from None
    finally:
        server.close()


def _put_off(delivery: FunnelReportDelivery, fault: str, now: datetime) -> None:
    pause = timedelta(minutes=_PAUSES_MINUTES[min(delivery.attempts, len(_PAUSES_MINUTES)) - 1])
    over = now + pause > delivery.created_at + KEPT_UP
    _held(delivery).update(fault=fault, **({"state": State.GIVEN_UP} if over else {"next_at": now + pause}))
    logger.warning(
        "report %s not delivered (%s), attempt %d%s",
        delivery.report_id, fault, delivery.attempts, ", given up" if over else "",
    )  # fmt: skip
