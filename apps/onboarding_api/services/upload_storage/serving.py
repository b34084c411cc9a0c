"""What of an upload may be handed out, and the short-lived links under which it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.utils import timezone

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Upload
from apps.onboarding_api.services.upload_storage import files, naming
from apps.onboarding_api.services.upload_storage.errors import FileGone, FileNotReady, LinkExpired

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SALT = "upload file"
_JPEG = "image/jpeg"


class Variant(StrEnum):
    FILE = "file"
    THUMBNAIL = "thumbnail"


@dataclass(frozen=True)
class Served:
    """A file to hand out. `inline`: a browser may show it where it stands; only thumbnails, which we made ourselves.
    `etag` is quoted, and strong: the bytes under a key never change."""

    key: str
    content_type: str
    disposition: str
    etag: str


@dataclass(frozen=True)
class Link:
    token: str
    expires_at: datetime


def link(*, user: User, upload_id: UUID, variant: Variant) -> Link:
    """A link that works for `settings.UPLOAD_STORAGE.link_seconds`, as long as this user may see the upload."""
    served(_visible(user, upload_id), variant)
    given = [upload_id.hex, variant.value, user.pk]
    lasts = timedelta(seconds=settings.UPLOAD_STORAGE.link_seconds)
    return Link(token=signing.dumps(given, salt=_SALT), expires_at=timezone.now() + lasts)


def follow(token: str) -> Served:
    """What a link leads to. `NotFound` (forged, or its user may see it no more), `LinkExpired`, and as `served`."""
    try:
        given = signing.loads(token, salt=_SALT, max_age=settings.UPLOAD_STORAGE.link_seconds)
        upload_id, variant, user_id = UUID(hex=given[0]), Variant(given[1]), given[2]
    except signing.SignatureExpired as error:
        raise LinkExpired("the link has expired") from error
    except (signing.BadSignature, ValueError, UnicodeError) as error:
        raise NotFound("no such file") from error
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound("no such file")
    return served(_visible(user, upload_id), variant)


def served(upload: Upload, variant: Variant) -> Served:
    """`FileGone`, `FileNotReady`; `NotFound` for a thumbnail of what has none."""
    if upload.file_deleted_at is not None:
        raise FileGone("the file was deleted when its time was over")
    if variant is Variant.THUMBNAIL and not upload.content_type.startswith("image/"):
        raise NotFound("only photos have thumbnails")
    if not _is_clean(upload):
        waits = upload.status == Upload.Status.RECEIVED or upload.scan == Upload.Scan.NOT_SCANNED
        raise FileNotReady(
            "the file is not made clean yet" if waits else "the file could not be made clean",
            retry_after=2 if waits else None,
        )
    if variant is Variant.THUMBNAIL:
        name = f"thumbnail-{naming.file_name(upload, content_type=_JPEG)}"
        return Served(
            key=upload.thumbnail_key,
            content_type=_JPEG,
            disposition=naming.content_disposition(name, inline=True),
            etag=f'"{upload.sha256[:32]}-thumbnail"',
        )
    name = naming.file_name(upload, content_type=upload.content_type)
    return Served(
        key=upload.storage_key,
        content_type=upload.content_type,
        disposition=naming.content_disposition(name, inline=False),
        etag=f'"{upload.sha256}"',
    )


_SCANNED = (Upload.Scan.OFF, Upload.Scan.CLEAN, Upload.Scan.COPY_CLEAN)
"""COPY_CLEAN: the original was not scanned, but what is handed out is the copy, which was."""


def _is_clean(upload: Upload) -> bool:
    """Nothing is handed out of quarantine or before it was scanned, and of photos only the copy that we made."""
    if files.is_quarantined(upload.storage_key) or upload.scan not in _SCANNED:
        return False
    return upload.prepared_at is not None or not upload.content_type.startswith("image/")


def _visible(user: User, upload_id: UUID) -> Upload:
    found = Upload.objects.visible_to(user).filter(pk=upload_id).first()
    if found is None:
        raise NotFound("no such upload")
    return found
