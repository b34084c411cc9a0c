"""Bulk redrives as people may see them: how far they are, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from apps.task_ledger.dead_letters import bulk as bulks
from apps.task_ledger.models import BulkRedrive, BulkRedriveItem

ItemState = BulkRedriveItem.State
_MOST_TROUBLES = 100
_NAMES = {"error_class": "exception_type"}


def rows(found: Iterable[BulkRedrive]) -> list[dict[str, Any]]:
    """Bulks in a list, counted in one question."""
    chosen = list(found)
    counts: dict[UUID, dict[str, int]] = {bulk.pk: dict.fromkeys(ItemState.values, 0) for bulk in chosen}
    items = BulkRedriveItem.objects.filter(bulk__in=chosen).order_by().values_list("bulk_id", "state")
    for bulk_id, state, n in items.annotate(n=Count("pk")):
        counts[bulk_id][state] = n
    return [_row(bulk, counts[bulk.pk]) for bulk in chosen]


def whole(bulk: BulkRedrive) -> dict[str, Any]:
    """One bulk, with the first of those that failed again or were skipped."""
    troubled = bulk.items.filter(state__in=[ItemState.FAILED, ItemState.SKIPPED]).order_by("position")
    return {
        **_row(bulk, bulks.counts_of(bulk)),
        "troubles": [
            {"task_id": str(item.task_id), "state": item.state, "why": item.why}
            for item in troubled[:_MOST_TROUBLES]
        ],
    }


def _row(bulk: BulkRedrive, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "bulk_id": str(bulk.pk),
        "state": bulk.state,
        "why_stopped": bulk.why_stopped,
        "filters": {_NAMES.get(name, name): value for name, value in bulk.filters.items()},
        "reason": bulk.reason,
        "actor_id": bulk.actor_id,
        "rate_per_minute": bulk.rate_per_minute,
        "total": bulk.total,
        "items": counts,
        "canaries": _canaries(bulk, counts),
        "created_at": bulk.created_at.isoformat(),
        "finished_at": bulk.finished_at.isoformat() if bulk.finished_at else None,
    }


def _canaries(bulk: BulkRedrive, counts: dict[str, int]) -> dict[str, Any]:
    sent = counts[ItemState.SENT] + counts[ItemState.SUCCEEDED] + counts[ItemState.FAILED]
    return {
        "planned": min(bulks.CANARIES, bulk.total),
        "sent": min(sent, bulks.CANARIES),
        "passed": sent > bulks.CANARIES or bulk.state == BulkRedrive.State.DONE,
    }
