"""What kind of file it really is: the extension and libmagic must agree; the client's Content-Type is ignored.

libmagic calls audio-only WebM `video/webm` and many m4a `video/mp4`; whether they hold sound is found when they are
decoded, in the worker.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding.models import Upload

ACCEPTED: dict[str, frozenset[str]] = {
    "webm": frozenset({"video/webm", "audio/webm", "video/x-matroska"}),
    "wav": frozenset({"audio/x-wav", "audio/wav", "audio/vnd.wave"}),
    "mp3": frozenset({"audio/mpeg"}),
    "ogg": frozenset({"audio/ogg", "application/ogg", "video/ogg"}),
    "m4a": frozenset({"audio/x-m4a", "video/mp4", "audio/mp4", "video/quicktime"}),
    "aac": frozenset({"audio/x-hx-aac-adts", "audio/aac", "audio/x-hx-aac-adif"}),
    "flac": frozenset({"audio/flac", "audio/x-flac"}),
    "jpeg": frozenset({"image/jpeg"}),
    "jpg": frozenset({"image/jpeg"}),
    "png": frozenset({"image/png"}),
    "webp": frozenset({"image/webp"}),
    "pdf": frozenset({"application/pdf"}),
    "docx": frozenset(
        {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"}
    ),
    "xlsx": frozenset(
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"}
    ),
    "csv": frozenset({"text/csv", "text/plain", "application/csv"}),
    "txt": frozenset({"text/plain"}),
}
_AUDIO_SIGNATURES = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


def extension_for(kind: Upload.Kind) -> tuple[str, ...]:
    """The extensions that are taken for this kind of upload."""
    if kind == Upload.Kind.AUDIO:
        return settings.FILE_UPLOAD.audio_types
    if kind == Upload.Kind.DOCUMENT:
        return settings.FILE_UPLOAD.document_types + settings.FILE_UPLOAD.image_types
    return settings.FILE_UPLOAD.image_types


def check_type(*, name: str, head: bytes, kind: Upload.Kind) -> tuple[str, str]:
    """`(extension, content type)`; `UnsupportedMedia` where the name, the content or the kind do not agree."""
    allowed = extension_for(kind)
    extension = PurePosixPath(name.lower()).suffix.lstrip(".")
    if extension not in allowed:
        raise UnsupportedMedia(
            f"files of type {extension[:10] or '(none)'!r} are not taken here", allowed=list(allowed)
        )
    found = _magic().from_buffer(head)
    if extension == "mp3" and found == "application/octet-stream" and head.startswith(_AUDIO_SIGNATURES):
        found = "audio/mpeg"
    if found not in ACCEPTED[extension]:
        raise UnsupportedMedia(
            f"the content ({found}) is not what its name says ({extension})", allowed=list(allowed)
        )
    return extension, found


@lru_cache(maxsize=1)
def _magic() -> Any:
    """libmagic: the system's, else the one of the `pylibmagic` wheel, which must be imported first."""
    try:
        import magic
    except ImportError:
        import magic
        import pylibmagic  # noqa: F401 -- importing it makes its library loadable
    return magic.Magic(mime=True)
