"""Alerts: who is told of failed work, by which channels, and when not to wake anybody.

Channels are on where their address is set. The log `alerts` is always on; with nothing else set it is the only one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intelliwiz_config.settings import env

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class SmsSettings:
    """`gateway` is `json` or `twilio`; none of the numbers is ever logged or stored."""

    gateway: str
    url: str = field(repr=False)
    """Where messages are posted to. Twilio: the address of the API, without path."""
    token: str = field(repr=False)
    token_header: str
    account: str
    """Twilio's account SID."""
    sender: str
    numbers: tuple[str, ...] = field(repr=False)

    @property
    def is_on(self) -> bool:
        return bool(self.url and self.numbers)


@dataclass(frozen=True)
class AlertSettings:
    slack_webhook_url: str = field(repr=False)
    mail_to: tuple[str, ...] = field(repr=False)
    mail_from: str
    sms: SmsSettings
    quiet_hours: tuple[time, time] | None
    """From, until, by the clock of `time_zone`; may pass midnight."""
    time_zone: ZoneInfo
    escalate_after_minutes: float
    flapping_minutes: float
    repeated_failures: int
    """Of one cause within an hour."""
    timeout_seconds: float
    """For each step of a delivery: connecting, and each wait for an answer."""
    public_base_url: str

    @property
    def outside_channels(self) -> tuple[str, ...]:
        """`slack`, `email`, `sms-1`, `sms-2` ...: those that are configured."""
        return (
            *(["slack"] if self.slack_webhook_url else []),
            *(["email"] if self.mail_to else []),
            *([f"sms-{n}" for n in range(1, len(self.sms.numbers) + 1)] if self.sms.is_on else []),
        )


def _secure(name: str, address: str) -> str:
    """What is secret, and what is nobody else's business, goes by TLS, or stays on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        env.problems.append(f"{name} must start with https:// (http:// only for this machine itself)")
    if address and not parts.hostname:
        env.problems.append(f"{name} must name a host")
    return address


def _is_address(text: str) -> bool:
    return all(text.partition("@")) and not any(c.isspace() or c in "<>,;" for c in text)


def _hours(name: str, raw: str) -> tuple[time, time] | None:
    if not raw:
        return None
    try:
        start, _, end = raw.partition("-")
        hours = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        hours = time(0), time(0)
    if hours[0] == hours[1] or any(hour.tzinfo for hour in hours):
        env.problems.append(f"{name} must be two different times of a day, such as 22:00-07:00")
        return None
    return hours


def _zone(name: str, raw: str) -> ZoneInfo:
    try:
        return ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        env.problems.append(f"{name} must be a time zone, such as Asia/Kolkata")
        return ZoneInfo("UTC")


ALERTS = AlertSettings(
    slack_webhook_url=_secure("SLACK_WEBHOOK_URL", env.url("SLACK_WEBHOOK_URL", "", ("https", "http"))),
    mail_to=env.words("ADMIN_ALERT_EMAIL"),
    mail_from=env.text("ALERT_EMAIL_FROM", "alerts@localhost"),
    sms=SmsSettings(
        gateway=env.choice("SMS_GATEWAY", "json", ("json", "twilio")),
        url=_secure("SMS_GATEWAY_URL", env.url("SMS_GATEWAY_URL", "", ("https", "http"))),
        token=env.text("SMS_TOKEN"),
        token_header=env.text("SMS_TOKEN_HEADER", "Authorization"),
        account=env.text("SMS_ACCOUNT"),
        sender=env.text("SMS_SENDER"),
        numbers=env.words("SMS_NUMBERS"),
    ),
    quiet_hours=_hours("ALERT_QUIET_HOURS", env.text("ALERT_QUIET_HOURS")),
    time_zone=_zone("ALERT_TIME_ZONE", env.text("ALERT_TIME_ZONE", "UTC")),
    escalate_after_minutes=env.number("ALERT_ESCALATE_AFTER_MINUTES", 15, low=0.1, high=10_080),
    flapping_minutes=env.number("ALERT_FLAPPING_MINUTES", 10, low=0, high=1_440),
    repeated_failures=env.integer("ALERT_REPEATED_FAILURES", 5, low=2, high=100_000),
    timeout_seconds=env.number("ALERT_TIMEOUT_SECONDS", 5, low=0.1, high=20),
    public_base_url=env.url("PUBLIC_BASE_URL", "", ("https", "http")).rstrip("/"),
)
if not all(map(_is_address, (*ALERTS.mail_to, ALERTS.mail_from))):
    env.problems.append("ADMIN_ALERT_EMAIL and ALERT_EMAIL_FROM must be addresses such as ops@example.com")
if ALERTS.sms.url and not ALERTS.sms.numbers:
    env.problems.append("SMS_NUMBERS must be set where SMS_GATEWAY_URL is")
if ALERTS.sms.url and ALERTS.sms.gateway == "twilio" and not (ALERTS.sms.account and ALERTS.sms.token):
    env.problems.append("SMS_ACCOUNT and SMS_TOKEN must be set where SMS_GATEWAY is twilio")
if not all(number.removeprefix("+").isdecimal() for number in ALERTS.sms.numbers):
    env.problems.append("SMS_NUMBERS must be numbers such as +919812345678")
if not ALERTS.sms.token_header.replace("-", "").isalnum():
    env.problems.append("SMS_TOKEN_HEADER must be the name of a header")

EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, low=1, high=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.boolean("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = ALERTS.timeout_seconds
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    env.problems.append("EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other")
if EMAIL_HOST_PASSWORD and not (EMAIL_USE_TLS or EMAIL_USE_SSL) and EMAIL_HOST not in _LOOPBACK:
    env.problems.append("EMAIL_HOST_PASSWORD must not go in the clear: set EMAIL_USE_TLS or EMAIL_USE_SSL")
