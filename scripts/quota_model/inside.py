"""The proofs, beside the throwaway servers that `__main__` started for them."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from uuid import UUID

os.environ["DJANGO_SETTINGS_MODULE"] = "intelliwiz_config.settings.test"

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 -- Django has to be set up first
from django.core.management import call_command  # noqa: E402 -- as above

from apps.onboarding.models import Client, ConversationSession  # noqa: E402 -- as above
from scripts.quota_model import comparing, kills  # noqa: E402 -- as above


def main(what: str, amount: int, seed: int) -> int:
    """0 where nothing drifted, or nothing differed."""
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory(prefix="quota-model-") as folder:
        os.environ["MEDIA_ROOT"] = f"{folder}/media"
        if what == "kills":
            return _kill(amount, seed)
        return _compare(Path(folder), amount, seed)


def _kill(amount: int, seed: int) -> int:
    user = User.objects.create(username="uploader")
    found = kills.kill_uploaders(
        kills=amount,
        sessions=_sessions(kills.sessions_for(amount)),
        user_id=user.pk,
        environment={},
        seed=seed,
    )
    print(
        f"{found.kills:,} kill -9, {found.with_uploads_under_way:,} of them with uploads under way; "
        f"{found.uploads:,} uploads stored\n"
        f"held beyond the rows {found.seconds_to_rest} s later: places {found.places}, photos {found.photos}, "
        f"documents {found.documents}, bytes {found.bytes}\n"
        f"ledgers unlike their rows {found.ledger}, quotas passed {found.over}, "
        f"files without a row {found.files_without_row}"
    )
    return int(any(found.drift))


def _compare(folder: Path, amount: int, seed: int) -> int:
    found = comparing.compare(
        folder,
        sessions=_sessions(comparing.sessions_for(amount)),
        environment={},
        operations=amount,
        seed=seed,
    )
    print(
        f"{found.operations:,} operations of 8 processes in {found.seconds:.0f} s, {found.admitted:,} admitted, "
        f"{found.refused:,} refused\n"
        f"unlike the model {found.differing}, other figures {found.figures}, missing {found.missing}"
        f"\n{found.example}"
    )
    return int(not found.is_exact)


def _sessions(count: int) -> list[UUID]:
    client = Client.objects.create(name="Quotas", slug="quotas")
    return [ConversationSession.objects.create(client=client).pk for _ in range(count)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
