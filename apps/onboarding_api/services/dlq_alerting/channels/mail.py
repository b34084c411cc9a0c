"""E-mail through the configured server, as text and HTML."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.utils.html import format_html, format_html_join

from apps.onboarding_api.services.dlq_alerting.channels.http import cut_after, fault_of
from apps.onboarding_api.services.dlq_alerting.channels.port import DeliveryFailed
from apps.onboarding_api.services.dlq_alerting.texts import Notice

_WHOLE_SECONDS = 10.0


@dataclass(frozen=True)
class MailChannel:
    recipients: tuple[str, ...] = field(repr=False)
    sender: str
    name: str = "email"

    def send(self, notice: Notice) -> None:
        """One message to all recipients; a second attempt carries the same Message-ID."""
        server = EmailBackend(timeout=settings.ALERTS.timeout_seconds)
        try:
            server.open()
            with cut_after(_WHOLE_SECONDS, getattr(server.connection, "sock", None)):
                server.send_messages([self._message(notice)])
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"smtp_{error.smtp_code}") from None  # its text may name people
        except smtplib.SMTPRecipientsRefused:
            raise DeliveryFailed("smtp_recipients_refused") from None
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(fault_of(error)) from None
        finally:
            server.close()

    def _message(self, notice: Notice) -> EmailMultiAlternatives:
        domain = self.sender.rpartition("@")[2]
        message = EmailMultiAlternatives(
            subject=f"[IntelliWiz] {notice.title}",
            body=notice.plain,
            from_email=self.sender,
            to=list(self.recipients),
            headers={"Message-ID": f"<{notice.identity}@{domain}>", "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(_html(notice), "text/html")
        return message


def _html(notice: Notice) -> str:
    rows = format_html_join(
        "", '<tr><th align="left" style="padding-right:1em">{}</th><td>{}</td></tr>', notice.lines
    )
    link = format_html('<p><a href="{0}">{0}</a></p>', notice.link) if notice.link else ""
    return format_html(
        '<!doctype html><html lang="en"><body style="font-family:sans-serif">'
        "<h2>{}</h2><table>{}</table>{}</body></html>",
        notice.title,
        rows,
        link,
    )
