"""Bytes that go to the object store without passing through here: into quarantine, of one size, for a short time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages

from apps.onboarding_api.services.upload_storage.errors import DirectUnavailable
from apps.onboarding_api.services.upload_storage.files import QUARANTINE
from apps.onboarding_api.services.upload_storage.retention import delete_all


@dataclass(frozen=True)
class Form:
    """To be posted as multipart, `fields` before the file. The store takes exactly the declared size."""

    url: str
    fields: Mapping[str, str]
    expires_in_seconds: int


def key_of(name: UUID) -> str:
    """Under which the file will lie; the one that nobody fetches is swept like any other orphan."""
    return f"{QUARANTINE}{name}"


def drop_posted(names: Iterable[UUID]) -> None:
    """Whatever was posted under these names and not fetched yet. A form that is still open may bring it again: the
    sweep has that."""
    if settings.UPLOAD_STORAGE.backend == "s3":
        delete_all([key_of(name) for name in names])


def require_store() -> None:
    """`DirectUnavailable` where files lie in a folder."""
    if settings.UPLOAD_STORAGE.backend != "s3":
        raise DirectUnavailable("files can be sent to the store directly only with UPLOAD_STORAGE=s3")


def presigned_form(name: UUID, *, byte_size: int) -> Form:
    """As `require_store`."""
    require_store()
    storage: Any = storages["quarantine"]
    seconds = settings.UPLOAD_STORAGE.link_seconds
    made = storage.bucket.meta.client.generate_presigned_post(
        Bucket=storage.bucket_name,
        Key=f"{storage.location}/{name}",
        Conditions=[["content-length-range", byte_size, byte_size]],
        ExpiresIn=seconds,
    )
    return Form(url=made["url"], fields=made["fields"], expires_in_seconds=seconds)
