"""What became of a recording: its turn hears it, and says so here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.onboarding.models import Upload
from apps.task_ledger.dead_letters.errors import RedriveRefused

Status = Upload.Status


def keep_heard(upload_id: UUID) -> None:
    """The turn has its transcript. Also where an earlier run could make nothing of the recording."""
    _become(upload_id, Status.UNDERSTOOD, was=(Status.RECEIVED, Status.FAILED))


def keep_unheard(upload_id: UUID, *, error: dict[str, Any]) -> None:
    """Nothing can be made of the recording; `error` has `code` and `user_message`."""
    _become(upload_id, Status.FAILED, was=(Status.RECEIVED,), error=error)


def reopen_recording(upload_id: UUID) -> None:
    """Its turn has to listen again. `RedriveRefused` where the file is infected, or kept no more."""
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    require_file(upload)
    _become(upload_id, Status.RECEIVED, was=(Status.FAILED,))


def require_file(upload: Upload) -> None:
    """`RedriveRefused` where work on the file could only fail again."""
    if upload.scan == Upload.Scan.INFECTED:
        raise RedriveRefused("the virus scanner has found something in this file")
    if upload.file_deleted_at is not None:
        raise RedriveRefused("the file is not kept any more")


def _become(
    upload_id: UUID, status: Status, *, was: Collection[Status], error: dict[str, Any] | None = None
) -> None:
    """Not where the virus scanner said meanwhile what became of it."""
    row = Upload.objects.filter(pk=upload_id, kind=Upload.Kind.AUDIO, status__in=was)
    row.exclude(scan=Upload.Scan.INFECTED).update(status=status, error=error, mdtz=timezone.now())
