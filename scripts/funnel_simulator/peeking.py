"""Experiments without any difference, looked at again and again: how often does somebody win all the same?"""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.services.statistics.experiments import guardrails, sample_ratio, sequences


@dataclass(frozen=True)
class Peeked:
    """Of `experiments`, how many showed at some look what is not there.

    `false_winners` by the confidence sequence, `naive_winners` by the z test at each look, `false_harms` by the
    one-sided bound, `false_mismatches` by the sequential check of the arms, at every tenth look.
    """

    experiments: int
    false_winners: int
    naive_winners: int
    false_harms: int
    false_mismatches: int

    @property
    def share(self) -> float:
        return self.false_winners / self.experiments


def peek(
    *,
    experiments: int,
    rate: float,
    looks: int = 100,
    units_a_look: int = 200,
    alpha: float = 0.05,
    seed: int = 1,
) -> Peeked:
    """Two arms of the same `rate`; each look adds `units_a_look` units, shared out by chance."""
    chance = random.Random(seed)
    split = binomial(units_a_look, 0.5)
    converting = [binomial(n, rate) for n in range(units_a_look + 1)]
    counts = [0, 0, 0, 0]
    for _ in range(experiments):
        shown = _one(chance, split, converting, looks=looks, units_a_look=units_a_look, alpha=alpha)
        counts = [count + one for count, one in zip(counts, shown, strict=True)]
    return Peeked(experiments, *counts)


def _one(
    chance: random.Random,
    split: Callable[[float], int],
    converting: list[Callable[[float], int]],
    *,
    looks: int,
    units_a_look: int,
    alpha: float,
) -> tuple[bool, bool, bool, bool]:
    n, k, other_n, other_k = 0, 0, 0, 0
    winner = naive = harm = mismatch = False
    for look in range(looks):
        arriving = split(chance.random())
        n, other_n = n + arriving, other_n + units_a_look - arriving
        k += converting[arriving](chance.random())
        other_k += converting[units_a_look - arriving](chance.random())
        if not winner:
            p = sequences.compare_shares(k, n, other_k, other_n, level=1 - alpha).p
            winner = p is not None and p < alpha
        if not naive and n and other_n:
            naive = intervals.two_proportion_z(k, n, other_k, other_n).p < alpha
        if not harm:
            harm = guardrails.watch(
                "conversion",
                control=sequences.smoothed_share(k, n),
                treatment=sequences.smoothed_share(other_k, other_n),
                worse=guardrails.Harm.DECREASE,
                level=1 - alpha,
            ).is_harmful
        if look % 10 == 9 and not mismatch:
            mismatch = sample_ratio.check({"a": n, "b": other_n}, {"a": 1, "b": 1}).is_mismatch
    return winner, naive, harm, mismatch


def binomial(n: int, p: float) -> Callable[[float], int]:
    """Draws of a binomial from a uniform number in [0, 1), by its exact distribution."""
    if n == 0 or p in (0, 1):
        return lambda _: round(n * p)
    log_p, log_q, log_all = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    ends = list(
        accumulate(
            math.exp(log_all - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q)
            for k in range(n + 1)
        )
    )
    return lambda uniform: min(n, bisect_left(ends, uniform))
