"""CUPED: take out of a metric what was known of the unit before the experiment, and the interval narrows."""

from __future__ import annotations

from dataclasses import dataclass

from apps.onboarding_api.services.statistics.experiments.moments import Moments, Paired

_ROUNDING = 1e-12
_SMALLEST = 1e-200


@dataclass(frozen=True)
class Adjusted:
    """Both arms with their adjusted metric: `sequences.compare(a.control, a.treatment)`.

    `theta` in units of the metric for one unit of the covariate. `variance_reduction` is the share of the variance
    within the arms that went (0 to 1).
    """

    control: Moments
    treatment: Moments
    theta: float
    variance_reduction: float


def adjust(control: Paired, treatment: Paired) -> Adjusted:
    """y - θ (x - mean of x over both arms), θ = Σ products / Σ squares of x, both within the arms.

    The covariate must have been known before the unit was exposed; then both arms have the same expected x, and the
    difference keeps its expectation. A covariate that does not vary, or by no more than floats are rounded, leaves all
    as it was. Deng, Xu, Kohavi and Walker, WSDM 2013.
    """
    for arm in (control, treatment):
        if arm.x.n != arm.y.n:
            raise ValueError(f"covariate and metric must be of the same units: {arm.x.n} and {arm.y.n}")
    squares_x = control.x.squares + treatment.x.squares
    squares_y = control.y.squares + treatment.y.squares
    x = control.x.merge(treatment.x)
    varies = squares_x > x.n * (_ROUNDING * x.mean) ** 2 + _SMALLEST
    theta = (control.products + treatment.products) / squares_x if varies else 0.0
    mean_x = x.mean
    adjusted = _without(control, theta, mean_x), _without(treatment, theta, mean_x)
    left = sum(arm.squares for arm in adjusted)
    return Adjusted(
        control=adjusted[0],
        treatment=adjusted[1],
        theta=theta,
        variance_reduction=max(0.0, 1.0 - left / squares_y) if squares_y > 0 else 0.0,
    )


def _without(arm: Paired, theta: float, mean_x: float) -> Moments:
    squares = arm.y.squares - 2.0 * theta * arm.products + theta * (theta * arm.x.squares)
    return Moments(arm.y.n, arm.y.mean - theta * (arm.x.mean - mean_x), max(0.0, squares))
