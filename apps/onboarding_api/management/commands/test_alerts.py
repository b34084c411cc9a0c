"""`manage.py test_alerts`: whether alerts would arrive."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.onboarding_api.services import dlq_alerting


class Command(BaseCommand):
    help = "Sends a test notice by each configured channel, and says which of them failed."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        trials = dlq_alerting.test_channels()
        for trial in trials:
            self.stdout.write(f"{trial.channel}: {f'failed ({trial.fault})' if trial.fault else 'taken'}")
        if not settings.ALERTS.outside_channels:
            self.stdout.write("No channel to people is configured: alerts stand in the log `alerts` only.")
        failed = [trial.channel for trial in trials if trial.fault]
        if failed:
            raise CommandError(f"not delivered by: {', '.join(failed)}")
