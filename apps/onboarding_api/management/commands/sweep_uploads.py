"""`manage.py sweep_uploads`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.onboarding_api.services import upload_storage

_MOST_SECONDS = 24 * 3600.0


class Command(BaseCommand):
    help = "Deletes stored files that no upload names, and lists uploads whose file is not there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        swept = upload_storage.sweep(dry_run=options["dry_run"], most_seconds=_MOST_SECONDS)
        verb = "would be deleted" if options["dry_run"] else "deleted"
        self.stdout.write(f"{swept.looked_at} files, {swept.deleted} without an upload {verb}")
        self.stdout.write(f"{swept.rows_looked_at} uploads, {len(swept.missing)} without their file")
        for pk in swept.missing:
            self.stdout.write(f"  {pk}")
