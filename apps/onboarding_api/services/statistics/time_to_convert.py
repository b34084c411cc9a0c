"""The histogram of the time people needed: as many bars as a person can read, of whole seconds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import checking

MOST_BINS = 60
WIDTH_OF_ONE_MOMENT = 60
_LARGEST = checking.LARGEST_COUNT


@dataclass(frozen=True)
class TimeToConvert:
    """Bar i goes from `start_seconds` + i `width_seconds` up to, not including, the next; the last includes its end."""

    start_seconds: float
    width_seconds: int
    counts: tuple[int, ...]


def histogram(pairs: Iterable[tuple[float, int]]) -> TimeToConvert:
    """Of (seconds, how many): ceil(cbrt(n)) bars, at least 1 and at most 60, each ceil(range / bars) seconds wide.

    60 seconds wide where all took the same time; of nobody one empty bar. PostHog's rule, but that nobody gets a bar
    of their own beyond the end.
    """
    found = [(seconds, count) for seconds, count in pairs if _checked(seconds, count)]
    n = sum([count for _, count in found])
    bins = bins_for(n)
    if not found:
        return TimeToConvert(0.0, WIDTH_OF_ONE_MOMENT, (0,))
    start = min(seconds for seconds, _ in found)
    width = math.ceil((max(seconds for seconds, _ in found) - start) / bins) or WIDTH_OF_ONE_MOMENT
    counts = [0] * bins
    last = bins - 1
    for seconds, count in found:
        bar = int((seconds - start) // width)
        counts[bar if bar < last else last] += count
    return TimeToConvert(start, width, tuple(counts))


def bins_for(n: int) -> int:
    """ceil(cbrt(n)) between 1 and 60, by whole numbers: the cube root of 27 is 3, whatever floats say."""
    checking.count(n, name="n")
    return next((bins for bins in range(1, MOST_BINS) if bins**3 >= n), MOST_BINS)


def _checked(seconds: float, count: int) -> bool:
    if type(seconds) is float and type(count) is int and 0.0 <= seconds < math.inf and 0 <= count <= _LARGEST:
        return count > 0  # as nearly always
    checking.not_negative(seconds, name="seconds")
    return checking.count(count, name="count") > 0
