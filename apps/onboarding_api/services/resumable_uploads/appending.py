"""Pieces, one behind the other: on the disk first, then counted.

Whoever is killed in between has counted less than there is; what is written over then is the same. Two that send at
once write behind each other's back only as long as both are at the same place: one of them is counted, the other is
told where things stand.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.onboarding.errors import NotFound, TooLarge
from apps.onboarding.models import ResumableUpload
from apps.onboarding_api.services.resumable_uploads import parts
from apps.onboarding_api.services.resumable_uploads.errors import OffsetMismatch, UploadGone
from apps.task_ledger import failpoints

State = ResumableUpload.State


def require_alive(found: ResumableUpload) -> None:
    """`UploadGone` where it is over, and did not become an upload."""
    if found.state == State.REFUSED:
        error = found.error or {}
        raise UploadGone(
            "the whole file was refused", refused_as=error.get("code"), reason=error.get("reason")
        )
    if found.state == State.EXPIRED or (found.state == State.OPEN and found.expires_at <= timezone.now()):
        raise UploadGone("it was not finished in time")


def offset_of(found: ResumableUpload) -> int:
    """From where to go on. Where the folder of parts was lost that is the beginning."""
    if found.state == State.DONE:
        return found.declared_bytes
    return min(found.received_bytes, parts.size(found.pk))


def require_place(found: ResumableUpload, *, at: int, length: int) -> None:
    """`OffsetMismatch`, `TooLarge`: before a byte of the body is looked at."""
    offset = offset_of(found)
    if at != offset:
        raise OffsetMismatch(f"the offset is {offset}", offset=offset)
    if at + length > found.declared_bytes:
        raise TooLarge(f"only {found.declared_bytes - at} bytes are left of what was declared")


def append(*, resumable_id: UUID, at: int, data: bytes) -> ResumableUpload:
    """Write and count one piece. `NotFound`, `UploadGone`, `OffsetMismatch`, `TooLarge`."""
    with transaction.atomic():
        found = ResumableUpload.objects.select_for_update().filter(pk=resumable_id).first()
        if found is None:
            raise NotFound("no such upload")
        require_alive(found)
        require_place(found, at=at, length=len(data))
        if data:
            parts.write(found.pk, at=at, data=data)
            failpoints.reach("piece_written")
            found.received_bytes = at + len(data)
            found.save(update_fields=["received_bytes", "mdtz"])
    failpoints.reach("piece_counted")
    return found
