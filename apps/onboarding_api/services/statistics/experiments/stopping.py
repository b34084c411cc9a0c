"""When an experiment ends, and how. The order of the questions is the order of their weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.onboarding_api.services.statistics import checking, intervals, multiplicity
from apps.onboarding_api.services.statistics.experiments.guardrails import Guardrail
from apps.onboarding_api.services.statistics.experiments.sample_ratio import SampleRatio
from apps.onboarding_api.services.statistics.experiments.sequences import Comparison


class Verdict(StrEnum):
    """What to do now."""

    INVALID = "invalid"  # the arms did not get their shares: stop, find out why, believe nothing
    HARM = "harm"  # a guardrail is broken for sure: stop, keep the control
    WINNER = "winner"  # better for sure
    LOSER = "loser"  # worse for sure
    EQUIVALENT = "equivalent"  # for sure no difference that would matter
    OUT_OF_UNITS = "out_of_units"  # as many units as were planned, and no answer
    GO_ON = "go_on"


@dataclass(frozen=True)
class Decision:
    """`because` names the metric, guardrail or arm that decided; `adjusted_p` by metric, after Holm."""

    verdict: Verdict
    because: str
    adjusted_p: dict[str, float]

    @property
    def stops(self) -> bool:
        return self.verdict is not Verdict.GO_ON


def decide(
    *,
    ratio: SampleRatio,
    guardrails: Sequence[Guardrail],
    primary: str,
    metrics: Mapping[str, Comparison],
    negligible: float = 0.0,
    planned_units: int | None = None,
    level: float = intervals.LEVEL,
) -> Decision:
    """The verdict of one look; safe at every look, as all it reads is.

    `metrics` are those in which more is better, `primary` one of them; Holm holds over all that have a p-value.
    `negligible` (unit of the primary metric, 0: never) is the difference nobody would act on: an interval within ± it
    is an answer too. With several treatments pass a level of 1 - 0.05 / treatments.
    """
    alpha = 1.0 - checking.inside(level, name="level")
    checking.not_negative(negligible, name="negligible")
    if primary not in metrics:
        raise ValueError(f"the primary metric {primary!r} is not among the metrics")
    spoken = {name: one.p for name, one in metrics.items() if one.p is not None}
    adjusted = dict(zip(spoken, multiplicity.holm(list(spoken.values())), strict=True))
    found = metrics[primary]
    if ratio.is_mismatch:
        return Decision(Verdict.INVALID, "sample ratio", adjusted)
    for guardrail in guardrails:
        if guardrail.is_harmful:
            return Decision(Verdict.HARM, guardrail.name, adjusted)
    if primary in adjusted and adjusted[primary] < alpha:
        won = (found.difference or 0.0) > 0
        return Decision(Verdict.WINNER if won else Verdict.LOSER, primary, adjusted)
    if negligible and found.interval and -negligible < found.interval.low <= found.interval.high < negligible:
        return Decision(Verdict.EQUIVALENT, primary, adjusted)
    if planned_units is not None and found.n >= planned_units:
        return Decision(Verdict.OUT_OF_UNITS, primary, adjusted)
    return Decision(Verdict.GO_ON, primary, adjusted)
