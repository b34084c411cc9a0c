"""Where uploaded files lie, how long, and how they are handed out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from intelliwiz_config.settings import env

__all__ = ["STORAGES", "UPLOAD_STORAGE"]


@dataclass(frozen=True)
class UploadStorage:
    """Days of 0 keep for ever. A file that no row names is deleted after `orphan_hours`, never before: a file is stored
    before its row is."""

    backend: str
    link_seconds: int
    recording_days: int
    photo_days: int
    document_days: int
    orphan_hours: int
    resumable_hours: int
    resumable_piece_bytes: int
    """So much of a resumable upload is held in memory before it goes to the disk."""


UPLOAD_STORAGE = UploadStorage(
    backend=env.choice("UPLOAD_STORAGE", "local", ("local", "s3")),
    link_seconds=env.integer("UPLOAD_LINK_SECONDS", 300, low=5, high=86_400),
    recording_days=env.integer("UPLOAD_RECORDING_DAYS", 90, high=36_500),
    photo_days=env.integer("UPLOAD_PHOTO_DAYS", 0, high=36_500),
    document_days=env.integer("UPLOAD_DOCUMENT_DAYS", 0, high=36_500),
    orphan_hours=env.integer("UPLOAD_ORPHAN_HOURS", 24, low=1, high=8_760),
    resumable_hours=env.integer("UPLOAD_RESUMABLE_HOURS", 24, low=1, high=720),
    resumable_piece_bytes=256 * 1024,
)

_S3_BUCKET = env.text("UPLOAD_S3_BUCKET")
_S3_QUARANTINE_BUCKET = env.text("UPLOAD_S3_QUARANTINE_BUCKET")
_IS_S3 = UPLOAD_STORAGE.backend == "s3"
_HAS_PACKAGES = find_spec("storages") is not None and find_spec("boto3") is not None


def _client_config() -> Any:
    """boto3 by itself waits a minute for each of five tries; a request of a person cannot."""
    if not (_IS_S3 and _HAS_PACKAGES):
        return None
    return import_module("botocore.config").Config(
        signature_version="s3v4",
        s3={"addressing_style": env.choice("UPLOAD_S3_ADDRESSING", "auto", ("auto", "path", "virtual"))},
        connect_timeout=3,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 2},
    )


_S3: dict[str, Any] = {
    # Empty: what the machine or its role has (boto3's own search).
    "access_key": env.text("UPLOAD_S3_ACCESS_KEY") or None,
    "secret_key": env.text("UPLOAD_S3_SECRET_KEY") or None,
    "region_name": env.text("UPLOAD_S3_REGION") or None,
    "endpoint_url": env.url("UPLOAD_S3_ENDPOINT", "", ("https", "http")) or None,
    "client_config": _client_config(),
    "default_acl": None,
    "querystring_auth": True,
    "querystring_expire": UPLOAD_STORAGE.link_seconds,
    "file_overwrite": False,
}


def _local(folder: str) -> dict[str, Any]:
    return {
        "BACKEND": "apps.onboarding_api.services.upload_storage.local.LocalFiles",
        "OPTIONS": {"folder": folder},
    }


def _s3(bucket: str, prefix: str) -> dict[str, Any]:
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {**_S3, "bucket_name": bucket, "location": prefix},
    }


STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # What may be handed out; and what nobody has looked at yet, or could not be made clean.
    "uploads": _s3(_S3_BUCKET, "uploads") if _IS_S3 else _local(""),
    "quarantine": _s3(_S3_QUARANTINE_BUCKET or _S3_BUCKET, "quarantine") if _IS_S3 else _local("quarantine"),
}
if _IS_S3 and not _S3_BUCKET:
    env.problems.append("UPLOAD_S3_BUCKET must be set where UPLOAD_STORAGE is s3")
if _IS_S3 and not _HAS_PACKAGES:
    env.problems.append(
        "UPLOAD_STORAGE=s3 needs packages that are not installed: pip install -r requirements-s3.txt"
    )
