"""`manage.py load_flows`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.onboarding.flow_versions import store_flows


class Command(BaseCommand):
    help = "Stores the flows that come with the package, where they are new, as immutable versions."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        for version in store_flows():
            self.stdout.write(f"stored flow {version}")
