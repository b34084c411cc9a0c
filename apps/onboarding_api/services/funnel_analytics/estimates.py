"""Rates and times that do not take open sessions for lost ones, each with how far it can be trusted.

What an open session will do is not known; what it has not done yet is. So rates are the cumulative incidence of Aalen
and Johansen (`services.statistics.incidence`), which without open sessions is plain counting. Times come out of
histograms and are at most 2 % off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.onboarding_api.services.funnel_analytics import lanes, reading
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.reading import Totals
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.services.statistics.incidence import Incidence, cumulative_incidence
from apps.onboarding_api.services.statistics.risk_table import Observed, Outcome

QUANTILES = (0.25, 0.5, 0.75, 0.9)
_WHOLE, _LOST = 8, 9


@dataclass(frozen=True)
class Rate:
    """A share of `n` sessions, 0 to 1; None of nobody."""

    value: float | None
    low: float
    high: float
    n: int
    maturity: float
    """Share of the `n` whose end is known."""

    @property
    def is_telling(self) -> bool:
        return self.n >= settings.FUNNEL.enough_sessions

    def to_json(self) -> dict[str, Any]:
        return {
            "value": rounded(self.value),
            "interval": [rounded(self.low), rounded(self.high)],
            "n": self.n,
            "maturity": rounded(self.maturity),
            "is_telling": self.is_telling,
        }


@dataclass(frozen=True)
class Step:
    """What becomes of those who reached a stage."""

    advanced: Rate
    dropped: Rate
    mean_seconds: float | None
    quantiles: dict[float, float | None]
    """Seconds by which such a share of all who reached the stage has gone on; None: not reached."""


@dataclass(frozen=True)
class Estimates:
    totals: Totals
    steps: tuple[Step, ...]
    """From each of the first four stages."""
    whole: Step
    """From the start to completion."""


def estimate(
    scope: UUID, window: Window, *, now: datetime, cohort: tuple[str, str] = ("all", "")
) -> Estimates:
    dimension, value = cohort
    totals = reading.total(scope, window, dimension=dimension, value=value, times=True)
    open_rows = reading.open_ages(scope, window, now=now, cohort=cohort) if totals.open else []
    return of(totals, open_rows)


def of(totals: Totals, open_rows: Iterable[tuple[int, int, int, int]]) -> Estimates:
    """From sums and the ages of the open sessions (`reading.open_ages`)."""
    ages: list[list[Observed]] = [[] for _ in STAGES]
    since_start: list[Observed] = []
    for furthest, in_stage, since, n in open_rows:
        ages[furthest].append(Observed(lanes.seconds_of(in_stage), Outcome.OPEN, n))
        since_start.append(Observed(lanes.seconds_of(since), Outcome.OPEN, n))
    steps = tuple(
        _step(
            [*_observed(totals, stage, 4 + stage), *ages[stage]],
            n=totals.reached[stage],
            decided=totals.reached[stage + 1] + totals.dropped[stage],
            advanced=totals.reached[stage + 1],
            sum_ms=totals.step_ms[stage],
        )
        for stage in range(4)
    )
    started, completed = totals.reached[0], totals.reached[4]
    whole = _step(
        [*_observed(totals, _WHOLE, _LOST), *since_start],
        n=started,
        decided=completed + sum(totals.dropped),
        advanced=completed,
        sum_ms=None,
    )
    return Estimates(totals=totals, steps=steps, whole=whole)


def plain(successes: int, n: int, *, decided: int | None = None) -> Rate:
    """Of sessions whose end is known, or of what needs no waiting for."""
    interval = intervals.wilson(successes, n)
    return Rate(
        intervals.share(successes, n),
        interval.low,
        interval.high,
        n,
        1.0 if decided is None else _part(decided, n),
    )


def _observed(totals: Totals, advance: int, drop: int) -> list[Observed]:
    went_on = (Observed(s, Outcome.ADVANCED, n) for s, n in lanes.histogram(totals.times, advance))
    gave_up = (Observed(s, Outcome.DROPPED, n) for s, n in lanes.histogram(totals.times, drop))
    return [*went_on, *gave_up]


def _step(observed: list[Observed], *, n: int, decided: int, advanced: int, sum_ms: int | None) -> Step:
    maturity = _part(decided, n)
    if not n:
        nobody = Rate(None, 0.0, 1.0, 0, 1.0)
        return Step(nobody, nobody, None, dict.fromkeys(QUANTILES))
    on = cumulative_incidence(observed, of=Outcome.ADVANCED)
    off = cumulative_incidence(observed, of=Outcome.DROPPED)
    end = _horizon(on)
    exact = sum_ms is not None and decided == n and advanced
    return Step(
        advanced=_rate(on, end, n, maturity),
        dropped=_rate(off, end, n, maturity),
        mean_seconds=sum_ms / advanced / 1000
        if exact and sum_ms is not None
        else on.mean_of_advanced(within=end),
        quantiles={q: on.quantile(q) for q in QUANTILES},
    )


def _rate(incidence: Incidence, end: float, n: int, maturity: float) -> Rate:
    interval = incidence.interval(end)
    return Rate(incidence.at(end), interval.low, interval.high, n, maturity)


def _horizon(incidence: Incidence) -> float:
    """As far as anybody was watched."""
    return incidence.moments[-1].seconds if incidence.moments else 0.0


def _part(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
