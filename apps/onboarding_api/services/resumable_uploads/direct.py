"""A file that its sender posts to the object store: fetched from quarantine when they say that it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from apps.onboarding.errors import InvalidInput
from apps.onboarding.models import ResumableUpload, Upload
from apps.onboarding_api.services.resumable_uploads import appending, creating, finishing
from apps.onboarding_api.services.resumable_uploads.errors import NotArrived
from apps.onboarding_api.services.upload_storage import files, presigning
from apps.onboarding_api.services.upload_storage.retention import delete_all

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def complete(*, resumable_id: UUID, user: User) -> Upload:
    """The upload; the same one however often this is called. As `finish`, and `NotArrived`, `DirectUnavailable`."""
    found = creating.visible(user, resumable_id)
    presigning.require_store()
    appending.require_alive(found)
    token = creating.new_token()
    try:
        if found.state == ResumableUpload.State.OPEN and not found.is_whole:
            # Nobody's connection is dead here: who asks again meanwhile waits for the first.
            creating.keep_place(found, token=token)
            _bring(found)
        upload = finishing.finish(resumable_id=found.pk)
    finally:
        creating.leave_place(found, token=token)
    delete_all([presigning.key_of(found.pk)])
    return upload


def _bring(found: ResumableUpload) -> None:
    """What lies in the store becomes the one piece of the upload."""
    try:
        with files.open_file(presigning.key_of(found.pk)) as file:
            content = file.read(found.declared_bytes + 1)
    except FileNotFoundError as error:
        raise NotArrived("nothing was posted under this form yet") from error
    if len(content) != found.declared_bytes:
        raise InvalidInput("the file in the store has another size than was declared")
    appending.append(resumable_id=found.pk, at=appending.offset_of(found), data=content)
