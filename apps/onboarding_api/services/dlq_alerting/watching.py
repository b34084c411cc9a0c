"""One round: see what is wrong, tell it."""

from __future__ import annotations

from apps.onboarding_api.services.dlq_alerting import incidents, outbox


def watch() -> None:
    """What the keeper calls every few seconds. Any number of keepers may: nothing is told twice."""
    incidents.evaluate()
    outbox.deliver()
