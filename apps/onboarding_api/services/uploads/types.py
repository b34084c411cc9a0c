"""Which types of file are taken for which kind of upload. What a file is says `file_types.inspect`."""

from __future__ import annotations

from typing import IO

from django.conf import settings

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding.models import Upload
from apps.onboarding_api.services import file_types


def extension_for(kind: Upload.Kind) -> tuple[str, ...]:
    """The extensions that are taken for this kind of upload."""
    if kind == Upload.Kind.AUDIO:
        return settings.FILE_UPLOAD.audio_types
    if kind == Upload.Kind.DOCUMENT:
        return settings.FILE_UPLOAD.document_types + settings.FILE_UPLOAD.image_types
    return settings.FILE_UPLOAD.image_types


def require_extension(name: str, *, kind: Upload.Kind) -> None:
    """`UnsupportedMedia` where not even the name is one that this kind of upload takes."""
    extension, taken = name.rpartition(".")[2].lower(), extension_for(kind)
    if "." not in name or extension not in taken:
        raise UnsupportedMedia(
            "files of this type are not taken here",
            reason=file_types.Reason.TYPE_NOT_TAKEN,
            allowed=list(taken),
        )


def check_type(*, name: str, file: IO[bytes], kind: Upload.Kind) -> file_types.FileType:
    """What the file is; `UnsupportedMedia` where the name, the content or the kind of upload do not agree."""
    return file_types.inspect(file, name=name, allowed=extension_for(kind))
