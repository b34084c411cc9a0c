"""What one session adds to every sum that it is part of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import lanes
from apps.onboarding_api.services.funnel_analytics.definitions import Facts, Outcome, slot_of

COUNTS = (
    "started", "engaged", "recommendations", "decision", "completed",
    "dropped_started", "dropped_engaged", "dropped_recommendations", "dropped_decision",
    "engaged_ms", "recommendations_ms", "decision_ms", "completed_ms",
)  # fmt: skip
"""Columns of `FunnelCounts`, in the order of `counts_of`."""
_DROPS, _TIMES = 4, 9
_WHOLE, _LOST = 8, 9

DayKey = tuple[UUID, str, date, str]
SlotKey = tuple[UUID, str, str, int]
LeftKey = tuple[UUID, int, int]
CellKey = tuple[UUID, int, str, str, str, tuple[str, ...]]
COUNTED = COUNTS[:9]
"""Those that count sessions: the columns of `FunnelCell`."""


@dataclass
class Deltas:
    """Sums of what is to be added to the rows of each table."""

    days: dict[DayKey, tuple[list[int], dict[int, int]]] = field(default_factory=dict)
    """Counts, and sessions by lane of the histograms."""
    slots: dict[SlotKey, list[int]] = field(default_factory=dict)
    left: dict[LeftKey, int] = field(default_factory=dict)
    cells: dict[CellKey, list[int]] = field(default_factory=dict)

    def add(self, facts: Facts, *, sign: int) -> None:
        counts, times = counts_of(facts), lanes_of(facts)
        cell = facts.client_id, facts.slot, facts.language, facts.device, facts.flow, facts.variants
        self._add_to(self.cells.setdefault(cell, [0] * 9), counts[:9], sign)
        for scope, day in ((facts.client_id, facts.day), (EVERYONE, facts.all_day)):
            for dimension, value in cohorts_of(facts, scope=scope):
                so_far, lanes_so_far = self.days.setdefault((scope, dimension, day, value), ([0] * 13, {}))
                self._add_to(so_far, counts, sign)
                for lane in times:
                    lanes_so_far[lane] = lanes_so_far.get(lane, 0) + sign
                slot = self.slots.setdefault((scope, dimension, value, facts.slot), [0] * 13)
                self._add_to(slot, counts, sign)
            if facts.left_at is not None:
                key = (scope, slot_of(facts.left_at), facts.furthest)
                self.left[key] = self.left.get(key, 0) + sign

    @staticmethod
    def _add_to(so_far: list[int], counts: list[int], sign: int) -> None:
        for position, count in enumerate(counts):
            so_far[position] += sign * count


def cohorts_of(facts: Facts, *, scope: UUID) -> Iterator[tuple[str, str]]:
    """(dimension, value): all that is known at the start, so that nobody changes cohort by what they do later."""
    yield "all", ""
    yield "language", facts.language
    yield "device", facts.device
    yield "flow", facts.flow
    for variant in facts.variants:
        yield "variant", variant
    if scope == EVERYONE:
        yield "client", str(facts.client_id)


def counts_of(facts: Facts) -> list[int]:
    counts = [0] * 13
    for stage in range(facts.furthest + 1):
        counts[stage] = 1
    if facts.outcome == Outcome.DROPPED:
        counts[_DROPS + 1 + facts.furthest] = 1
    for stage, ms in enumerate(steps_of(facts)):
        counts[_TIMES + stage] = ms
    return counts


def lanes_of(facts: Facts) -> list[int]:
    """The lane of each of its times; no lane twice."""
    found = [lanes.lane(stage, lanes.bucket_of(ms)) for stage, ms in enumerate(steps_of(facts))]
    if facts.dropped_ms is not None:
        since = facts.stage_ms[facts.furthest - 1] or 0 if facts.furthest else 0
        found.append(lanes.lane(4 + facts.furthest, lanes.bucket_of(facts.dropped_ms - since)))
        found.append(lanes.lane(_LOST, lanes.bucket_of(facts.dropped_ms)))
    if facts.stage_ms[3] is not None:
        found.append(lanes.lane(_WHOLE, lanes.bucket_of(facts.stage_ms[3])))
    return found


def steps_of(facts: Facts) -> list[int]:
    """Milliseconds from each stage to the next, of those that were reached."""
    before, steps = 0, []
    for ms in facts.stage_ms[: facts.furthest]:
        assert ms is not None
        steps.append(ms - before)
        before = ms
    return steps
