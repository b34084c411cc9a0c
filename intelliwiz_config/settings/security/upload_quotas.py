"""How much one session may take in: figures that an honest survey of a large site stays below."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class UploadQuotas:
    """For each session. `max_photos`, `max_documents` and `max_bytes` are for its whole life, bytes those of every
    stored file, recordings included; `photos_per_minute` in any 60 seconds; `uploads_at_once` while they are being
    received. An upload of which nothing was heard for `lease_seconds` holds nothing any more."""

    max_photos: int
    max_documents: int
    max_bytes: int
    photos_per_minute: int
    uploads_at_once: int
    lease_seconds: float


UPLOAD_QUOTAS = UploadQuotas(
    max_photos=env.integer("ONBOARDING_MAX_PHOTOS_PER_SESSION", 50, low=1, high=100_000),
    max_documents=env.integer("ONBOARDING_MAX_DOCUMENTS_PER_SESSION", 20, low=1, high=100_000),
    max_bytes=env.integer("ONBOARDING_MAX_BYTES_PER_SESSION", 104_857_600, low=1024, high=10**12),
    photos_per_minute=env.integer("ONBOARDING_MAX_PHOTOS_PER_MINUTE", 10, low=1, high=1_000),
    uploads_at_once=env.integer("ONBOARDING_MAX_UPLOADS_AT_ONCE", 3, low=1, high=100),
    lease_seconds=env.number("ONBOARDING_UPLOAD_LEASE_SECONDS", 60, low=1, high=3_600),
)
