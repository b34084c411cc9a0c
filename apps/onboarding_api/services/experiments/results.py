"""What an experiment says by now. May be asked at any time and as often as one likes: every figure stands all looks.

One denominator for everything: the units that were exposed and whose window has passed. With several arms beside the
control the chance of a wrong word is shared among them, and among the guardrails (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.onboarding.models import Experiment
from apps.onboarding_api.services.experiments import counting, guards, tallies
from apps.onboarding_api.services.experiments.counting import Counted
from apps.onboarding_api.services.experiments.summing import Sums
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.services.statistics.experiments import (
    cuped,
    guardrails,
    sample_ratio,
    sequences,
    stopping,
)
from apps.onboarding_api.services.statistics.experiments.sample_ratio import SampleRatio
from apps.onboarding_api.services.statistics.experiments.sequences import Comparison
from apps.onboarding_api.services.statistics.experiments.stopping import Verdict

ALPHA = 0.05
_RANK = (Verdict.INVALID, Verdict.HARM, Verdict.LOSER, Verdict.WINNER)


@dataclass(frozen=True)
class Compared:
    """An arm against the control. `narrowed` is the share of variance that was known before, by metric."""

    arm: str
    metrics: Mapping[str, Comparison]
    narrowed: Mapping[str, float]
    adjusted_p: Mapping[str, float]
    guardrails: tuple[guardrails.Guardrail, ...]
    verdict: Verdict
    because: str


@dataclass(frozen=True)
class Result:
    experiment: Experiment
    as_of: datetime
    arms: Mapping[str, Counted]
    """The control first."""
    ratio: SampleRatio
    compared: tuple[Compared, ...]
    verdict: Verdict
    arm: str
    """That the verdict is about; empty where it is about none."""
    level: float

    @property
    def exposed(self) -> int:
        return sum(arm.exposed for arm in self.arms.values())

    @property
    def counted(self) -> int:
        return sum(arm.counted for arm in self.arms.values())

    @property
    def control(self) -> Counted:
        return self.arms[self.experiment.control]


def result_of(experiment: Experiment, *, now: datetime | None = None) -> Result:
    """The figures of one look, now or as of another time. Reads, writes nothing."""
    now = now or timezone.now()
    return of_sums(experiment, tallies.look(experiment, now=now), as_of=now)


def latest_result(experiment: Experiment) -> Result:
    """The figures of the last look where it is fresh (`as_of` tells when it was), else of one now: for pages."""
    sums, as_of = tallies.latest(experiment)
    return of_sums(experiment, sums, as_of=as_of)


def of_sums(experiment: Experiment, sums: Sums, *, as_of: datetime) -> Result:
    """What these sums say."""
    weights = dict(experiment.arms.values_list("name", "weight"))
    names = sorted(weights, key=lambda name: (name != experiment.control, name))
    arms = {name: counting.of(experiment, sums, name) for name in names}
    ratio = sample_ratio.check({name: arm.exposed for name, arm in arms.items()}, weights)
    level = 1.0 - ALPHA / max(1, len(names) - 1)
    compared = tuple(_compare(experiment, arms, name, ratio, level) for name in names[1:])
    verdict, arm = _together(compared)
    return Result(
        experiment=experiment,
        as_of=as_of,
        arms=arms,
        ratio=ratio,
        compared=compared,
        verdict=verdict,
        arm=arm,
        level=level,
    )


def _compare(
    experiment: Experiment, arms: Mapping[str, Counted], name: str, ratio: SampleRatio, level: float
) -> Compared:
    control, treatment = arms[experiment.control], arms[name]
    metrics, narrowed = {}, {}
    for metric in control.metrics:
        metrics[metric], narrowed[metric] = _difference(control, treatment, metric, level)
    watched = _watch(experiment, control, treatment, level)
    planned = experiment.planned_units
    decision = stopping.decide(
        ratio=ratio,
        guardrails=watched,
        primary=experiment.primary_metric,
        metrics=metrics,
        negligible=experiment.negligible,
        planned_units=planned * 2 // len(arms) if planned else None,
        level=level,
    )
    verdict = decision.verdict
    counted = sum(arm.counted for arm in arms.values())
    if verdict in {Verdict.WINNER, Verdict.EQUIVALENT} and counted < experiment.minimum_units:
        verdict = Verdict.GO_ON
    return Compared(
        arm=name,
        metrics=metrics,
        narrowed=narrowed,
        adjusted_p=decision.adjusted_p,
        guardrails=watched,
        verdict=verdict,
        because=decision.because,
    )


def _difference(control: Counted, treatment: Counted, metric: str, level: float) -> tuple[Comparison, float]:
    """With CUPED where something was known before that goes with the metric; and the share of variance it took."""
    before = control.metrics[metric], treatment.metrics[metric]
    adjusted = cuped.adjust(*before)
    if adjusted.variance_reduction > 0 and all(one.y.squares > 0 for one in before):
        return sequences.compare(
            adjusted.control, adjusted.treatment, level=level
        ), adjusted.variance_reduction
    plain = sequences.compare_shares(
        control.successes[metric],
        control.counted,
        treatment.successes[metric],
        treatment.counted,
        level=level,
    )
    return plain, 0.0


def _watch(
    experiment: Experiment, control: Counted, treatment: Counted, level: float
) -> tuple[guardrails.Guardrail, ...]:
    share = 1.0 - (1.0 - level) / max(1, len(experiment.guardrails))
    found = []
    for one in experiment.guardrails:
        guard = guards.GUARDS[one["metric"]]
        before, after = control.guards[one["metric"]], treatment.guards[one["metric"]]
        if guard.is_share:
            before, after = (
                sequences.smoothed_share(round(arm.mean * arm.n), arm.n) for arm in (before, after)
            )
        found.append(
            guardrails.watch(
                one["metric"],
                control=before,
                treatment=after,
                worse=guard.worse,
                margin=float(one.get("margin", 0.0)),
                level=share,
            )
        )
    return tuple(found)


def _together(compared: tuple[Compared, ...]) -> tuple[Verdict, str]:
    """One word over all arms: what makes it stop first; of several winners the one that is furthest ahead."""
    for verdict in _RANK:
        those = [one for one in compared if one.verdict is verdict]
        if those:
            best = max(those, key=_lead)
            return verdict, "" if verdict is Verdict.INVALID else best.arm
    verdicts = {one.verdict for one in compared}
    if len(verdicts) == 1:
        return compared[0].verdict, ""
    return (Verdict.GO_ON if Verdict.GO_ON in verdicts else Verdict.OUT_OF_UNITS), ""


def _lead(one: Compared) -> float:
    primary = next(iter(one.metrics.values()))
    return primary.difference or 0.0


def rate_of(arm: Counted, metric: str, *, level: float) -> tuple[float | None, intervals.Interval | None]:
    """The share of an arm's counted units that reached the metric, and its interval, which stands all looks."""
    if not arm.counted:
        return None, None
    successes = arm.successes[metric]
    return successes / arm.counted, sequences.for_share(successes, arm.counted, level=level)
