"""`manage.py prepare`: check, migrate, flows and (locally) the demo tenant, in one process."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Makes the database ready to serve: checks the settings, migrates, stores the flows, loads the demo locally."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        call_command("check")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_flows")
        if settings.ENVIRONMENT == "local":
            call_command("load_demo")
