"""What may be uploaded, and where. Outside contracts fix the name `FILE_UPLOAD_PATHS`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from intelliwiz_config.settings import env

FILE_UPLOAD_PATHS = (
    "/api/v1/onboarding/conversation/",
    "/api/v1/onboarding/site-audit/",
    "/api/v1/onboarding/documents/",
    "/admin/onboarding/",
)


@dataclass(frozen=True)
class FileUploadSettings:
    """A body may take `body_grace_seconds` of waiting, and a second more for every `body_min_bytes_per_second` that
    have come; in all `body_max_seconds`."""

    max_file_bytes: int
    max_body_bytes: int
    """A file with its form: fields, boundaries."""
    body_grace_seconds: float
    body_min_bytes_per_second: int
    body_max_seconds: float
    audio_types: tuple[str, ...]
    image_types: tuple[str, ...]
    document_types: tuple[str, ...]


_MAX_FILE_BYTES = env.integer("UPLOAD_MAX_FILE_BYTES", 10 * 1024 * 1024, low=1024)
FILE_UPLOAD = FileUploadSettings(
    max_file_bytes=_MAX_FILE_BYTES,
    max_body_bytes=_MAX_FILE_BYTES + 1024 * 1024,
    body_grace_seconds=env.number("UPLOAD_BODY_GRACE_SECONDS", 10, low=0.1, high=3_600),
    body_min_bytes_per_second=env.integer("UPLOAD_BODY_MIN_BYTES_PER_SECOND", 1024, low=1),
    body_max_seconds=env.number("UPLOAD_BODY_MAX_SECONDS", 600, low=1, high=86_400),
    audio_types=("webm", "wav", "mp3", "ogg", "m4a", "aac", "flac"),
    image_types=("jpeg", "jpg", "png", "webp", "gif", "heic", "heif", "tiff", "tif"),
    document_types=("pdf", "docx", "xlsx", "csv", "txt"),
)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["apps.onboarding_api.upload_handlers.NoFilesHandler"]
"""Everywhere. On `FILE_UPLOAD_PATHS` the middleware puts the one in its place that takes files."""
MEDIA_ROOT = env.path("MEDIA_ROOT", env.path("DATA_DIR", Path("var")) / "media")
