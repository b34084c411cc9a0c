"""The channels that the settings switch on."""

from __future__ import annotations

from django.conf import settings

from apps.onboarding_api.services.dlq_alerting.channels.log import LogChannel
from apps.onboarding_api.services.dlq_alerting.channels.mail import MailChannel
from apps.onboarding_api.services.dlq_alerting.channels.port import Channel
from apps.onboarding_api.services.dlq_alerting.channels.slack import SlackChannel
from apps.onboarding_api.services.dlq_alerting.channels.sms import JsonSmsChannel, TwilioSmsChannel

LOG = LogChannel.name


def configured() -> dict[str, Channel]:
    """By name, the log first. With nothing set the log is all there is."""
    return {name: channel_of(name) for name in (LOG, *settings.ALERTS.outside_channels)}


def channel_of(name: str) -> Channel:
    """The channel of that name. It must be one of the configured."""
    alerts = settings.ALERTS
    if name == LOG:
        return LogChannel()
    if name == "slack":
        return SlackChannel(alerts.slack_webhook_url)
    if name == "email":
        return MailChannel(alerts.mail_to, alerts.mail_from)
    sms = alerts.sms
    number = sms.numbers[int(name.removeprefix("sms-")) - 1]
    if sms.gateway == "twilio":
        return TwilioSmsChannel(
            name=name, number=number, url=sms.url, account=sms.account, token=sms.token, sender=sms.sender
        )
    return JsonSmsChannel(
        name=name,
        number=number,
        url=sms.url,
        token=sms.token,
        token_header=sms.token_header,
        sender=sms.sender,
    )
