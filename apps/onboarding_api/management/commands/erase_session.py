"""`manage.py erase_session`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Client
from apps.onboarding_api.services import erasure
from apps.onboarding_api.services.erasure import Erased


class Command(BaseCommand):
    help = (
        "Erases sessions, or a client with all its sessions: rows, events, files, vault, tasks, kept answers. Without "
        "--yes it only counts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sessions", nargs="*", type=UUID, metavar="SESSION_ID")
        parser.add_argument("--client", metavar="SLUG", help="the client with everything that it has here")
        parser.add_argument("--yes", action="store_true", help="do it; there is no way back")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        dry_run = not options["yes"]
        if bool(options["sessions"]) == bool(options["client"]):
            raise CommandError("name sessions, or a client")
        try:
            if options["client"]:
                client = Client.objects.filter(slug=options["client"]).first()
                if client is None:
                    raise NotFound("no such client")
                self._tell("client", erasure.erase_client(client.pk, dry_run=dry_run))
            for session_id in options["sessions"]:
                self._tell(str(session_id), erasure.erase_session(session_id, dry_run=dry_run))
        except NotFound as error:
            raise CommandError(error.detail) from error
        if dry_run:
            self.stdout.write("Nothing was erased: --yes does it.")

    def _tell(self, name: str, erased: Erased) -> None:
        rows = ", ".join(f"{n} {model.rpartition('.')[2]}" for model, n in sorted(erased.rows.items()) if n)
        self.stdout.write(
            f"{name}: {erased.files} files, {erased.infected} infected files, {erased.tasks} tasks, "
            f"{erased.answers} kept answers; rows: {rows}"
        )
        if erased.infected_unnamed:
            self.stdout.write(
                f"{name}: {erased.infected_unnamed} infected files were refused since it began, before it could be "
                f"known whose they are; they stay sealed for {settings.ANTIVIRUS.infected_days} days at most"
            )
        if erased.running:
            self.stdout.write(f"{name}: {erased.running} tasks are running and find nothing when they end")
