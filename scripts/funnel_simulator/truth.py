"""The true rates of a world: exact where nothing changes with the calendar, else by drawing whole lives."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from scripts.funnel_simulator import lives
from scripts.funnel_simulator.world import STAGES, World

_NEGLIGIBLE = 1e-13


@dataclass(frozen=True)
class Drawn:
    """A share from so many whole lives, with its standard error."""

    share: float
    error: float


def shares_by(world: World, *, within: float, **fixed: str | int) -> tuple[float, ...]:
    """The chance of each stage (in the order of STAGES, the first is 1) within `within` seconds of the start.

    Exact to 1e-10: each segment is a Markov chain of competing exponential clocks, solved by uniformisation (Jensen
    1953); segments are added by their shares. `fixed` names a language, device, hour or variant. A world with outages
    has no such solution: ValueError.
    """
    if world.outages:
        raise ValueError("with outages the rates depend on the calendar: draw them")
    totals = [0.0] * len(STAGES)
    shares: Counter[tuple[tuple[float, float], ...]] = Counter()
    for share, hazards in world.segments(**fixed):
        shares[hazards] += share  # type: ignore[assignment]  # a Counter of floats counts as well
    instantly = tuple(step.instantly for step in world.steps)
    for hazards, share in shares.items():
        for stage, chance in enumerate(_chain(hazards, instantly, within)):
            totals[stage] += share * chance
    return tuple(totals)


def drawn_shares(
    world: World, *, within: float, sessions: int = 1_000_000, seed: int = 1
) -> tuple[Drawn, ...]:
    """The same from lives that are watched to their end; for any world."""
    reached = [0] * len(STAGES)
    for life in lives.draw(world, sessions=sessions, seed=seed):
        for stage, offset in enumerate(life.stages):
            reached[stage] += offset <= within
    shares = [count / sessions for count in reached]
    return tuple(Drawn(share, math.sqrt(share * (1 - share) / sessions)) for share in shares)


def _chain(
    hazards: tuple[tuple[float, float], ...], instantly: tuple[float, ...], within: float
) -> list[float]:
    """The chance to be in each stage or beyond it (or to have left after it) at the end.

    Stages are kept as states of their own for who left after them: what is asked is whether they were ever reached.
    """
    fastest = max(advance + leave for advance, leave in hazards)
    steps = len(hazards)
    alive = _entering(0, 1.0, instantly)
    ever = [sum(alive[stage:]) for stage in range(steps + 1)]
    mean = fastest * within
    found, seen, k = [0.0] * (steps + 1), 0.0, 0
    while seen < 1.0 - _NEGLIGIBLE and k <= mean + 60 + 12 * math.sqrt(mean):
        weight = math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) if mean else 1.0
        seen += weight
        for stage in range(steps + 1):
            found[stage] += weight * ever[stage]
        after = [0.0] * (steps + 1)
        after[steps] = alive[steps]
        for stage, (advance, leave) in enumerate(hazards):
            after[stage] += alive[stage] * (1.0 - (advance + leave) / fastest)
            arriving = alive[stage] * advance / fastest
            for target, chance in enumerate(_entering(stage + 1, arriving, instantly)):
                after[target] += chance
                for passed in range(stage + 1, target + 1):
                    ever[passed] += chance
        alive = after
        k += 1
    return [chance / seen for chance in found]


def _entering(stage: int, chance: float, instantly: tuple[float, ...]) -> list[float]:
    """Where those end up who come to `stage`: some go on at once."""
    found = [0.0] * (len(instantly) + 1)
    for target in range(stage, len(instantly) + 1):
        on = instantly[target] if target < len(instantly) else 0.0
        found[target] = chance * (1.0 - on)
        chance *= on
        if not chance:
            break
    return found


def step_shares(world: World, *, within: float, **fixed: str | int) -> tuple[float, ...]:
    """Of those who ever come to each of the first four stages, the chance to go on within `within` seconds of it.

    Exact: of two competing exponential clocks the first to ring is that of advancing with chance a / (a + l), and it
    has rung by t with chance 1 - exp(-(a + l) t). People of a segment count as often as they come to the stage. A
    world with outages has no such solution: ValueError.
    """
    if world.outages:
        raise ValueError("with outages the rates depend on the calendar: draw them")
    came, went = [0.0] * len(world.steps), [0.0] * len(world.steps)
    for share, hazards in world.segments(**fixed):
        reaching = share
        for stage, ((advance, leave), step) in enumerate(zip(hazards, world.steps, strict=True)):
            ever = (1 - step.instantly) * advance / (advance + leave)
            came[stage] += reaching
            went[stage] += reaching * (step.instantly + ever * -math.expm1(-(advance + leave) * within))
            reaching *= step.instantly + ever
    return tuple(some / of for some, of in zip(went, came, strict=True))
