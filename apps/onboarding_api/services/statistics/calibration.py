"""How good predicted chances were, once it is known what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import checking, intervals

Prediction = tuple[float, bool]
_PERFECT = 1e-24


@dataclass(frozen=True)
class Bin:
    """Predictions from `low` up to, not including, `high` (the last one includes 1): `n` of them, said and seen.

    `is_calibrated`: the mean of what was said lies in Wilson's interval of what was seen.
    """

    low: float
    high: float
    n: int
    predicted: float
    observed: float
    interval: intervals.Interval

    @property
    def is_calibrated(self) -> bool:
        return self.interval.holds(self.predicted)


def brier_score(predictions: Iterable[Prediction]) -> float | None:
    """Mean of (predicted chance - what happened)²: 0 is perfect, 0.25 is always saying one half. None for nothing.

    Brier, Monthly Weather Review 78 (1950) 1-3, in the form for two outcomes.
    """
    n, total = 0, 0.0
    for chance, happened in predictions:
        total += (checking.probability(chance, name="predicted chance") - bool(happened)) ** 2
        n += 1
    return total / n if n else None


def brier_skill(score: float, baseline: float) -> float:
    """1 - score / baseline: above 0 better than the baseline, 1 perfect. Against a perfect baseline 0 or minus 1.

    Perfect is below 1e-24: all were said to within 1e-12.
    """
    checking.probability(score, name="score")
    if checking.probability(baseline, name="baseline") < _PERFECT:
        return 0.0 if score < _PERFECT else -1.0
    return 1.0 - score / baseline


def bins(predictions: Sequence[Prediction], *, count: int = 10, level: float = intervals.LEVEL) -> list[Bin]:
    """Predictions in `count` equal parts of 0 to 1, ascending; parts without any are left out."""
    if checking.count(count, name="count") == 0:
        raise ValueError("count must be at least 1")
    held: dict[int, list[Prediction]] = {}
    for chance, happened in predictions:
        checking.probability(chance, name="predicted chance")
        held.setdefault(min(count - 1, int(chance * count)), []).append((chance, bool(happened)))
    found = []
    for index, inside in sorted(held.items()):
        n, seen = len(inside), sum(happened for _, happened in inside)
        found.append(
            Bin(
                low=index / count,
                high=(index + 1) / count,
                n=n,
                predicted=sum(chance for chance, _ in inside) / n,
                observed=seen / n,
                interval=intervals.wilson(seen, n, level=level),
            )
        )
    return found


def expected_calibration_error(found: Sequence[Bin]) -> float | None:
    """Σ n |predicted - observed| / Σ n over the bins; None for none."""
    n = sum(one.n for one in found)
    return sum(one.n * abs(one.predicted - one.observed) for one in found) / n if n else None
