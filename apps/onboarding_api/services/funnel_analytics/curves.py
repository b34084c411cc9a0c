"""Both outcomes of a step in one pass over its histograms, as far as anybody was watched.

What `statistics.incidence.of_table` says of the same risk table at its end, without the steps on the way: a dashboard
asks ten such questions. A test holds the two together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

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


class _Risk(NamedTuple):
    """By time at which anything ended, ascending: who ended how, what came before, and d / (n (n - d))."""

    advanced: Sequence[float] = ()
    dropped: Sequence[float] = ()
    at_risk: Sequence[float] = ()
    """Those who had come to it undecided."""
    undecided: Sequence[float] = ()
    """The share that had had neither outcome before it."""
    weights: Sequence[float] = ()
    seconds: Sequence[float] = ()


def of(
    advanced: Sequence[int], dropped: Sequence[int], still_open: Sequence[int], *, quantiles: Iterable[float]
) -> Curves:
    """From counts by bucket of time; `ValueError` for nobody. Of a bucket the open ones leave first."""
    all_open = sum(still_open)
    n = sum(advanced) + sum(dropped) + all_open
    if not n:
        raise ValueError("a curve is of somebody")
    rows: list[tuple[float, ...]] = []
    at_risk = float(n)  # floats throughout: whole numbers among them would be turned into some each time
    undecided, last_open, watched_to = 1.0, 0, 0.0
    for bucket, (went_on, left, are_open) in enumerate(
        zip(map(float, advanced), map(float, dropped), still_open, strict=True)
    ):
        if are_open:
            watched_to, last_open = lanes.lower_seconds_of(bucket), are_open
            at_risk -= are_open
        ended = went_on + left
        if not ended:
            continue
        watched_to = lanes.SECONDS[bucket]
        if bucket:  # in the first one all times are none: who is open there was seen for as long as who ended
            last_open = 0
        rest = at_risk - ended
        weight = ended / (at_risk * rest) if rest else 0.0  # where all are decided nothing moves any more
        rows.append((went_on, left, at_risk, undecided, weight, watched_to))
        undecided *= rest / at_risk
        at_risk = rest
    known_to = n - (all_open - last_open)
    found = _Risk(*zip(*rows, strict=True))
    shares, advanced_end = _outcome(found, found.advanced, known_to)
    return Curves(
        seconds=watched_to,
        undecided=undecided,
        advanced=advanced_end,
        dropped=_outcome(found, found.dropped, known_to)[1],
        mean_seconds=_mean(found.seconds, shares),
        quantiles={q: _reached(q, found.seconds, shares) for q in quantiles},
    )


def _outcome(risk: _Risk, ended: Sequence[float], known_to: int) -> tuple[list[float], End]:
    """The share F that had had this outcome after each of the times, and where it ended.

    Its variance is that of `statistics.incidence.cumulative_incidence`, summed up once F(t) is known: every term is
    small where F is near 1, so that digits are left.
    """
    rises = [undecided * e / n for e, n, undecided in zip(ended, risk.at_risk, risk.undecided, strict=True)]
    shares = list(accumulate(rises))
    share = shares[-1] if shares else 0.0
    if 1.0 - share < _ROUNDING:
        return shares, End(1.0, intervals.wilson_of_share(1.0, known_to))
    # S² d (n - d) / n³ is rise (S - rise) / n.
    rows = zip(shares, risk.weights, rises, risk.at_risk, risk.undecided, strict=True)
    variance = sum(
        [
            (more := share - so_far) * more * weight + rise * (undecided - rise - 2.0 * more) / n
            for so_far, weight, rise, n, undecided in rows
        ]
    )
    effective = share * (1 - share) / variance if variance > 0 and share > 0 else known_to
    return shares, End(share, intervals.wilson_of_share(share, effective or known_to))


def _mean(seconds: Sequence[float], shares: Sequence[float]) -> float | None:
    """Of those who had the outcome."""
    if not shares or not shares[-1]:
        return None
    before = weighted = 0.0
    for when, share in zip(seconds, shares, strict=True):
        weighted += when * (share - before)
        before = share
    return weighted / before


def _reached(q: float, seconds: Sequence[float], shares: Sequence[float]) -> float | None:
    place = bisect_left(shares, q - _ROUNDING)  # shares never fall
    return seconds[place] if place < len(seconds) else None
