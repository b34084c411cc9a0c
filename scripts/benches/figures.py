"""Percentiles and medians of small samples."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def percentile(samples: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the samples do not exceed, between neighbours by straight line.

    The definition of `numpy.percentile` (method "linear", Hyndman and Fan 1996, type 7).
    """
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def over_rounds(rounds: Sequence[Sequence[float]], share: float) -> float:
    """The median over the rounds of each round's percentile: one disturbed round does not move it."""
    return median(percentile(samples, share) for samples in rounds)
