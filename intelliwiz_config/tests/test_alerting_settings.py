"""A wrong setting of the alerts is named before anything runs; secrets stand in no message and no representation."""

from __future__ import annotations

import pytest

from intelliwiz_config.settings import alerting
from intelliwiz_config.tests.test_environment_values import SOUND, problems

WHOLE = {
    "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/the-secret-part",
    "ADMIN_ALERT_EMAIL": "ops@example.com,night@example.com",
    "SMS_GATEWAY": "twilio",
    "SMS_GATEWAY_URL": "https://api.twilio.com",
    "SMS_ACCOUNT": "AC1",
    "SMS_TOKEN": "the-secret-part",
    "SMS_NUMBERS": "+919812345678,+919812345679",
    "ALERT_QUIET_HOURS": "22:00-07:00",
    "ALERT_TIME_ZONE": "Asia/Kolkata",
    "EMAIL_HOST": "smtp.example.com",
    "EMAIL_PORT": "587",
    "EMAIL_HOST_PASSWORD": "the-secret-part",
    "EMAIL_USE_TLS": "true",
    "PUBLIC_BASE_URL": "https://onboarding.example.com/",
}


def test_everything_set_is_sound() -> None:
    assert problems("production", **SOUND, **WHOLE) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_WEBHOOK_URL", "http://hooks.slack.com/services/T0/B0/the-secret-part"),
        ("SLACK_WEBHOOK_URL", "https:///the-secret-part"),
        ("SMS_GATEWAY_URL", "http://sms.example.com"),
        ("SMS_ACCOUNT", ""),
        ("SMS_NUMBERS", "the-secret-part"),
        ("SMS_NUMBERS", ""),
        ("SMS_GATEWAY", "pigeon"),
        ("SMS_TOKEN_HEADER", "X: y"),
        ("ADMIN_ALERT_EMAIL", "the-secret-part"),
        ("ADMIN_ALERT_EMAIL", "ops@example.com\nBcc: x@example.com"),
        ("ALERT_QUIET_HOURS", "22:00"),
        ("ALERT_QUIET_HOURS", "22:00-22:00"),
        ("ALERT_QUIET_HOURS", "at night"),
        ("ALERT_TIME_ZONE", "Asia/Atlantis"),
        ("ALERT_TIME_ZONE", "../../etc/passwd"),
        ("ALERT_TIME_ZONE", "Asia"),
        ("ALERT_ESCALATE_AFTER_MINUTES", "soon"),
        ("EMAIL_USE_SSL", "true"),
        ("EMAIL_USE_TLS", "false"),
    ],
)
def test_wrong_value_is_named_without_its_secret(name: str, value: str) -> None:
    found = problems("local", **SOUND, **{**WHOLE, name: value})
    assert [line for line in found if name in line]
    assert "the-secret-part" not in "\n".join(found)


def test_representation_of_the_settings_shows_no_secret() -> None:
    sms = alerting.SmsSettings("json", "https://x/s3cret", "s3cret", "Authorization", "", "", ("+91987",))
    assert "s3cret" not in repr(sms)
    assert "+91987" not in repr(sms)
