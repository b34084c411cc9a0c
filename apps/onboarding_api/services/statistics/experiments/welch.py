"""Welch's t: two means compared once, at a size that was fixed before."""

from __future__ import annotations

import math
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import checking, distributions, intervals
from apps.onboarding_api.services.statistics.experiments.moments import Moments


@dataclass(frozen=True)
class Welch:
    """`difference` is treatment - control; `p` is two-sided. For one look: to peek, use `sequences.compare`."""

    difference: float
    t: float
    degrees: float
    p: float
    interval: intervals.Interval


def compare(control: Moments, treatment: Moments, *, level: float = intervals.LEVEL) -> Welch:
    """t = d / √(s²/n + s'²/n'), degrees by Welch and Satterthwaite (Biometrika 34 (1947) 28-35).

    Both arms need two units. Where neither varies, t is 0 or infinite and the degrees are n + n' - 2.
    """
    checking.inside(level, name="level")
    if min(control.n, treatment.n) < 2:
        raise ValueError("a comparison of means needs two units in each arm")
    difference = treatment.mean - control.mean
    parts = control.variance / control.n, treatment.variance / treatment.n
    error = math.sqrt(sum(parts))
    if error == 0:
        t = math.copysign(math.inf, difference) if difference else 0.0
        degrees, p = float(control.n + treatment.n - 2), 0.0 if difference else 1.0
        return Welch(difference, t, degrees, p, intervals.Interval(difference, difference))
    shares = parts[0] / sum(parts), parts[1] / sum(parts)
    degrees = 1.0 / (shares[0] ** 2 / (control.n - 1) + shares[1] ** 2 / (treatment.n - 1))
    reach = -distributions.t_quantile((1.0 - level) / 2.0, degrees) * error
    return Welch(
        difference=difference,
        t=difference / error,
        degrees=degrees,
        p=min(1.0, 2.0 * distributions.t_survival(abs(difference / error), degrees)),
        interval=intervals.Interval(difference - reach, difference + reach),
    )
