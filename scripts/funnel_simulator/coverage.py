"""How often an interval holds the truth it is about."""

from __future__ import annotations

import random

from apps.onboarding_api.services.statistics import incidence, intervals
from scripts.funnel_simulator import lives, truth, watching
from scripts.funnel_simulator.peeking import binomial
from scripts.funnel_simulator.world import World


def of_wilson(*, n: int, p: float, runs: int = 2000, seed: int = 1) -> float:
    """Share of `runs` samples of `n` whose Wilson interval holds `p`."""
    chance, draw = random.Random(seed), binomial(n, p)
    return sum(intervals.wilson(draw(chance.random()), n).holds(p) for _ in range(runs)) / runs


def of_newcombe(*, n: int, p: float, other_n: int, other_p: float, runs: int = 2000, seed: int = 1) -> float:
    """Share of `runs` pairs of samples whose Newcombe interval holds `p` - `other_p`."""
    chance, draw, other = random.Random(seed), binomial(n, p), binomial(other_n, other_p)
    held = 0
    for _ in range(runs):
        k, other_k = draw(chance.random()), other(chance.random())
        held += intervals.newcombe_difference(k, n, other_k, other_n).holds(p - other_p)
    return held / runs


def of_incidence(*, sessions: int, within: float, stage: int = 4, runs: int = 2000, seed: int = 1) -> float:
    """Share of `runs` cut worlds of `sessions` sessions whose interval holds the true share of `stage`."""
    world = World()
    true = truth.shares_by(world, within=within)[stage]
    drawn = lives.draw(world, sessions=sessions * runs, seed=seed)
    held = 0
    for _ in range(runs):
        some = [next(drawn) for _ in range(sessions)]
        curve = incidence.cumulative_incidence(watching.watch(some, world, stage=stage))
        held += curve.interval(within).holds(true)
    return held / runs
