"""Bytes of a file that somebody sent, read with a bound."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from django.conf import settings

from apps.onboarding.errors import InvalidInput, TooLarge


class Readable(Protocol):
    """Django's `File`, an open binary file, a `BytesIO`."""

    def read(self, size: int = ..., /) -> bytes: ...


MediaFile = bytes | str | os.PathLike[str] | Readable


def read_media(file: MediaFile) -> bytes:
    """All bytes of `file` (open file, path or bytes) from its start.

    Raises `InvalidInput` when there are none, `TooLarge` past `settings.FILE_UPLOAD.max_file_bytes`.
    """
    limit: int = settings.FILE_UPLOAD.max_file_bytes
    if isinstance(file, bytes):
        content = file
    elif isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as opened:
            content = opened.read(limit + 1)
    else:
        # The upload guards may have read its first bytes already.
        if hasattr(file, "seek"):
            file.seek(0)
        content = file.read(limit + 1)
    if not content:
        raise InvalidInput("the file has no bytes", user_message="The file is empty. Please send it again.")
    if len(content) > limit:
        raise TooLarge(f"the file has more than {limit} bytes", max_bytes=limit)
    return content
