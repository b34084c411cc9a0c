"""The bytes of unfinished uploads: a file each, in the quarantine of this machine or of a folder that all share.

Object stores cannot append, so this is a folder whatever `UPLOAD_STORAGE` says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from apps.onboarding_api.services.upload_storage.local import sync


def write(upload_id: UUID, *, at: int, data: bytes) -> None:
    """Put `data` at a place, and wait until the disk has it. What may lie behind it, of one who was killed, goes."""
    path = _path(upload_id)
    is_new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        written = 0
        while written < len(data):
            written += os.pwrite(handle, data[written:], at + written)
        os.ftruncate(handle, at + len(data))
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        sync(path.parent)


def size(upload_id: UUID) -> int:
    try:
        return _path(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


def opened(upload_id: UUID) -> IO[bytes]:
    """`FileNotFoundError` where nothing was written."""
    return _path(upload_id).open("rb")


def drop(upload_id: UUID) -> None:
    _path(upload_id).unlink(missing_ok=True)


def stored() -> Iterator[UUID]:
    """Those that have a file."""
    for path in _folder().glob("*.part"):
        try:
            yield UUID(path.stem)
        except ValueError:
            continue


def _path(upload_id: UUID) -> Path:
    return _folder() / f"{upload_id}.part"


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "quarantine" / "parts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
