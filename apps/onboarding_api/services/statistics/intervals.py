"""Proportions and their differences, with intervals that hold for few sessions and for rates near 0 and 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import checking, distributions

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both included, in the unit of what it is about (a share is 0 to 1)."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class ZTest:
    """`z` is positive where the first share is larger; `p` is two-sided."""

    z: float
    p: float


def share(successes: int, n: int) -> float | None:
    """successes / n; None where there is nobody."""
    checking.share_of(successes, n)
    return successes / n if n else None


def wilson(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """The score interval of a share, without continuity correction. Of nobody (n = 0) it says 0 to 1.

    (2np + z² ± z √(z² + 4np(1-p))) / (2(n + z²)). Wilson (1927); method 3 of Newcombe, Statistics in Medicine 17
    (1998) 857-872.
    """
    checking.share_of(successes, n)
    if n == 0:
        distributions.two_sided_z(level)
        return Interval(0.0, 1.0)
    return wilson_of_share(successes / n, n, level=level)


def wilson_of_share(p: float, n: float, *, level: float = LEVEL) -> Interval:
    """The same for a share that was estimated as if from `n` sessions, `n` above 0 and not always whole."""
    checking.probability(p, name="p")
    checking.positive(n, name="n")
    z = distributions.two_sided_z(level)
    # Divided by n throughout, so that the largest numbers stay numbers.
    spread = z * math.sqrt(z * z / n + 4.0 * p * (1.0 - p)) / math.sqrt(n)
    middle, below = 2.0 * p + z * z / n, 2.0 * (1.0 + z * z / n)
    low = 0.0 if p == 0 else max(0.0, (middle - spread) / below)
    high = 1.0 if p == 1 else min(1.0, (middle + spread) / below)
    return Interval(min(low, p), max(high, p))


def wilson_corrected(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """Wilson with continuity correction: wider, never below the level for any share. Of nobody it says 0 to 1.

    Method 4 of Newcombe (1998), the interval that R's `prop.test` prints.
    """
    checking.share_of(successes, n)
    z = distributions.two_sided_z(level)
    if n == 0:
        return Interval(0.0, 1.0)
    p, q, below = successes / n, (n - successes) / n, 2.0 * (n + z * z)
    low = high = 0.0
    if successes > 0:
        root = math.sqrt(max(0.0, z * z - 2.0 - 1.0 / n + 4.0 * p * (n * q + 1.0)))
        low = max(0.0, (2.0 * n * p + z * z - 1.0 - z * root) / below)
    if successes < n:
        root = math.sqrt(max(0.0, z * z + 2.0 - 1.0 / n + 4.0 * p * (n * q - 1.0)))
        high = min(1.0, (2.0 * n * p + z * z + 1.0 + z * root) / below)
    else:
        high = 1.0
    return Interval(min(low, p), max(high, p))


def newcombe_difference(
    successes: int, n: int, other_successes: int, other_n: int, *, level: float = LEVEL
) -> Interval:
    """Interval of p - p' (first minus other): d - √((p-l)² + (u'-p')²) to d + √((u-p)² + (p'-l')²).

    l, u and l', u' are the Wilson limits. Both groups need somebody. Method 10 of Newcombe, Statistics in Medicine 17
    (1998) 873-890.
    """
    _needs_somebody(successes, n, other_successes, other_n)
    p, other = successes / n, other_successes / other_n
    first, second = wilson(successes, n, level=level), wilson(other_successes, other_n, level=level)
    difference = p - other
    low = difference - math.hypot(p - first.low, second.high - other)
    high = difference + math.hypot(first.high - p, other - second.low)
    return Interval(max(-1.0, low), min(1.0, high))


def agresti_caffo_difference(
    successes: int, n: int, other_successes: int, other_n: int, *, level: float = LEVEL
) -> Interval:
    """Wald's interval of p - p' after one success and one failure more in each group.

    Its middle is not p - p', it is drawn towards 0. Agresti and Caffo, The American Statistician 54 (2000) 280-288.
    """
    _needs_somebody(successes, n, other_successes, other_n)
    p, other = (successes + 1) / (n + 2), (other_successes + 1) / (other_n + 2)
    error = math.sqrt(p * (1 - p) / (n + 2) + other * (1 - other) / (other_n + 2))
    reach = distributions.two_sided_z(level) * error
    return Interval(max(-1.0, p - other - reach), min(1.0, p - other + reach))


def two_proportion_z(successes: int, n: int, other_successes: int, other_n: int) -> ZTest:
    """Are two shares equal? Score test with the pooled share, no continuity correction; z² is Pearson's chi-square.

    Both groups need somebody. Where all or none succeeded nothing differs: z = 0, p = 1.
    """
    _needs_somebody(successes, n, other_successes, other_n)
    pooled = (successes + other_successes) / (n + other_n)
    variance = pooled * (1.0 - pooled) * (1.0 / n + 1.0 / other_n)
    if variance <= 0.0:
        return ZTest(z=0.0, p=1.0)
    z = (successes / n - other_successes / other_n) / math.sqrt(variance)
    return ZTest(z=z, p=min(1.0, 2.0 * distributions.normal_survival(abs(z))))


def _needs_somebody(successes: int, n: int, other_successes: int, other_n: int) -> None:
    checking.share_of(successes, n)
    checking.share_of(other_successes, other_n)
    if n == 0 or other_n == 0:
        raise ValueError("a difference needs somebody in each of the two groups")
