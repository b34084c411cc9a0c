"""The shapes of a report. Every part can be read as attributes and as items, and made JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.onboarding_api.services.funnel_analytics.estimates import Rate


class Readable:
    """`part["name"]` is `part.name`, for the fields of a dataclass; `dict(part)` works as well."""

    def __getitem__(self, name: str) -> Any:
        if name not in self.keys():
            raise KeyError(name)
        return getattr(self, name)

    def __contains__(self, name: object) -> bool:
        return name in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        return [field.name for field in fields(self)]  # type: ignore[arg-type]  # only dataclasses are made of it

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def to_json(self) -> dict[str, Any]:
        return {name: to_json(self[name]) for name in self.keys()}


def to_json(value: Any) -> Any:
    """JSON of what reports hold: ids and times as text, numbers to four places."""
    if isinstance(value, Rate):
        return value.to_json()
    if isinstance(value, Readable):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


@dataclass(frozen=True)
class Estimate(Readable):
    """What is most likely, and from where to where it is with 95 %."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> Estimate:
        return Estimate(self.value * factor, self.low * factor, self.high * factor)

    def plus(self, more: float) -> Estimate:
        return Estimate(self.value + more, self.low + more, self.high + more)


@dataclass(frozen=True)
class Roi(Readable):
    """From the inputs that the settings state; `cost` and what follows from it are None where it is not stated."""

    currency: str
    value_per_completion: float
    completions_per_30_days: Estimate
    value_per_30_days: Estimate
    cost: float | None
    roi_after_30_days: Estimate | None


@dataclass(frozen=True)
class Evidence(Readable):
    """Counts behind a cause. Of a cause at a question these are visits, of a segment sessions."""

    unit: str
    n: int
    """That met it."""
    left: int
    expected: float
    """How many of them would have left at the rate of the others, at the same places."""
    others_n: int
    others_left: int
    p: float
    """Corrected for every comparison of the report."""
    sessions: tuple[UUID, ...]
    """Some of those that met it and left."""


@dataclass(frozen=True)
class Segment(Readable):
    dimension: str
    value: str
    share: float
    """Of their visits that met the cause."""
    share_elsewhere: float


@dataclass(frozen=True)
class FunnelAdvice(Readable):
    """One recommendation: what is wrong, since when it shows, what to do and what that would bring."""

    key: str
    id: UUID | None
    """Of the kept prediction; None until one is kept."""
    stage: str
    cause: str
    place: str
    segment: dict[str, str] | None
    where: tuple[Segment, ...]
    title: str
    text: str
    worded_by: str
    effort: str
    evidence: Evidence
    expected_improvement: Estimate
    """Points off the drop-off rate of the stage, as a share of 1, if the cause were gone for everyone who met it."""
    impact: Estimate
    """So many more sessions past the stage, relative to now."""
    is_quick_win: bool
    is_high_impact: bool
    estimated_roi: Roi | None


@dataclass(frozen=True)
class DropOff(Readable):
    """A stage after which people leave."""

    stage: str
    severity: str
    """`critical` above 50 %, `high` above 30 %, else `ordinary`."""
    drop_off_rate: float | None
    drop_off: Rate
    reached: int
    dropped: int
    reasons: dict[str, int]
    """silent, cancelled, failed: how the sessions that were looked at ended."""
    last_places: tuple[dict[str, Any], ...]
    """Where they were last: the question, how many left there, of how many visits."""
    causes: tuple[str, ...]
    """Keys of the recommendations about it."""


@dataclass(frozen=True)
class TrackRecord(Readable):
    """How earlier predictions did."""

    hits: int
    misses: int
    undecided: int
    hit_rate: Rate


@dataclass(frozen=True)
class OptimizationReport(Readable):
    start: datetime
    end: datetime
    generated_at: datetime
    sessions: int
    sessions_looked_at: int
    """For the causes; rates are always of all."""
    comparisons_at: float
    """The share of named causes that may be chance."""
    drop_offs: tuple[DropOff, ...]
    recommendations: tuple[FunnelAdvice, ...]
    quick_wins: tuple[FunnelAdvice, ...]
    high_impact_changes: tuple[FunnelAdvice, ...]
    estimated_roi: Roi | None
    """Of the one change that would bring most: what several would bring together is not their sum."""
    track_record: TrackRecord
