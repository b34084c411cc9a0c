"""`manage.py load_demo`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.onboarding.demo import DemoNotAllowed, load_demo


class Command(BaseCommand):
    help = "Makes the demo client and its accounts (local settings only)."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        try:
            self.stdout.write(f"demo client: {load_demo().name}")
        except DemoNotAllowed as error:
            raise CommandError(str(error)) from error
