"""What a change would bring, as an interval: from the difference to those without the cause, drawn towards nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.onboarding_api.services.funnel_optimizer.causes import Found, met
from apps.onboarding_api.services.funnel_optimizer.evidence import Ends, Visits
from apps.onboarding_api.services.funnel_optimizer.report import Estimate, Roi
from apps.onboarding_api.services.statistics import distributions
from apps.onboarding_api.services.statistics.intervals import Interval


@dataclass(frozen=True)
class Worth:
    """If the cause were gone for everyone who met it. `sessions`: of those that were looked at."""

    sessions: Estimate
    """That would have gone past the stage."""
    points: Estimate
    """Off the drop-off rate of the stage, as a share of 1."""
    impact: Estimate
    """More sessions past the stage, relative to those that got past it; so many more are completed, if later stages
    treat them as they treat the others."""


def shrunk(value: float, interval: Interval) -> tuple[float, float, float]:
    """(value, low, high) drawn towards 0 by how unsure it is: what looks largest was partly luck.

    With a normal prior around 0 whose variance is estimated from the value itself, the mean is multiplied by
    b = max(0, 1 - 1 / z²) and the spread by √b (positive-part James and Stein, 1961).
    """
    error = interval.width / 2 / distributions.two_sided_z(0.95)
    if error == 0 or value == 0:
        return value, interval.low, interval.high
    b = max(0.0, 1.0 - (error / value) ** 2)
    middle, root = b * value, b**0.5
    return middle, middle - root * (value - interval.low), middle + root * (interval.high - value)


def of(found: Found, visits: Sequence[Visits], ends: Sequence[Ends]) -> Worth:
    here = [row for row in ends if row.stage == found.stage]
    n = sum(row.n for row in here)
    advanced = sum(row.n for row in here if not row.has_left)
    shift = found.effect - found.excess.difference
    excess = Interval(found.excess.interval.low + shift, found.excess.interval.high + shift)
    # How many meet it is not sure either: the count is taken as Poisson's, and both spreads are put together.
    often = abs(found.effect) * distributions.two_sided_z(0.95) / found.excess.n**0.5
    interval = Interval(
        found.effect - math.hypot(found.effect - excess.low, often),
        found.effect + math.hypot(excess.high - found.effect, often),
    )
    scale = found.excess.n * _gets_through(found, visits)
    value, low, high = (part * scale for part in shrunk(found.effect, interval))
    return Worth(
        sessions=Estimate(value, low, high),
        points=Estimate(value / n, low / n, high / n),
        impact=Estimate(*(part / max(1, advanced) for part in (value, low, high))),
    )


def _gets_through(found: Found, visits: Sequence[Visits]) -> float:
    """Who does not leave here may still leave further on in the stage: the share of those who went on that did not."""
    if found.segment is not None or found.cause == "skipped_question":
        return 1.0
    places = {row.place for row in visits if row.stage == found.stage and met(found)(row)}
    on = [row for row in visits if row.stage == found.stage and row.place in places and not row.has_left]
    went_on = sum(row.n for row in on)
    return sum(row.n for row in on if not row.leaves_later) / went_on if went_on else 1.0


def roi(worth: Worth, *, effort: str, stage: int, ends: Sequence[Ends], per_30_days: float) -> Roi | None:
    """In money, from what the settings state; None where the value of a completed onboarding is not stated.

    `per_30_days` turns a session that was looked at into sessions of 30 days.
    """
    stated = settings.FUNNEL
    if stated.completion_value is None:
        return None
    past = [row for row in ends if row.stage == stage and not row.has_left]
    known = sum(row.n for row in past)
    completed = sum(row.n for row in past if row.completed) / known if known else 0.0
    more = worth.sessions.scaled(completed * per_30_days)
    value = more.scaled(stated.completion_value)
    cost = stated.effort_costs.get(effort)
    return Roi(
        currency=stated.currency,
        value_per_completion=stated.completion_value,
        completions_per_30_days=more,
        value_per_30_days=value,
        cost=cost,
        roi_after_30_days=value.plus(-cost).scaled(1 / cost) if cost else None,
    )
