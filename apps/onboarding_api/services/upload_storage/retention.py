"""Files whose time is over are deleted; rows, findings and events stay."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.onboarding.models import Upload
from apps.onboarding_api.services.upload_storage import files
from apps.onboarding_api.services.upload_storage.errors import StorageUnavailable
from apps.onboarding_api.services.upload_throttling.shapes import PHOTO_KINDS

logger = logging.getLogger("celery.task")
_BATCH = 100
_MOST_SECONDS = 100.0
"""Half of a task's soft time limit, shared with the sweep. What is left has its turn at the next call."""


def forget_old_files() -> dict[str, int]:
    """`{recordings, photos, documents}`: how many files were deleted."""
    days = {
        "recordings": ((Upload.Kind.AUDIO,), settings.UPLOAD_STORAGE.recording_days),
        "photos": (PHOTO_KINDS, settings.UPLOAD_STORAGE.photo_days),
        "documents": ((Upload.Kind.DOCUMENT,), settings.UPLOAD_STORAGE.document_days),
    }
    until = time.monotonic() + _MOST_SECONDS
    return {name: _forget(kinds, kept, until=until) for name, (kinds, kept) in days.items()}


def _forget(kinds: Iterable[Upload.Kind], days: int, *, until: float) -> int:
    forgotten = 0
    if days == 0:
        return forgotten
    before = timezone.now() - timedelta(days=days)
    old = Upload.objects.filter(kind__in=list(kinds), cdtz__lt=before, file_deleted_at__isnull=True)
    while time.monotonic() < until:
        with transaction.atomic():
            batch = list(old.select_for_update(skip_locked=True).order_by("cdtz")[:_BATCH])
            for upload in batch:
                forget_file(upload)
        forgotten += len(batch)
        if len(batch) < _BATCH:
            break
    return forgotten


def forget_file(upload: Upload) -> None:
    """In the transaction of a locked row. Its bytes count in no quota any more; what it once was stays written."""
    gone = [key for key in (upload.storage_key, upload.thumbnail_key) if key]
    if upload.original_byte_size is None:
        upload.original_byte_size = upload.byte_size
    upload.byte_size, upload.thumbnail_key, upload.file_deleted_at = 0, "", timezone.now()
    upload.save(update_fields=["byte_size", "original_byte_size", "thumbnail_key", "file_deleted_at", "mdtz"])
    # Who is killed before this leaves files that no row names: the sweep's.
    transaction.on_commit(partial(delete_all, gone), robust=True)


def delete_all(keys: Iterable[str]) -> None:
    """Each by itself: where one cannot be deleted now the others are, and the sweep has the rest."""
    for key in keys:
        try:
            files.delete(key)
        except (OSError, StorageUnavailable) as error:
            logger.warning("a stored file could not be deleted: %s", type(error).__name__)
