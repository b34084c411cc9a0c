"""What became of a recording: its turn hears it, and says so here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.onboarding.models import Upload

Status = Upload.Status


def keep_heard(upload_id: UUID) -> None:
    """The turn has its transcript."""
    _become(upload_id, Status.UNDERSTOOD, was=Status.RECEIVED)


def keep_unheard(upload_id: UUID, *, error: dict[str, Any]) -> None:
    """Nothing can be made of the recording; `error` has `code` and `user_message`."""
    _become(upload_id, Status.FAILED, was=Status.RECEIVED, error=error)


def reopen_recording(upload_id: UUID) -> None:
    """Its turn is worked on again."""
    _become(upload_id, Status.RECEIVED, was=Status.FAILED, scan__in=_NOT_INFECTED)


_NOT_INFECTED = [scan for scan in Upload.Scan if scan != Upload.Scan.INFECTED]


def _become(
    upload_id: UUID, status: Status, *, was: Status, error: dict[str, Any] | None = None, **only: Any
) -> None:
    """Not where others said meanwhile what became of it: the virus scanner, or who deleted it."""
    row = Upload.objects.filter(pk=upload_id, kind=Upload.Kind.AUDIO, status=was, **only)
    row.update(status=status, error=error, mdtz=timezone.now())
