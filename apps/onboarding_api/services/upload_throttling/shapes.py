"""What is reserved, and how what is used becomes the states that people are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.onboarding.models import Upload
from apps.onboarding_api.services.security.decisions import (
    CONCURRENT,
    CONTENT_BYTES,
    REQUESTS,
    LimitState,
    Mode,
)

PHOTOS, DOCUMENTS, BYTES = "session-photos", "session-documents", "session-bytes"
BURST, AT_ONCE = "session-photo-burst", "session-uploads-at-once"
BURST_SECONDS = 60
MICROSECONDS = 1_000_000
PHOTO_KINDS = (Upload.Kind.SCENE, Upload.Kind.REGISTER, Upload.Kind.METER)


@dataclass(frozen=True)
class Cost:
    """What an upload takes of the quotas of its session."""

    photos: int
    documents: int
    bytes: int


@dataclass(frozen=True)
class Reservation:
    """`upload_id` is the primary key that the upload's row has to get: by it a reservation is known to be counted.

    `mode`: who admitted it, Redis or the rows. `slot`: the place that it holds where Redis is away.
    """

    upload_id: UUID
    session_id: UUID
    cost: Cost
    mode: Mode
    slot: int | None = None


@dataclass(frozen=True)
class Use:
    """Of one quota: what is used, and whether the asked fits. `wait_seconds`: None where it fits; infinite where it
    never will. `reset_seconds`: until more is free, where time alone frees it."""

    used: int
    wait_seconds: float | None = None
    reset_seconds: float | None = None


NEVER = float("inf")


def cost_of(kind: Upload.Kind, byte_size: int) -> Cost:
    """Recordings cost bytes only."""
    return Cost(photos=int(kind in PHOTO_KINDS), documents=int(kind == Upload.Kind.DOCUMENT), bytes=byte_size)


def states_of(uses: Mapping[str, Use], quotas: Any) -> tuple[LimitState, ...]:
    """In a fixed order; `quotas` are those of the settings. What is not in `uses` is not known and not told."""
    quota_of = {
        PHOTOS: (quotas.max_photos, None, REQUESTS),
        DOCUMENTS: (quotas.max_documents, None, REQUESTS),
        BYTES: (quotas.max_bytes, None, CONTENT_BYTES),
        BURST: (quotas.photos_per_minute, BURST_SECONDS, REQUESTS),
        AT_ONCE: (quotas.uploads_at_once, None, CONCURRENT),
    }
    return tuple(
        _state(policy, uses[policy], *figures) for policy, figures in quota_of.items() if policy in uses
    )


def _state(policy: str, use: Use, quota: int, window_seconds: int | None, unit: str) -> LimitState:
    violated = use.wait_seconds is not None
    wait = None if use.wait_seconds == NEVER else use.wait_seconds
    return LimitState(
        policy=policy,
        quota=quota,
        window_seconds=window_seconds,
        remaining=max(0, quota - use.used),
        reset_seconds=wait if violated else use.reset_seconds,
        violated=violated,
        unit=unit,
    )
