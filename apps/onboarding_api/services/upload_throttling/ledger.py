"""What the rows say a session has used: the truth that Redis is told and that stays when Redis is away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from apps.onboarding.models import UploadQuota
from apps.onboarding_api.services.upload_throttling.shapes import PHOTO_KINDS, Cost

_READ = """
SELECT quota.version, quota.photos, quota.documents, quota.bytes, (
    SELECT coalesce(json_agg(json_build_array(
        upload.id, upload.kind = ANY(%s), extract(epoch FROM clock_timestamp() - upload.attached_at)
    )), '[]')::text
    FROM onboarding_upload AS upload
    WHERE upload.session_id = quota.session_id AND upload.attached_at > clock_timestamp() - make_interval(secs => %s)
)
FROM onboarding_uploadquota AS quota WHERE quota.session_id = %s
"""


@dataclass(frozen=True)
class Row:
    """An upload that was attached lately."""

    upload_id: UUID
    is_photo: bool
    age_seconds: float


@dataclass(frozen=True)
class Known:
    """The ledger of a session at one instant, with the latest of the rows that it counts."""

    version: int = 0
    photos: int = 0
    documents: int = 0
    bytes: int = 0
    rows: tuple[Row, ...] = ()


def read(session_id: UUID, *, latest_seconds: float) -> Known:
    """One snapshot: rows and figures fit together. A session without uploads has used nothing.

    Ages are between two readings of the database's clock: those of the servers may differ by minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(PHOTO_KINDS), latest_seconds, session_id])
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None:
        return Known()
    version, photos, documents, size, rows = found
    return Known(
        version=version,
        photos=photos,
        documents=documents,
        bytes=size,
        rows=tuple(Row(UUID(key), is_photo, max(0.0, age)) for key, is_photo, age in json.loads(rows)),
    )


def admit(session_id: UUID, cost: Cost, quotas: Any) -> bool:
    """Whether the rows leave room for `cost`, the ledger being locked until the transaction ends where they do.

    The row that takes the room has to come in the same transaction; writing it is what counts it.
    """
    UploadQuota.objects.bulk_create([UploadQuota(session_id=session_id)], ignore_conflicts=True)
    most = {
        "photos": quotas.max_photos - cost.photos,
        "documents": quotas.max_documents - cost.documents,
        "bytes": quotas.max_bytes - cost.bytes,
    }
    # Only what is asked for: where a quota was lowered below what is used, files of other kinds still come in.
    room = {f"{name}__lte": limit for name, limit in most.items() if getattr(cost, name)}
    return bool(UploadQuota.objects.filter(pk=session_id, **room).update(version=F("version") + 1))
