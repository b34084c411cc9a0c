"""`manage.py funnel_rebuild`."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from apps.onboarding_api.services import funnel_analytics


class Command(BaseCommand):
    help = "Computes the funnel's facts and sums anew from the sessions, in one transaction, while the product runs."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        began = time.perf_counter()
        sessions = funnel_analytics.rebuild()
        self.stdout.write(f"{sessions} sessions counted anew in {time.perf_counter() - began:.1f} s")
