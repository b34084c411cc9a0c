"""How often a cause struck in each of the last 24 hours, as a row of small bars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, IntegerField
from django.db.models.functions import Cast, Extract, Floor
from django.utils import timezone

from apps.task_ledger.dead_letters import listing
from apps.task_ledger.dead_letters.listing import CauseGroup, Filter

HOURS = 24
_HEIGHT = 20
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Bars:
    """The path of an SVG of 96 x 20 units, and the same in words."""

    path: str
    words: str


def bars_of(wanted: Filter, groups: Sequence[CauseGroup]) -> list[Bars]:
    """One for each group, in their order. The last bar is the hour that runs now."""
    first = int(timezone.now().timestamp()) // 3600 - HOURS + 1
    counts = _counts(wanted, groups, first)
    return [_drawn(counts[group.task_name, group.error_class, group.cause], first) for group in groups]


def _counts(wanted: Filter, groups: Sequence[CauseGroup], first: int) -> dict[Key, dict[int, int]]:
    """By group, and by hours since the epoch."""
    found: dict[Key, dict[int, int]] = defaultdict(dict)
    rows = (
        listing.find(wanted)
        .order_by()
        .filter(
            finished_at__gte=datetime.fromtimestamp(3600 * first, UTC),
            cause__in={group.cause for group in groups},
        )
        .annotate(hour=Cast(Floor(Extract("finished_at", "epoch") / 3600), IntegerField()))
        .values_list("name", "error_class", "cause", "hour")
        .annotate(n=Count("pk"))
    )
    for name, error_class, cause, hour, n in rows:
        found[name, error_class, cause][hour] = n
    return found


def _drawn(by_hour: dict[int, int], first: int) -> Bars:
    counts = [by_hour.get(first + number, 0) for number in range(HOURS)]
    most = max(counts) or 1
    heights = [-(-_HEIGHT * n // most) for n in counts]
    bars = (
        f"M{4 * number} {_HEIGHT}v{-height}h3v{height}z" for number, height in enumerate(heights) if height
    )
    return Bars(path="".join(bars), words=f"{sum(counts)} in 24 hours, {counts[-1]} in this hour")
