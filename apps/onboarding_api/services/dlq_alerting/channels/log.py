"""The log `alerts`: always there, and the first to be told."""

from __future__ import annotations

import logging

from apps.onboarding.models import AlertIncident
from apps.onboarding_api.services.dlq_alerting.texts import Notice

logger = logging.getLogger("alerts")


class LogChannel:
    name = "log"

    def send(self, notice: Notice) -> None:
        """One line."""
        details = ", ".join(f"{label.lower()} {value}" for label, value in notice.lines)
        logger.log(_level(notice), "%s (%s)", notice.title, details)


def _level(notice: Notice) -> int:
    if notice.is_over or notice.occasion == "test":
        return logging.INFO
    is_critical = notice.severity == AlertIncident.Severity.CRITICAL
    return logging.CRITICAL if is_critical else logging.WARNING
