"""Storing bytes: bounded, hashed, under a random name; the name that came with them is only text to show."""

from __future__ import annotations

import re
import unicodedata
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile

from apps.onboarding.errors import InvalidInput, TooLarge
from apps.onboarding.models import Upload
from apps.onboarding_api.services import receiving, upload_storage
from apps.onboarding_api.services.file_types import BY_EXTENSION
from apps.onboarding_api.services.pii_integration import get_pii_service, shape
from apps.onboarding_api.services.upload_storage.errors import FileGone
from apps.onboarding_api.services.uploads.types import check_type

_DOTS = re.compile(r"\.{2,}")


@dataclass(frozen=True)
class Stored:
    storage_key: str
    display_name: str
    kind: Upload.Kind
    content_type: str
    byte_size: int
    sha256: str
    scan: Upload.Scan


def store_file(*, file: File, kind: Upload.Kind) -> Stored:
    """Check and store an uploaded file, read in pieces. `InvalidInput` (empty), `TooLarge`, `UnsupportedMedia`,
    `InfectedFile`, `ScannerUnavailable`."""
    limit = settings.FILE_UPLOAD.max_file_bytes
    if file.size > limit:
        raise TooLarge(f"the file has {file.size} bytes; at most {limit} are taken", max_bytes=limit)
    if file.size == 0:
        raise InvalidInput("the file is empty", user_message="This file is empty. Please send another one.")
    facts = receiving.received(file)
    found = check_type(name=file.name or "", file=file, kind=kind)
    file.seek(0)
    return Stored(
        # A photo stays where nothing is handed out until there is a clean copy of it.
        storage_key=upload_storage.save(file, fresh=found.content_type.startswith("image/")),
        display_name=display_name(file.name or ""),
        kind=kind,
        content_type=found.content_type,
        byte_size=facts.byte_size,
        sha256=facts.sha256,
        scan=facts.scan,
    )


def discard(stored: Stored | None) -> None:
    """Take back what was stored, where its row did not come to be."""
    if stored is not None:
        upload_storage.delete(stored.storage_key)


def save_bytes(data: bytes) -> str:
    """Store bytes that we made ourselves; the key of a file that nothing refers to yet."""
    return upload_storage.save(ContentFile(data), fresh=False)


def drop(key: str) -> None:
    """Delete a file that nothing refers to any more, where it is still there."""
    upload_storage.delete(key)


def open_file(upload: Upload) -> AbstractContextManager[IO[bytes]]:
    """`FileGone` where its time was over."""
    if upload.file_deleted_at is not None:
        raise FileGone("the file was deleted when its time was over")
    return upload_storage.open_file(upload.storage_key)


def display_name(name: str) -> str:
    """A file name as text to show: decoded, without folders and controls, everyday words only; at most 100 characters.

    A name of a person is all that many a file name says, and nothing around it helps to find it: so it goes by shape.
    """
    for _ in range(3):
        name = unquote(name)
    name = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    name = _DOTS.sub(".", "".join(c for c in name if unicodedata.category(c)[0] != "C"))
    stem, dot, extension = name.rpartition(".")
    if not dot or extension.lower() not in BY_EXTENSION:
        stem, dot, extension = name, "", ""
    return shape.title(get_pii_service().scrub(stem))[: 99 - len(extension)] + dot + extension
