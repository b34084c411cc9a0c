"""`manage.py funnel_audit`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.onboarding_api.services import funnel_analytics


class Command(BaseCommand):
    help = "Compares the funnel's facts and sums with a recomputation, row by row. Fails where they differ."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        found = funnel_analytics.audit()
        for table, rows in found.differing.items():
            self.stdout.write(f"{table}: {rows} rows differ" if rows else f"{table}: agrees")
        if not found.agrees:
            raise CommandError(
                "The sums are not those of the sessions. manage.py funnel_rebuild computes them anew."
            )
        self.stdout.write(f"{found.sessions} sessions: every sum is that of a recomputation")
