"""What must not get worse: errors, time, cost. A one-sided bound that holds at every look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from apps.onboarding_api.services.statistics import checking, intervals
from apps.onboarding_api.services.statistics.experiments import sequences
from apps.onboarding_api.services.statistics.experiments.moments import Moments


class Harm(StrEnum):
    """Which way is worse."""

    INCREASE = "increase"
    DECREASE = "decrease"


@dataclass(frozen=True)
class Guardrail:
    """The metric got worse by `worsening`, surely by more than `at_least` (both in its unit; negative is better).

    `at_least` is None while it is too early. `is_harmful`: even `at_least` is more than the `margin` that is borne.
    """

    name: str
    worsening: float | None
    at_least: float | None
    margin: float

    @property
    def is_harmful(self) -> bool:
        return self.at_least is not None and self.at_least > self.margin


def watch(
    name: str,
    *,
    control: Moments,
    treatment: Moments,
    worse: Harm,
    margin: float = 0.0,
    level: float = intervals.LEVEL,
) -> Guardrail:
    """Lower bound of the worsening from the one-sided confidence sequence; too high at any look with chance 1 - level.

    For shares pass `sequences.smoothed_share`. `margin` from 0 up, in the unit of the metric.
    """
    checking.not_negative(margin, name="margin")
    checking.inside(level, name="level")
    if not control.n or not treatment.n:
        return Guardrail(name, None, None, margin)
    sign = 1.0 if worse is Harm.INCREASE else -1.0
    worsening = sign * (treatment.mean - control.mean)
    n = control.n + treatment.n
    variance = n * (control.variance / control.n + treatment.variance / treatment.n)
    if min(control.n, treatment.n) < sequences.LEAST_UNITS or variance == 0:
        return Guardrail(name, worsening, None, margin)
    width = sequences.one_sided_width(n=n, variance=variance, level=level)
    return Guardrail(name, worsening, worsening - width if math.isfinite(width) else None, margin)
