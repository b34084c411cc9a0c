"""The prepared photo takes the place of the file that was sent; the row says what both are."""

from __future__ import annotations

import hashlib
import logging
from functools import partial
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.models import ConversationSession, Upload
from apps.onboarding_api.services.media_input import read_media
from apps.onboarding_api.services.photos import duplicates, errors, exif, positions, preparing
from apps.onboarding_api.services.photos.preparing import CleanPhoto, PreparedPhoto
from apps.onboarding_api.services.upload_storage import retention
from apps.onboarding_api.services.upload_storage.errors import FileGone
from apps.onboarding_api.services.uploads import scanning_later, storing
from apps.task_ledger import execution, failpoints

logger = logging.getLogger("celery.task")
CONTENT_TYPE = "image/jpeg"
_PREPARED_FIELDS = (
    "storage_key", "thumbnail_key", "content_type", "byte_size", "sha256", "original_content_type",
    "original_byte_size", "original_sha256", "width", "height", "perceptual_hash", "duplicate_of", "prepared_at",
    "latitude", "longitude", "position_source", "position_accuracy", "position_verdict", "captured_at", "findings",
    "scan", "mdtz",
)  # fmt: skip
_JUDGED = frozenset({Upload.Kind.SCENE, Upload.Kind.METER, Upload.Kind.REGISTER})
"""What is photographed at the site. A document may be photographed anywhere, and its place is nobody's concern."""


def is_photo(upload: Upload) -> bool:
    return upload.content_type.startswith("image/")


def clean_copy(upload: Upload) -> CleanPhoto:
    """The photo of an upload, prepared and kept first where that has not happened yet.

    Raises as `preparing.prepare` does, and `PositionRefused` where the strict rules refuse it.
    """
    if upload.prepared_at is None:
        _prepare(upload)
    photo = _read(upload)
    refuse_by_position(upload)
    return photo


def refuse_by_position(upload: Upload) -> None:
    told = (upload.findings.get("photo") or {}).get("position") or {}
    if told.get("refused"):
        raise errors.PositionRefused(
            f"the verdict is {upload.position_verdict}", verdict=upload.position_verdict
        )


def _prepare(upload: Upload) -> None:
    """The files first, then the row, then the original goes: who dies between leaves a file without a row, at most."""
    with storing.open_file(upload) as file:
        content = read_media(file)
    scan = Upload.Scan(upload.scan)
    if scan == Upload.Scan.NOT_SCANNED:
        scan = scanning_later.scan_original(upload, content)
    prepared = preparing.prepare(content)
    made: list[str] = []
    try:
        made.append(storing.save_bytes(prepared.photo.jpeg))
        made.append(storing.save_bytes(prepared.thumbnail))
        failpoints.reach("photo_stored")
        _hand_over(upload, prepared, content=content, scan=scan, key=made[0], thumbnail_key=made[1])
    except BaseException:
        _take_back(upload.pk, made)
        raise
    failpoints.reach("photo_kept")


def _hand_over(
    upload: Upload,
    prepared: PreparedPhoto,
    *,
    content: bytes,
    scan: Upload.Scan,
    key: str,
    thumbnail_key: str,
) -> None:
    """The row names the copy from now on. `FileGone` where the file was taken away while the copy was made."""
    original_key = upload.storage_key
    # The session's lock: of two photos that are the same, one comes first.
    with execution.fenced(), event_log.writing(upload.session_id) as session:
        row = Upload.objects.select_for_update().filter(pk=upload.pk, storage_key=original_key).first()
        if row is None or row.status != Upload.Status.RECEIVED or row.file_deleted_at is not None:
            raise FileGone("the photo was taken away while its copy was made")
        _write(upload, prepared, session=session, content=content)
        # The calendar may have scanned the original meanwhile.
        upload.scan = scan if row.scan == Upload.Scan.NOT_SCANNED else row.scan
        upload.storage_key, upload.thumbnail_key = key, thumbnail_key
        upload.save(update_fields=_PREPARED_FIELDS)
        transaction.on_commit(partial(storing.drop, original_key), robust=True)


def _take_back(upload_id: UUID, keys: list[str]) -> None:
    """Delete what no row came to name. A connection that broke at the commit does not say whether it was made: the row
    does, and where not even that can be asked the files are left to the sweep."""
    try:
        if keys and Upload.objects.filter(pk=upload_id, storage_key=keys[0]).exists():
            return
    except DatabaseError as error:
        logger.warning("a photo's copy is left to the sweep: %s", type(error).__name__)
        return
    retention.delete_all(keys)


def _write(upload: Upload, prepared: PreparedPhoto, *, session: ConversationSession, content: bytes) -> None:
    photo, sha256 = prepared.photo, hashlib.sha256(content).hexdigest()
    found = duplicates.earlier(
        upload, client_id=session.client_id, fingerprint=photo.fingerprint, sha256=sha256
    )
    upload.original_content_type = upload.content_type
    upload.original_byte_size, upload.original_sha256 = len(content), sha256
    upload.content_type, upload.byte_size = CONTENT_TYPE, len(photo.jpeg)
    upload.sha256 = hashlib.sha256(photo.jpeg).hexdigest()
    upload.width, upload.height = photo.width, photo.height
    upload.perceptual_hash = photo.fingerprint
    upload.duplicate_of_id = found.upload_id if found else None
    upload.prepared_at = timezone.now()
    told: dict[str, Any] = {
        "original": {
            "width": photo.source_width,
            "height": photo.source_height,
            "format": photo.source_format,
        },
        "duplicate": found.to_json() if found else None,
    }
    if upload.kind in _JUDGED:
        told["position"] = _place(upload, prepared.position, session=session)
    upload.findings = {"photo": told}


def _place(upload: Upload, position: exif.Position | None, *, session: ConversationSession) -> dict[str, Any]:
    """Position and time, by EXIF where the request gave none, in columns of their own; what is said of them."""
    sent = upload.latitude is not None and upload.longitude is not None
    if position is not None:
        upload.captured_at = upload.captured_at or position.captured_at
        if not sent and position.usable:
            upload.latitude, upload.longitude = position.latitude, position.longitude
            upload.position_source, upload.position_accuracy = "exif", position.accuracy
    flags = position.flags if position is not None else ()
    place = None
    if upload.latitude is not None and upload.longitude is not None:
        place = upload.latitude, upload.longitude
    judgement = positions.judge(
        place=place,
        damaged=not sent and bool({exif.DAMAGED_POSITION, exif.NULL_ISLAND} & set(flags)),
        accuracy=upload.position_accuracy,
        captured_at=upload.captured_at,
        arrived_at=upload.cdtz,
        site=positions.site_of(session),
    )
    upload.position_verdict = judgement.verdict
    return {**judgement.to_json(), "flags": list(flags), "refused": judgement.refused}


def _read(upload: Upload) -> CleanPhoto:
    """The clean copy as it is kept."""
    with storing.open_file(upload) as file:
        jpeg = read_media(file)
    original = upload.findings["photo"]["original"]
    assert upload.width is not None
    assert upload.height is not None
    return CleanPhoto(
        jpeg=jpeg,
        width=upload.width,
        height=upload.height,
        fingerprint=upload.perceptual_hash,
        source_format=original["format"],
        source_width=original["width"],
        source_height=original["height"],
    )
