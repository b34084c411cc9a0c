"""A file that is whole goes the way of every other: checked, stored, attached, with its task."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.core.files import File
from django.db import transaction

from apps.onboarding.errors import DomainError, NotFound
from apps.onboarding.models import ResumableUpload, Upload
from apps.onboarding_api.services import access, upload_throttling, uploads
from apps.onboarding_api.services.resumable_uploads import parts
from apps.onboarding_api.services.resumable_uploads.appending import offset_of, require_alive
from apps.onboarding_api.services.resumable_uploads.creating import reservation_of
from apps.onboarding_api.services.resumable_uploads.errors import OffsetMismatch, UploadGone
from apps.task_ledger import failpoints

State = ResumableUpload.State


def finish(*, resumable_id: UUID) -> Upload:
    """The upload; the same one however often this is called.

    What a refusal cannot mend ends it: then it raises that refusal once and `UploadGone` from then on. With a retryable
    one (the scanner is away, the session is full for a moment) it stays as it is, and is tried again.
    """
    try:
        return _finish(resumable_id)
    except (OffsetMismatch, UploadGone):
        raise
    except DomainError as error:
        if not error.retryable:
            _refuse(resumable_id, error)
        raise


def _finish(resumable_id: UUID) -> Upload:
    # The row stays locked until the upload's row is committed with it: who else wants to finish waits, finds it done.
    with transaction.atomic():
        found = (
            ResumableUpload.objects.select_for_update(of=("self",))
            .select_related("session", "user")
            .filter(pk=resumable_id)
            .first()
        )
        if found is None:
            raise NotFound("no such upload")
        if found.state == State.DONE:
            return _made(found)
        require_alive(found)
        if (offset := offset_of(found)) != found.declared_bytes:
            raise OffsetMismatch(f"the offset is {offset}", offset=offset)
        access.require_role(found.user, found.session.client_id, at_least=access.Role.CONTRIBUTOR)
        upload = _take_in(found)
        found.state = State.DONE
        found.save(update_fields=["state", "mdtz"])
        transaction.on_commit(partial(parts.drop, found.pk), robust=True)
    failpoints.reach("resumable_done")
    return upload


def _take_in(found: ResumableUpload) -> Upload:
    reservation = upload_throttling.charge(
        reservation_of(found), received_bytes=found.received_bytes, aim="turn"
    )
    told = uploads.Told(found.document_type, found.latitude, found.longitude, found.captured_at)
    try:
        with parts.opened(found.pk) as part:
            file = File(part, name=found.display_name)
            return uploads.take_in(
                reservation, file=file, kind=Upload.Kind(found.kind), user=found.user, told=told
            )
    except BaseException:
        upload_throttling.set_aside(reservation)
        raise


def _made(found: ResumableUpload) -> Upload:
    upload = Upload.objects.filter(pk=found.upload_id).first()
    if upload is None:
        raise NotFound("the upload was deleted")
    return upload


def _refuse(resumable_id: UUID, error: DomainError) -> None:
    told = {"code": error.code, "user_message": error.user_message, "reason": error.extra.get("reason")}
    with transaction.atomic():
        found = ResumableUpload.objects.select_for_update().filter(pk=resumable_id, state=State.OPEN).first()
        if found is None:
            return
        found.state, found.error = State.REFUSED, told
        found.save(update_fields=["state", "error", "mdtz"])
        transaction.on_commit(partial(parts.drop, found.pk), robust=True)
        transaction.on_commit(partial(upload_throttling.release, reservation_of(found)), robust=True)
