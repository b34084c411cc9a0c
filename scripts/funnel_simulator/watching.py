"""What is known of the lives on the day somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import incidence
from apps.onboarding_api.services.statistics.risk_table import Observed, Outcome
from scripts.funnel_simulator.lives import Life
from scripts.funnel_simulator.world import DAY, World


def seen(
    life: Life, world: World, *, stage: int, cut: float | None = None, since: int = 0
) -> Observed | None:
    """One session on its way to `stage` (1 to 4), from the stage `since`, as known `cut` seconds into the world.

    By default at the end of the world's days. None where it has not come to `since` by then. Who left and said so
    dropped at that moment, who just fell silent after `world.silence` seconds more; until then they are open.
    """
    watched = (world.days * DAY if cut is None else cut) - life.started
    if watched < 0 or len(life.stages) <= since or life.stages[since] > watched:
        return None
    begin = life.stages[since]
    if len(life.stages) > stage and life.stages[stage] <= watched:
        return Observed(life.stages[stage] - begin, Outcome.ADVANCED)
    if life.left is not None:
        known = life.left if life.cancelled else life.left + world.silence
        if known <= watched:
            return Observed(known - begin, Outcome.DROPPED)
    return Observed(watched - begin, Outcome.OPEN)


def watch(
    drawn: Iterable[Life], world: World, *, stage: int, cut: float | None = None, since: int = 0
) -> Iterator[Observed]:
    """`seen` for all that have begun."""
    for life in drawn:
        found = seen(life, world, stage=stage, cut=cut, since=since)
        if found is not None:
            yield found


@dataclass(frozen=True)
class Figures:
    """Shares within the window: `naive` takes whoever has not arrived for lost, `survival` does not."""

    naive: float
    survival: float
    curve: incidence.Incidence


def estimate(observed: Iterable[Observed], *, within: float) -> Figures:
    """Both figures from the same sessions; ValueError where nobody was watched for the whole window."""
    curve = incidence.cumulative_incidence(observed)
    survival = curve.at(within)
    if survival is None:
        raise ValueError("nobody was watched for the whole window")
    arrived = sum(moment.advanced for moment in curve.moments if moment.seconds <= within)
    return Figures(naive=arrived / curve.n, survival=survival, curve=curve)
