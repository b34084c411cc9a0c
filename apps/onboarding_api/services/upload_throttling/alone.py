"""The decision by rows alone: where Redis is away, and where an upload is settled."""

from __future__ import annotations

from typing import Any

from apps.onboarding_api.services.security import decisions
from apps.onboarding_api.services.security.decisions import Decision
from apps.onboarding_api.services.upload_throttling import shapes
from apps.onboarding_api.services.upload_throttling.ledger import Known
from apps.onboarding_api.services.upload_throttling.shapes import NEVER, Cost, Use

_PLACE_SECONDS = 2.0
"""How long an upload usually takes: who finds all places taken may look again after it."""


def decide(known: Known, cost: Cost, quotas: Any, *, has_place: bool | None = None) -> Decision:
    """`has_place`: whether one of the places was free; None: that was not looked at, and is not told."""
    uses = {
        shapes.PHOTOS: _counted(known.photos, cost.photos, quotas.max_photos),
        shapes.DOCUMENTS: _counted(known.documents, cost.documents, quotas.max_documents),
        shapes.BYTES: _counted(known.bytes, cost.bytes, quotas.max_bytes),
        shapes.BURST: _burst(known, cost.photos, quotas.photos_per_minute),
    }
    if has_place is False:
        uses[shapes.AT_ONCE] = Use(used=quotas.uploads_at_once, wait_seconds=_PLACE_SECONDS)
    return decided(uses, quotas, mode="rows")


def decided(
    uses: dict[str, Use], quotas: Any, *, mode: decisions.Mode, decided_at: int | None = None
) -> Decision:
    states = shapes.states_of(uses, quotas)
    is_allowed = not any(state.violated for state in states)
    return decisions.of_states(states, allowed=is_allowed, mode=mode, decided_at=decided_at)


def _counted(used: int, cost: int, quota: int) -> Use:
    fits = cost == 0 or used + cost <= quota
    return Use(used=used + cost if fits else used, wait_seconds=None if fits else NEVER)


def _burst(known: Known, cost: int, quota: int) -> Use:
    ages = sorted((row.age_seconds for row in known.rows if row.is_photo), reverse=True)
    ages = [age for age in ages if age < shapes.BURST_SECONDS]
    if cost and len(ages) >= quota:
        return Use(used=len(ages), wait_seconds=shapes.BURST_SECONDS - ages[len(ages) - quota])
    oldest = ages[0] if ages else 0.0 if cost else None
    reset = None if oldest is None else shapes.BURST_SECONDS - oldest
    return Use(used=len(ages) + cost, reset_seconds=reset)
