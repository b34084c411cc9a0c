"""Confidence sequences: intervals that hold at every look at once, however often and whenever one looks.

Asymptotic confidence sequences of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory
and asymptotic confidence sequences", Annals of Statistics 52 (2024) 2613-2640 (arXiv 2103.06476). They are asymptotic:
from `LEAST_UNITS` in each arm on. Before that there is no interval, whatever the figures look like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from apps.onboarding_api.services.statistics import checking, intervals
from apps.onboarding_api.services.statistics.experiments.moments import Moments

# The sequence is narrowest at this many units, both arms together. Fixed: chosen after a look, it would not hold.
TUNED_FOR = 5000
LEAST_UNITS = 100


@dataclass(frozen=True)
class Comparison:
    """`difference` is treatment - control in the unit of the metric.

    `interval` and `p` hold at every look; both are None while it is too early to say anything.
    """

    n: int
    difference: float | None
    interval: intervals.Interval | None
    p: float | None

    @property
    def is_too_early(self) -> bool:
        return self.p is None


def half_width(
    *, n: float, variance: float, level: float = intervals.LEVEL, tuned_for: int = TUNED_FOR
) -> float:
    """σ √(2 (nρ² + 1) / (n²ρ²) · ln(√(nρ² + 1) / α)): two-sided, for the mean of `n` units of `variance` each."""
    checking.units(n, name="n")
    checking.not_negative(variance, name="variance")
    alpha = 1.0 - checking.inside(level, name="level")
    return math.sqrt(variance) * _boundary(n, rho_squared(alpha, tuned_for), math.log(1.0 / alpha))


def one_sided_width(
    *, n: float, variance: float, level: float = intervals.LEVEL, tuned_for: int = TUNED_FOR
) -> float:
    """σ √(2 (nρ² + 1) / (n²ρ²) · ln(1 + √(nρ² + 1) / (2α))): the mean lies at most so far on the one side.

    The bound of a half-normal mixture; ρ is tuned as for a two-sided error of 2α.
    """
    checking.units(n, name="n")
    checking.not_negative(variance, name="variance")
    alpha = 1.0 - checking.inside(level, name="level")
    rho = rho_squared(min(2.0 * alpha, 0.999), tuned_for)
    u = n * rho
    spread = 2.0 * (u + 1.0) / (n * u) * math.log1p(math.sqrt(u + 1.0) / (2.0 * alpha))
    return math.sqrt(variance) * math.sqrt(spread)


@lru_cache(maxsize=256)
def rho_squared(alpha: float, tuned_for: int = TUNED_FOR) -> float:
    """ρ² that makes the two-sided interval narrowest at `tuned_for` units.

    u = Nρ² is the root of u = ln((u + 1) / α²), by Newton's method from above it (e^s >= 1 + s + s²/2). The paper's
    √((-2 ln α + ln(1 - 2 ln α)) / N), which other tools use, is the second step of repeating the equation.
    """
    checking.inside(alpha, name="alpha")
    checking.units(tuned_for, name="tuned_for")
    log = -2.0 * math.log(alpha)
    u = log + math.sqrt(2.0 * log)
    for _ in range(60):
        step = (u - math.log1p(u) - log) * (1.0 + u) / u
        u -= step
        if abs(step) <= 1e-15 * u:
            break
    return u / tuned_for


def for_mean(metric: Moments, *, level: float = intervals.LEVEL) -> intervals.Interval | None:
    """The interval of one mean; None below `LEAST_UNITS`."""
    if metric.n < LEAST_UNITS:
        checking.inside(level, name="level")
        return None
    reach = half_width(n=metric.n, variance=metric.variance, level=level)
    return intervals.Interval(metric.mean - reach, metric.mean + reach)


def for_share(successes: int, n: int, *, level: float = intervals.LEVEL) -> intervals.Interval | None:
    """The interval of one share, within 0 to 1; None below `LEAST_UNITS`."""
    found = for_mean(smoothed_share(successes, n), level=level)
    return found and intervals.Interval(max(0.0, found.low), min(1.0, found.high))


def compare(control: Moments, treatment: Moments, *, level: float = intervals.LEVEL) -> Comparison:
    """The difference of two means with interval and always-valid p.

    Both arms are one sequence of n + n' units whose variance is (n + n') (s² / n + s'² / n'). The p-value is the
    smallest α at which the interval leaves out 0 with the ρ of `level`: √(nρ² + 1) exp(-d² n² ρ² / (2 σ² (nρ² + 1))),
    at most 1. Where neither arm varies at all it is too early, whatever the means.
    """
    alpha = 1.0 - checking.inside(level, name="level")
    n = control.n + treatment.n
    difference = treatment.mean - control.mean if control.n and treatment.n else None
    if difference is None or min(control.n, treatment.n) < LEAST_UNITS:
        return Comparison(n, difference, None, None)
    variance = n * (control.variance / control.n + treatment.variance / treatment.n)
    if variance == 0:
        return Comparison(n, difference, None, None)
    rho = rho_squared(alpha)
    reach = math.sqrt(variance) * _boundary(n, rho, math.log(1.0 / alpha))
    u = n * rho
    exponent = 0.5 * math.log1p(u) - difference * difference * n * u / (2.0 * variance * (u + 1.0))
    return Comparison(
        n=n,
        difference=difference,
        interval=intervals.Interval(difference - reach, difference + reach),
        p=math.exp(min(0.0, exponent)),
    )


def compare_shares(
    control_successes: int, control_n: int, successes: int, n: int, *, level: float = intervals.LEVEL
) -> Comparison:
    """`compare` for shares. Variances as if each arm had one success and one failure more: they never are 0."""
    control, treatment = smoothed_share(control_successes, control_n), smoothed_share(successes, n)
    return compare(control, treatment, level=level)


def smoothed_share(successes: int, n: int) -> Moments:
    """Mean k / n, variance that of (k + 1) of (n + 2)."""
    checking.share_of(successes, n)
    if not n:
        return Moments(0, 0.0, 0.0)
    p = (successes + 1) / (n + 2)
    return Moments(n, successes / n, p * (1 - p) * max(0, n - 1))


def _boundary(n: float, rho: float, log_of_inverse_alpha: float) -> float:
    u = n * rho
    return math.sqrt(2.0 * (u + 1.0) / (n * u) * (0.5 * math.log1p(u) + log_of_inverse_alpha))
