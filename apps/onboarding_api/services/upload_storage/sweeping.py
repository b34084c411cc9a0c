"""Files without rows are deleted, rows without files are told.

A process that is killed between storing a file and writing its row leaves a file that nobody will ever ask for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from apps.onboarding.models import Upload
from apps.onboarding_api.services.upload_storage import files

logger = logging.getLogger("celery.task")
_BATCH = 500
_MOST_SECONDS = 100.0


@dataclass(frozen=True)
class Swept:
    """`deleted` files (with `dry_run`: those that would be), `looked_at` of them, `missing`: uploads whose file is not
    there, `rows_looked_at` of them. `is_whole`: time sufficed for everything."""

    looked_at: int
    deleted: int
    rows_looked_at: int
    missing: tuple[UUID, ...]
    is_whole: bool


def sweep(*, dry_run: bool = False, most_seconds: float = _MOST_SECONDS) -> Swept:
    """Look at all files, then at all rows; both stop when their half of the time is over.

    Rows begin at a chance place of their (random) ids, so that where time never suffices each has its turn.
    """
    looked_at, deleted, all_files = _sweep_files(dry_run, until=time.monotonic() + most_seconds / 2)
    rows_looked_at, missing, all_rows = _look_for_files(until=time.monotonic() + most_seconds / 2)
    if missing:
        shown = ", ".join(str(one) for one in missing[:10])
        logger.error("%d uploads name files that are not there: %s", len(missing), shown)
    if deleted and not dry_run:
        logger.warning("%d stored files that no upload names were deleted", deleted)
    return Swept(looked_at, deleted, rows_looked_at, tuple(missing), all_files and all_rows)


def _sweep_files(dry_run: bool, *, until: float) -> tuple[int, int, bool]:
    before = timezone.now() - timedelta(hours=settings.UPLOAD_STORAGE.orphan_hours)
    looked_at = deleted = 0
    for batch in _batches(files.stored_keys()):
        if time.monotonic() > until:
            return looked_at, deleted, False
        looked_at += len(batch)
        # First its age, then its row: a row that comes in between belongs to a file that is young.
        old = [key for key in batch if _is_older(key, before)]
        orphans = sorted(set(old) - _named(old))
        deleted += len(orphans)
        for key in orphans if not dry_run else ():
            files.delete(key)
    return looked_at, deleted, True


def _look_for_files(*, until: float) -> tuple[int, list[UUID], bool]:
    rows = Upload.objects.filter(file_deleted_at__isnull=True).order_by("pk")
    start = uuid4()
    looked_at = 0
    missing: list[UUID] = []
    for part in (rows.filter(pk__gte=start), rows.filter(pk__lt=start)):
        found = part.values_list("pk", "storage_key", "thumbnail_key").iterator(chunk_size=_BATCH)
        for pk, *keys in found:
            if time.monotonic() > until:
                return looked_at, missing, False
            looked_at += 1
            if _lacks(keys) and _still_lacks(pk):
                missing.append(pk)
    return looked_at, missing, True


def _still_lacks(pk: UUID) -> bool:
    """Asked anew: a photo changes its file, an upload may be erased, while we look."""
    keys = Upload.objects.filter(pk=pk, file_deleted_at__isnull=True).values_list(
        "storage_key", "thumbnail_key"
    )
    return any(_lacks(one) for one in keys)


def _lacks(keys: Iterable[str]) -> bool:
    return any(key and not files.exists(key) for key in keys)


def _is_older(key: str, before: datetime) -> bool:
    try:
        return files.modified_at(key) < before
    except FileNotFoundError:
        return False


def _named(keys: list[str]) -> set[str]:
    """Those of the keys that an upload names."""
    kept = Upload.objects.filter(file_deleted_at__isnull=True)
    stored = kept.filter(storage_key__in=keys).values_list("storage_key", flat=True)
    return {*stored, *kept.filter(thumbnail_key__in=keys).values_list("thumbnail_key", flat=True)}


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(keys, _BATCH)):
        yield batch
