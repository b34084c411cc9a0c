"""`manage.py reseal`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.onboarding_api.services import resealing


class Command(BaseCommand):
    help = (
        "Seals everything with the first key of SEALING_KEYS, while the product runs. --status only counts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--status", action="store_true", help="say which key seals how much, change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        for kind in resealing.KINDS:
            if not options["status"]:
                done = resealing.reseal(kind)
                self.stdout.write(f"{kind}: {done.resealed} sealed anew, {done.unreadable} cannot be opened")
            counts = resealing.count_by_key(kind)
            keys = ", ".join(f"{key or 'no key'} seals {n}" for key, n in sorted(counts.items()))
            self.stdout.write(f"{kind}: {keys or 'nothing is sealed'}")
