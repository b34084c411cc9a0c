"""Both outcomes of a step in one pass over its histograms, as far as anybody was watched.

What `statistics.incidence.of_table` says of the same risk table at its end, without the steps on the way: a dashboard
asks ten such questions. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.onboarding_api.services.funnel_analytics import lanes
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.services.statistics.intervals import Interval

_ROUNDING = 1e-12


@dataclass(frozen=True)
class End:
    """The share that has had an outcome by the end, and where it lies at 95 %."""

    share: float
    interval: Interval


@dataclass(frozen=True)
class Curves:
    """`seconds`: how long anybody was watched; `undecided`: the share that has had neither outcome by then."""

    seconds: float
    undecided: float
    advanced: End
    dropped: End
    mean_seconds: float | None
    """Of those who advance; None where nobody does."""
    quantiles: dict[float, float | None]
    """Seconds by which such a share of all has advanced; None: not reached."""


class _Sums:
    """Of one outcome: its share F, and the three sums of the variance (`statistics.incidence._steps`)."""

    __slots__ = ("crossed", "first", "own", "second", "share", "slopes")

    def __init__(self) -> None:
        self.share = self.first = self.second = self.slopes = self.crossed = self.own = 0.0

    def rise(self, events: int, n: int, undecided: float, weights: float) -> None:
        more = undecided * events / n
        self.share += more
        self.second += more * (2 * self.first + more * weights)
        self.first += more * weights
        self.crossed += more * self.slopes
        self.own += more * undecided * (n - events) / (n * n)
        self.slopes += more / n

    def end(self, known_to: int) -> End:
        if 1.0 - self.share < _ROUNDING:
            return End(1.0, intervals.wilson_of_share(1.0, known_to))
        variance = self.second - 2 * self.crossed + self.own
        n = self.share * (1 - self.share) / variance if variance > 0 and self.share > 0 else known_to
        return End(self.share, intervals.wilson_of_share(self.share, n or known_to))


def of(
    advanced: Sequence[int], dropped: Sequence[int], still_open: Sequence[int], *, quantiles: Iterable[float]
) -> Curves:
    """From counts by bucket of time; `ValueError` for nobody. Of a bucket the open ones leave first."""
    n = at_risk = sum(advanced) + sum(dropped) + sum(still_open)
    if not n:
        raise ValueError("a curve is of somebody")
    on, off = _Sums(), _Sums()
    undecided, weights, weighted, seconds, last_open = 1.0, 0.0, 0.0, 0.0, 0
    found: dict[float, float | None] = dict.fromkeys(quantiles)
    waiting = sorted(found)
    for bucket, (went_on, left, are_open) in enumerate(zip(advanced, dropped, still_open, strict=True)):
        if are_open:
            seconds, last_open = lanes.lower_seconds_of(bucket), are_open
            at_risk -= are_open
        ended = went_on + left
        if not ended:
            continue
        seconds, last_open = lanes.seconds_of(bucket), 0
        if went_on:
            before = on.share
            on.rise(went_on, at_risk, undecided, weights)
            weighted += seconds * (on.share - before)
        if left:
            off.rise(left, at_risk, undecided, weights)
        while waiting and on.share >= waiting[0] - _ROUNDING:
            found[waiting.pop(0)] = seconds
        if ended < at_risk:  # where all are decided nothing moves any more
            weights += ended / (at_risk * (at_risk - ended))
        undecided *= (at_risk - ended) / at_risk
        at_risk -= ended
    known_to = n - (sum(still_open) - last_open)
    return Curves(
        seconds=seconds,
        undecided=undecided,
        advanced=on.end(known_to),
        dropped=off.end(known_to),
        mean_seconds=weighted / on.share if on.share else None,
        quantiles=found,
    )
