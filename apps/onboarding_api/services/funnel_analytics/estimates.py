"""Rates and times that do not take open sessions for lost ones, each with how far it can be trusted.

What an open session will do is not known; what it has not done yet is. So rates are the cumulative incidence of Aalen
and Johansen (`services.statistics.incidence`), which without open sessions is plain counting. Times come out of
histograms and are at most 2 % off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.onboarding_api.services.funnel_analytics import lanes, reading
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.reading import Totals
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.services.statistics.incidence import Incidence, of_table
from apps.onboarding_api.services.statistics.risk_table import Moment, Outcome

QUANTILES = (0.25, 0.5, 0.75, 0.9)
_WHOLE, _LOST = 8, 9
_MOST_UNDECIDED = 0.1
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Rate:
    """A share of `n` sessions, 0 to 1; None of nobody."""

    value: float | None
    low: float
    high: float
    n: int
    maturity: float
    """Share of the `n` whose end is known."""
    within_seconds: float | None = None
    """The value is the share by then; None: of all time, since everybody's end is known."""
    undecided: float = 0.0
    """Share whose end nobody can know yet. The interval reaches over all that they may still do."""

    @property
    def is_telling(self) -> bool:
        """Enough sessions, and enough of their ends known."""
        return self.n >= settings.FUNNEL.enough_sessions and self.undecided <= _MOST_UNDECIDED

    def to_json(self) -> dict[str, Any]:
        return {
            "value": rounded(self.value),
            "interval": [rounded(self.low), rounded(self.high)],
            "n": self.n,
            "maturity": rounded(self.maturity),
            "within_seconds": rounded(self.within_seconds),
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
    scope: UUID,
    window: Window,
    *,
    now: datetime,
    cohort: tuple[str, str] = ("all", ""),
    within: timedelta | None = None,
) -> Estimates:
    """Of the sessions that started in the window. `within`: by so long after each stage, else as far as is known."""
    dimension, value = cohort
    totals = reading.total(scope, window, dimension=dimension, value=value, times=True)
    open_rows = reading.open_ages(scope, window, now=now, cohort=cohort) if totals.open else []
    return of(totals, open_rows, within=within)


def of(
    totals: Totals, open_rows: Iterable[tuple[int, int, int, int]], *, within: timedelta | None = None
) -> Estimates:
    """From sums and the ages of the open sessions (`reading.open_ages`)."""
    end = None if within is None else within.total_seconds()
    ages = [[0] * lanes.BUCKETS for _ in STAGES]
    since_start = [0] * lanes.BUCKETS
    for furthest, in_stage, since, n in open_rows:
        ages[furthest][in_stage] += n
        since_start[since] += n
    steps = tuple(
        _step(
            _table(totals, stage, 4 + stage, ages[stage]),
            n=totals.reached[stage],
            decided=totals.reached[stage + 1] + totals.dropped[stage],
            advanced=totals.reached[stage + 1],
            sum_ms=totals.step_ms[stage] if end is None else None,
            end=end,
        )
        for stage in range(4)
    )
    started, completed = totals.reached[0], totals.reached[4]
    whole = _step(
        _table(totals, _WHOLE, _LOST, since_start),
        n=started,
        decided=completed + sum(totals.dropped),
        advanced=completed,
        sum_ms=None,
        end=end,
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


def _table(totals: Totals, advance: int, drop: int, still_open: list[int]) -> list[Moment]:
    """The risk table of a step, from its two histograms and the ages of who is still in it.

    Of a bucket the open ones leave first, at its lower edge: silence is counted at one moment (the limit), and who has
    not come to it yet must not be taken for watched through it.
    """
    columns = lanes.counts(totals.times, advance), lanes.counts(totals.times, drop), still_open
    rows: list[Moment] = []
    at_risk = sum(map(sum, columns))
    for bucket, (advanced, dropped, left_open) in enumerate(zip(*columns, strict=True)):
        if not at_risk:
            break
        if left_open:
            rows.append(Moment(lanes.lower_seconds_of(bucket), at_risk, 0, 0, left_open))
            at_risk -= left_open
        if advanced or dropped:
            rows.append(Moment(lanes.seconds_of(bucket), at_risk, advanced, dropped, 0))
            at_risk -= advanced + dropped
    return rows


def _step(
    moments: list[Moment],
    *,
    n: int,
    decided: int,
    advanced: int,
    sum_ms: int | None,
    end: float | None = None,
) -> Step:
    if end is not None:  # who was watched for the whole window is no longer awaited
        decided += sum(moment.left_open for moment in moments if moment.seconds >= end)
    maturity = _part(decided, n)
    if not n:
        nobody = Rate(None, 0.0, 1.0, 0, 1.0)
        return Step(nobody, nobody, None, dict.fromkeys(QUANTILES))
    on = of_table(moments, of=Outcome.ADVANCED)
    off = of_table(moments, of=Outcome.DROPPED)
    whole, end = end is None, _horizon(on) if end is None else end
    exact = sum_ms is not None and decided == n and advanced
    return Step(
        advanced=_so_far(on, end, n, maturity) if whole else _rate(on, end, n, maturity),
        dropped=_so_far(off, end, n, maturity) if whole else _rate(off, end, n, maturity),
        mean_seconds=sum_ms / advanced / 1000
        if exact and sum_ms is not None
        else on.mean_of_advanced(within=end),
        quantiles={q: on.quantile(q) for q in QUANTILES},
    )


def _so_far(incidence: Incidence, end: float, n: int, maturity: float) -> Rate:
    """As far as anybody was watched: the undecided rest may still do the one or the other, and the interval says so."""
    interval = incidence.interval(end)
    undecided = incidence.steps[-1].undecided if incidence.steps else 1.0
    undecided = undecided if maturity < 1 and undecided > _ROUNDING else 0.0
    return Rate(
        incidence.at(end),
        interval.low,
        min(1.0, interval.high + undecided),
        n,
        maturity,
        end if undecided else None,
        undecided,
    )


def _rate(incidence: Incidence, end: float, n: int, maturity: float) -> Rate:
    """At `end`, which may lie between the times that stand for two buckets: by the straight line between them.

    Where nobody was watched for so long the value is None, and the interval holds whatever the rest may do.
    """
    value, interval = incidence.at(end), incidence.interval(end)
    bucket = lanes.bucket_of(round(end * 1000))
    if value is None or end == _horizon(incidence) or not 0 < bucket < lanes.BUCKETS - 1:
        return Rate(value, interval.low, interval.high, n, maturity)
    before, after = lanes.seconds_of(bucket - 1), lanes.seconds_of(bucket)
    early, late = incidence.at(before), incidence.at(after)
    if early is None or late is None:
        return Rate(value, interval.low, interval.high, n, maturity)
    first, last = lanes.BOUNDS_MS[bucket - 1] / 1000, lanes.BOUNDS_MS[bucket] / 1000
    part = (end - first) / (last - first)
    low, high = incidence.interval(before), incidence.interval(after)
    return Rate(
        early + part * (late - early),
        low.low + part * (high.low - low.low),
        low.high + part * (high.high - low.high),
        n,
        maturity,
    )


def _horizon(incidence: Incidence) -> float:
    """As far as anybody was watched."""
    return incidence.moments[-1].seconds if incidence.moments else 0.0


def _part(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
