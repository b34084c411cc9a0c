"""Did the variants get the shares they were to get? If not, something loses people, and no result can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import checking, distributions, special

# So low that a healthy experiment hardly ever shows it (Fabijan and others, KDD 2019, use 0.0005 for each look).
MISMATCH_BELOW = 0.001
# Chi-square is trusted from this many expected in each arm (Cochran 1954).
LEAST_EXPECTED = 5
_LEAST_SHARE = 1e-12
_SERIES_BELOW = 1e-3
# Priors of the sequential check, each worth so many units: for mismatches of about 5, 0.5 and 0.05 points.
_PRIOR_UNITS = (100.0, 10_000.0, 1_000_000.0)


@dataclass(frozen=True)
class SampleRatio:
    """`p` is for one look, `sequential_p` for as many as one likes; `strays` are units in arms that had no weight.

    `degrees` is the number of arms with weight, less one. `is_large_enough`: chi-square may be believed.
    """

    statistic: float
    degrees: int
    p: float
    sequential_p: float
    strays: int
    is_large_enough: bool

    @property
    def is_mismatch(self) -> bool:
        """By the check that stands many looks; or people were seen where nobody was sent."""
        return self.strays > 0 or self.sequential_p < MISMATCH_BELOW


def check(observed: Mapping[str, int], weights: Mapping[str, float]) -> SampleRatio:
    """Pearson's chi-square of units by arm against `weights` (0 or more, in any unit), and its sequential sister.

    Weights may differ by a factor of at most 1e12. Arms of weight 0 are no arms: they are left out of the statistic and
    of the degrees of freedom. An arm that is missing in `observed` counts as 0; one that is missing in `weights` has
    weight 0. `sequential_p` is 1 / (mean Bayes factor of the multinomial with Dirichlet priors around the weights), at
    most 1: of healthy experiments at most a share of α ever shows α, however often one looks (Lindon and Malek, NeurIPS
    2022, "Anytime-valid inference for multinomial count data").
    """
    total_weight = checking.sum_of_weights(weights, name="weight")
    for arm, units in observed.items():
        checking.count(units, name=f"units of {arm}")
    shares = {arm: weight / total_weight for arm, weight in weights.items() if weight > 0}
    for arm, share in shares.items():
        if share < _LEAST_SHARE:
            raise ValueError(f"weight of {arm} must be 0 or at least 1e-12 of all weights, it is {share!r}")
    counts = {arm: observed.get(arm, 0) for arm in shares}
    n = sum(counts.values())
    statistic = (
        sum((counts[arm] - n * share) ** 2 / (n * share) for arm, share in shares.items()) if n else 0.0
    )
    degrees = len(shares) - 1
    return SampleRatio(
        statistic=statistic,
        degrees=degrees,
        p=distributions.chi_square_survival(statistic, degrees) if degrees else 1.0,
        sequential_p=_sequential_p(counts, shares),
        strays=sum(observed.values()) - n,
        is_large_enough=all(n * share >= LEAST_EXPECTED for share in shares.values()),
    )


def _sequential_p(counts: Mapping[str, int], shares: Mapping[str, float]) -> float:
    logs = [_log_bayes_factor(counts, shares, prior_units) for prior_units in _PRIOR_UNITS]
    largest = max(logs)
    log_mean = largest + math.log(sum(math.exp(one - largest) for one in logs) / len(logs))
    return math.exp(min(0.0, -log_mean))


def _log_bayes_factor(counts: Mapping[str, int], shares: Mapping[str, float], prior_units: float) -> float:
    """ln of B = Γ(A) / Γ(A + N) Π Γ(A s + k) / (Γ(A s) s^k), with A the prior units, s a share, k its count.

    Differences of ln Γ lose all their digits where there are billions of units, so that Stirling's large terms are
    taken away by hand. With e = (k - N s) / ((A + N) s), which is how far an arm is from its share, what is left is

    (A + N) Σ s ((1 + e) ln(1 + e) - e) - ½ Σ ln(1 + e) - ½ (m - 1) ln((A + N) / A) and Stirling's small rests.
    """
    n = sum(counts.values())
    whole = prior_units + n
    found = -0.5 * (len(shares) - 1) * math.log(whole / prior_units)
    found += special.stirling_rest(prior_units) - special.stirling_rest(whole)
    for arm, share in shares.items():
        prior = prior_units * share
        away = (counts[arm] - n * share) / (whole * share)
        log = math.log1p(away) if away > -0.5 else math.log((prior + counts[arm]) / (whole * share))
        found += whole * share * _bent(away, log) - 0.5 * log
        found += special.stirling_rest(prior + counts[arm]) - special.stirling_rest(prior)
    return found


def _bent(away: float, log: float) -> float:
    """(1 + e) ln(1 + e) - e, which is about e² / 2: by its series where the difference would lose digits."""
    if abs(away) < _SERIES_BELOW:
        return away * away * (1 / 2 - away * (1 / 6 - away * (1 / 12 - away * (1 / 20 - away / 30))))
    return (1.0 + away) * log - away
