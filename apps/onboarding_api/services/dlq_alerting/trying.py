"""Trying the channels out, before they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.utils import timezone

from apps.onboarding_api.services.dlq_alerting import texts
from apps.onboarding_api.services.dlq_alerting.channels import registry
from apps.onboarding_api.services.dlq_alerting.channels.port import DeliveryFailed


@dataclass(frozen=True)
class Trial:
    channel: str
    fault: str
    """Empty where the notice was taken."""


def test_channels() -> list[Trial]:
    """Send a test notice by each configured channel, one after the other. No incident, no row."""
    found = []
    for name, channel in registry.configured().items():
        notice = texts.trial_notice(at=timezone.now(), identity=f"test-{uuid4().hex}-{name}")
        try:
            channel.send(notice)
        except DeliveryFailed as failure:
            found.append(Trial(name, failure.fault))
        else:
            found.append(Trial(name, ""))
    return found
