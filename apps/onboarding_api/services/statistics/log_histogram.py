"""A histogram whose quantiles are off by at most 2 %, and which adds up from parts in any order.

The buckets are those of DDSketch (Masson, Rim and Lee, PVLDB 12 (2019) 2195-2205): bucket i holds the seconds above
γ^(i-1) and up to γ^i with γ = 1.02 / 0.98. All that is kept are whole numbers, so that merging and taking away are
exact and commutative. A difference may have negative counts: what is taken away may arrive before what it is
taken from. Such a histogram keeps its books, but has no quantiles.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from apps.onboarding_api.services.statistics import checking

RELATIVE_ERROR = 0.02
GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA = math.log(GAMMA)
# Below a microsecond no clock of ours can tell a step from none.
SMALLEST_SECONDS = 1e-6
# 30,000 years: beyond it the sum of milliseconds might not fit a bigint.
LARGEST_SECONDS = 1e12


class Plain(TypedDict):
    """For JSON and for integer arrays of PostgreSQL: `indexes` ascend, `counts` stand beside them."""

    zeros: int
    total_milliseconds: int
    indexes: list[int]
    counts: list[int]


@dataclass(frozen=True)
class LogHistogram:
    """`counts` by bucket, none of them 0; `zeros` counts steps below a microsecond; `total_milliseconds` their sum."""

    counts: Mapping[int, int] = field(default_factory=dict)
    zeros: int = 0
    total_milliseconds: int = 0

    @property
    def n(self) -> int:
        return self.zeros + sum(self.counts.values())

    def merge(self, other: LogHistogram) -> LogHistogram:
        """Both together. Commutative and associative, to the last digit."""
        return self._combined(other, sign=1)

    def subtract(self, other: LogHistogram) -> LogHistogram:
        """This without the other: `a.merge(b).subtract(b) == a`, whatever a and b are."""
        return self._combined(other, sign=-1)

    def quantile(self, q: float) -> float | None:
        """What PostgreSQL's percentile_disc(q) would give, within 2 %; seconds. None where there is nothing.

        `q` from 0 to 1. The answer for a bucket is 2 γ^i / (γ + 1), as far above its lower end as below its upper one.
        """
        checking.probability(q, name="q")
        if self.zeros < 0 or any(count < 0 for count in self.counts.values()):
            raise ValueError(
                "a histogram with negative counts has no quantiles: something is still to arrive"
            )
        rank = max(1, math.ceil(q * self.n))
        if not self.n:
            return None
        seen = self.zeros
        if rank <= seen:
            return 0.0
        index = 0
        for index in sorted(self.counts):
            seen += self.counts[index]
            if seen >= rank:
                break
        return seconds_of(index)

    def mean(self) -> float | None:
        """Mean seconds, exact to the millisecond each; None where there is nothing."""
        return self.total_milliseconds / 1000 / self.n if self.n > 0 else None

    def pairs(self) -> list[tuple[float, int]]:
        """(seconds, count) ascending, as `risk_table` and `time_to_convert` take them."""
        zeros = [(0.0, self.zeros)] if self.zeros else []
        return zeros + [(seconds_of(index), self.counts[index]) for index in sorted(self.counts)]

    def plain(self) -> Plain:
        """Whole numbers only; `from_plain` gives the same histogram back."""
        indexes = sorted(self.counts)
        return Plain(
            zeros=self.zeros,
            total_milliseconds=self.total_milliseconds,
            indexes=indexes,
            counts=[self.counts[index] for index in indexes],
        )

    def _combined(self, other: LogHistogram, *, sign: int) -> LogHistogram:
        counts = dict(self.counts)
        for index, count in other.counts.items():
            counts[index] = counts.get(index, 0) + sign * count
        return LogHistogram(
            counts={index: count for index, count in counts.items() if count},
            zeros=self.zeros + sign * other.zeros,
            total_milliseconds=self.total_milliseconds + sign * other.total_milliseconds,
        )


def of(seconds: Iterable[float]) -> LogHistogram:
    """The histogram of so many durations, each from 0 to 1e12 seconds."""
    counts: Counter[int] = Counter()
    zeros = total = 0
    for value in seconds:
        index = index_of(value)
        total += milliseconds_of(value)
        if index is None:
            zeros += 1
        else:
            counts[index] += 1
    return LogHistogram(counts=dict(counts), zeros=zeros, total_milliseconds=total)


def merged(parts: Iterable[LogHistogram]) -> LogHistogram:
    """All together; of none, the empty histogram."""
    counts: Counter[int] = Counter()
    zeros = total = 0
    for part in parts:
        for index, count in part.counts.items():
            counts[index] += count
        zeros += part.zeros
        total += part.total_milliseconds
    return LogHistogram({index: count for index, count in counts.items() if count}, zeros, total)


def from_plain(plain: Plain) -> LogHistogram:
    """From the form of `plain`. Indexes must be distinct and as many as counts; counts that are 0 are left out."""
    indexes, counts = plain["indexes"], plain["counts"]
    if len(indexes) != len(counts) or len(set(indexes)) != len(indexes):
        raise ValueError("a histogram needs one count for each of its indexes, and every index once")
    numbers = [*indexes, *counts, plain["zeros"], plain["total_milliseconds"]]
    if any(isinstance(number, bool) or not isinstance(number, int) for number in numbers):
        raise ValueError("a histogram is made of whole numbers")
    return LogHistogram(
        counts={index: count for index, count in zip(indexes, counts, strict=True) if count},
        zeros=plain["zeros"],
        total_milliseconds=plain["total_milliseconds"],
    )


def index_of(seconds: float) -> int | None:
    """ceil(ln seconds / ln γ); None for a step of no time."""
    checking.not_negative(seconds, name="seconds")
    if seconds > LARGEST_SECONDS:
        raise ValueError(f"seconds must be at most 1e12, not {seconds!r}")
    return math.ceil(math.log(seconds) / _LOG_GAMMA) if seconds >= SMALLEST_SECONDS else None


def seconds_of(index: int) -> float:
    """The duration that stands for a bucket."""
    return 2 * math.exp(index * _LOG_GAMMA) / (GAMMA + 1)


def milliseconds_of(seconds: float) -> int:
    """Rounded to whole milliseconds, so that sums do not depend on their order."""
    return round(seconds * 1000)
