"""Do those who met something leave more often than those who did not, at the same place?

Compared within strata (the same question, say), so that a question that many leave, and at which much is met, blames
nothing. The test is that of Mantel and Haenszel (JNCI 22 (1959) 719-748), one-sided: only harm is looked for. With few
events its exact distribution is used: the sum of hypergeometric counts, one for each stratum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import distributions, intervals
from apps.onboarding_api.services.statistics.intervals import Interval

_EXACT_UP_TO = 60
"""Events among the exposed; above, the normal approximation is good, and the sum grows long."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """`events` of `n` among those exposed and among the others."""

    events: int
    n: int
    other_events: int
    other_n: int

    @property
    def tells(self) -> bool:
        """Nobody to compare with, or nothing that differs, tells nothing."""
        total = self.events + self.other_events
        return bool(self.n and self.other_n and 0 < total < self.n + self.other_n)


@dataclass(frozen=True, slots=True)
class Excess:
    """What the exposed have more. Rates are shares of 1; `expected` is what they would have at the others' rates."""

    p: float
    n: int
    events: int
    expected: float
    other_n: int
    other_events: int
    difference: float
    """In events for each exposed."""
    interval: Interval
    """Newcombe's hybrid interval of the difference, at 95 %."""

    @property
    def rate(self) -> float:
        return self.events / self.n

    @property
    def expected_rate(self) -> float:
        return self.expected / self.n


def compare(strata: Iterable[Stratum]) -> Excess | None:
    """None where no stratum has both sides."""
    both = [stratum for stratum in strata if stratum.n and stratum.other_n]
    n = sum(stratum.n for stratum in both)
    if not n:
        return None
    events = sum(stratum.events for stratum in both)
    rates = [(stratum.n, stratum.other_events / stratum.other_n, stratum.other_n) for stratum in both]
    expected = sum(weight * rate for weight, rate, _ in rates)
    # The others' rate, weighed as the exposed are spread, is as sure as one of this many would be.
    other_rate = expected / n
    variance = sum((weight / n) ** 2 * max(rate * (1 - rate), 0.25 / m) / m for weight, rate, m in rates)
    as_if = max(1.0, max(other_rate * (1 - other_rate), 0.25 / sum(m for *_, m in rates)) / variance)
    first, second = intervals.wilson(events, n), intervals.wilson_of_share(min(1.0, other_rate), as_if)
    difference = events / n - other_rate
    return Excess(
        p=p_value(both),
        n=n,
        events=events,
        expected=expected,
        other_n=sum(stratum.other_n for stratum in both),
        other_events=sum(stratum.other_events for stratum in both),
        difference=difference,
        interval=Interval(
            difference - math.hypot(events / n - first.low, second.high - other_rate),
            difference + math.hypot(first.high - events / n, other_rate - second.low),
        ),
    )


def p_value(strata: Iterable[Stratum]) -> float:
    """The chance of so many events among the exposed, or more, where exposure makes no difference."""
    telling = [stratum for stratum in strata if stratum.tells]
    events = sum(stratum.events for stratum in telling)
    if not events:
        return 1.0
    if events <= _EXACT_UP_TO:
        return _exact(telling, events)
    expected = variance = 0.0
    for one in telling:
        total, hits = one.n + one.other_n, one.events + one.other_events
        mean = one.n * hits / total
        expected += mean
        variance += mean * (1 - hits / total) * one.other_n / (total - 1)
    return distributions.normal_survival((events - 0.5 - expected) / math.sqrt(variance))


def _exact(strata: list[Stratum], events: int) -> float:
    below = [1.0] + [0.0] * (events - 1)
    """Chances of 0, 1, ... events among the exposed so far, as long as they are fewer than were seen."""
    for one in strata:
        chances = _hypergeometric(one, events)
        below = [
            sum(below[k - more] * chance for more, chance in chances.items() if more <= k)
            for k in range(events)
        ]
    return min(1.0, max(0.0, 1.0 - math.fsum(below)))


def _hypergeometric(one: Stratum, most: int) -> Mapping[int, float]:
    total, hits = one.n + one.other_n, one.events + one.other_events
    whole = _log_choose(total, one.n)
    return {
        k: math.exp(_log_choose(hits, k) + _log_choose(total - hits, one.n - k) - whole)
        for k in range(max(0, one.n - (total - hits)), min(hits, one.n, most - 1) + 1)
    }


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
