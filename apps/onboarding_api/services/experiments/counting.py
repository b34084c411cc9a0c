"""For each arm how many, and the moments of every metric and guardrail: made of sums, whole numbers all of them.

`counted` are those whose window has passed, and only they say anything about the metrics: a session that was exposed
an hour ago and has not completed is no failure yet.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from apps.onboarding.models import Experiment
from apps.onboarding_api.services.experiments import guards, summing
from apps.onboarding_api.services.experiments.summing import Sums
from apps.onboarding_api.services.statistics.experiments.moments import Moments, Paired


@dataclass(frozen=True)
class Counted:
    """One arm. `metrics` pair each metric (1 or 0) with what was known before; `guards` are of all guardrails."""

    arm: str
    exposed: int
    counted: int
    still_open: int
    """Of the exposed: neither completed nor ended, and their window has not passed."""
    metrics: Mapping[str, Paired]
    successes: Mapping[str, int]
    guards: Mapping[str, Moments]


@dataclass(frozen=True)
class _Group:
    """Counted units of which the same was known before: `x`, the share of their earlier sessions that was completed."""

    x: float
    n: int
    successes: Mapping[str, int]


def of(experiment: Experiment, sums: Sums, arm: str) -> Counted:
    """The figures of one arm; of one that nobody has met yet they are of nobody."""
    metrics = summing.metrics_of(experiment)
    groups = _groups(sums, arm, metrics)
    counted = sum(group.n for group in groups)
    return Counted(
        arm=arm,
        exposed=counted + sums[f"{arm}/exposed"],
        counted=counted,
        still_open=sums[f"{arm}/open"],
        metrics={metric: _paired(groups, metric) for metric in metrics},
        successes={metric: sum(group.successes[metric] for group in groups) for metric in metrics},
        guards={one["metric"]: _guard(sums, arm, one["metric"]) for one in experiment.guardrails},
    )


def _groups(sums: Sums, arm: str, metrics: tuple[str, ...]) -> list[_Group]:
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    prefix = f"{arm}/known/"
    for name, count in sums.items():
        if name.startswith(prefix):
            known, part = name.removeprefix(prefix).split("/")
            sessions, completed = known.split(":")
            found[int(sessions), int(completed)][part] = count
    return [
        _Group(
            x=(completed + 0.5) / (sessions + 1.0),
            n=parts["n"],
            successes={metric: parts.get(metric, 0) for metric in metrics},
        )
        for (sessions, completed), parts in sorted(found.items())
        if parts.get("n")
    ]


def _paired(groups: list[_Group], metric: str) -> Paired:
    """Exact but for the rounding of each sum: in whatever order units came, the figures are the same."""
    n = sum(group.n for group in groups)
    if not n:
        nobody = Moments(0, 0.0, 0.0)
        return Paired(nobody, nobody, 0.0)
    successes = sum(group.successes[metric] for group in groups)
    mean_x, mean_y = math.fsum(group.n * group.x for group in groups) / n, successes / n
    return Paired(
        y=Moments(n, mean_y, successes * (n - successes) / n),
        x=Moments(n, mean_x, math.fsum(group.n * (group.x - mean_x) ** 2 for group in groups)),
        products=math.fsum(
            (group.x - mean_x) * (group.successes[metric] - group.n * mean_y) for group in groups
        ),
    )


def _guard(sums: Sums, arm: str, name: str) -> Moments:
    n, total, squares = (sums[f"{arm}/guard/{name}/{part}"] for part in ("n", "sum", "squares"))
    if not n:
        return Moments(0, 0.0, 0.0)
    whole = guards.GUARDS[name].whole
    return Moments(n, total / (n * whole), (n * squares - total * total) / (n * whole * whole))
