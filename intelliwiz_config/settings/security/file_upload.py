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
    max_file_bytes: int
    audio_types: tuple[str, ...]
    image_types: tuple[str, ...]
    document_types: tuple[str, ...]


FILE_UPLOAD = FileUploadSettings(
    max_file_bytes=env.integer("UPLOAD_MAX_FILE_BYTES", 10 * 1024 * 1024, low=1024),
    audio_types=("webm", "wav", "mp3", "ogg", "m4a", "aac", "flac"),
    image_types=("jpeg", "jpg", "png", "webp", "gif", "heic", "heif", "tiff", "tif"),
    document_types=("pdf", "docx", "xlsx", "csv", "txt"),
)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o600
MEDIA_ROOT = env.path("MEDIA_ROOT", env.path("DATA_DIR", Path("var")) / "media")
