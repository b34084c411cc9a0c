"""Rates and times that do not take open sessions for lost ones, each with how far it can be trusted.

What an open session will do is not known; what it has not done yet is. So rates are the cumulative incidence of Aalen
and Johansen (`services.statistics.incidence`), which without open sessions is plain counting. Times come out of
histograms and are at most 2 % off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.onboarding_api.services.funnel_analytics import curves, lanes, reading
from apps.onboarding_api.services.funnel_analytics.curves import Curves, End
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.reading import Ages, Totals
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
    return of(totals, reading.open_ages(scope, window, totals, now=now, cohort=cohort), within=within)


def of(totals: Totals, open_rows: Iterable[Ages], *, within: timedelta | None = None) -> Estimates:
    """From sums and the ages of the open sessions (`reading.open_ages`)."""
    end = None if within is None else within.total_seconds()
    ages = [[0] * lanes.BUCKETS for _ in STAGES]
    since_start = [0] * lanes.BUCKETS
    for furthest, in_stage, since, n in open_rows:
        if furthest is not None and in_stage is not None:
            ages[furthest][in_stage] += n
        if since is not None:
            since_start[since] += n
    steps = tuple(
        _step(
            _columns(totals, stage, 4 + stage, ages[stage]),
            n=totals.reached[stage],
            decided=totals.reached[stage + 1] + totals.dropped[stage],
            advanced=totals.reached[stage + 1],
            sum_ms=totals.step_ms[stage] if end is None else None,
            end=end,
        )
        for stage in range(4)
    )
    return Estimates(totals=totals, steps=steps, whole=_whole(totals, since_start, end=end))


def whole_of(totals: Totals, open_rows: Iterable[Ages]) -> Step:
    """From the start to completion alone."""
    since_start = [0] * lanes.BUCKETS
    for _, _, since, n in open_rows:
        if since is not None:
            since_start[since] += n
    return _whole(totals, since_start)


def _whole(totals: Totals, since_start: list[int], *, end: float | None = None) -> Step:
    started, completed = totals.reached[0], totals.reached[4]
    return _step(
        _columns(totals, _WHOLE, _LOST, since_start),
        n=started,
        decided=completed + sum(totals.dropped),
        advanced=completed,
        sum_ms=None,
        end=end,
    )


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


def _columns(
    totals: Totals, advance: int, drop: int, still_open: list[int]
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """By bucket of time: who went on, who dropped, who is still in the step."""
    return lanes.counts(totals.times, advance), lanes.counts(totals.times, drop), still_open


def _table(columns: tuple[Sequence[int], Sequence[int], Sequence[int]]) -> list[Moment]:
    """The risk table of a step.

    Of a bucket the open ones leave first, at its lower edge: silence is counted at one moment (the limit), and who has
    not come to it yet must not be taken for watched through it.
    """
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
    columns: tuple[Sequence[int], Sequence[int], Sequence[int]],
    *,
    n: int,
    decided: int,
    advanced: int,
    sum_ms: int | None,
    end: float | None = None,
) -> Step:
    if not n or not any(map(any, columns)):
        nobody = Rate(None, 0.0, 1.0, 0, 1.0)
        return Step(nobody, nobody, None, dict.fromkeys(QUANTILES))
    if end is not None:
        return _step_within(_table(columns), n=n, decided=decided, end=end)
    found = curves.of(*columns, quantiles=QUANTILES)
    maturity = _part(decided, n)
    exact = sum_ms is not None and decided == n and advanced
    return Step(
        advanced=_so_far(found, found.advanced, n, maturity),
        dropped=_so_far(found, found.dropped, n, maturity),
        mean_seconds=sum_ms / advanced / 1000 if exact and sum_ms is not None else found.mean_seconds,
        quantiles=found.quantiles,
    )


def _step_within(moments: list[Moment], *, n: int, decided: int, end: float) -> Step:
    """Who was watched for the whole window is no longer awaited."""
    decided += sum(moment.left_open for moment in moments if moment.seconds >= end)
    on = of_table(moments, of=Outcome.ADVANCED)
    return Step(
        advanced=_rate(on, end, n, _part(decided, n)),
        dropped=_rate(of_table(moments, of=Outcome.DROPPED), end, n, _part(decided, n)),
        mean_seconds=on.mean_of_advanced(within=end),
        quantiles={q: on.quantile(q) for q in QUANTILES},
    )


def _so_far(found: Curves, end: End, n: int, maturity: float) -> Rate:
    """As far as anybody was watched: the undecided rest may still do the one or the other, and the interval says so."""
    undecided = found.undecided if maturity < 1 and found.undecided > _ROUNDING else 0.0
    return Rate(
        end.share,
        end.interval.low,
        min(1.0, end.interval.high + undecided),
        n,
        maturity,
        found.seconds if undecided else None,
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
