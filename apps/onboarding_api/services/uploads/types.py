"""Which types of file are taken for which kind of upload. What a file is says `file_types.inspect`."""

from __future__ import annotations

from typing import IO

from django.conf import settings

from apps.onboarding.models import Upload
from apps.onboarding_api.services import file_types


def extension_for(kind: Upload.Kind) -> tuple[str, ...]:
    """The extensions that are taken for this kind of upload."""
    if kind == Upload.Kind.AUDIO:
        return settings.FILE_UPLOAD.audio_types
    if kind == Upload.Kind.DOCUMENT:
        return settings.FILE_UPLOAD.document_types + settings.FILE_UPLOAD.image_types
    return settings.FILE_UPLOAD.image_types


def check_type(*, name: str, file: IO[bytes], kind: Upload.Kind) -> file_types.FileType:
    """What the file is; `UnsupportedMedia` where the name, the content or the kind of upload do not agree."""
    return file_types.inspect(file, name=name, allowed=extension_for(kind))
