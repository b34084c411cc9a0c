"""Many comparisons at once: p-values adjusted so that each may be read against the same limit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from apps.onboarding_api.services.statistics import checking


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given: of all that are at most q, a share of q is expected to be wrong.

    min over j >= i of m p_(j) / j, at most 1. Benjamini and Hochberg, JRSS B 57 (1995) 289-300. For the cells of a
    cohort table, where finding most of what differs counts for more than never being wrong.
    """
    order = _ascending(p_values)
    m = len(order)
    raw = [p_values[index] * (m / rank) for rank, index in enumerate(order, start=1)]
    least = list(accumulate(reversed(raw), min))[::-1]
    return _placed(order, least)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given: the chance that any at most α is wrong is at most α, dependent or not.

    max over j <= i of (m - j + 1) p_(j), at most 1. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70. For the
    metrics of an experiment.
    """
    order = _ascending(p_values)
    m = len(order)
    raw = [p_values[index] * (m - rank) for rank, index in enumerate(order)]
    return _placed(order, list(accumulate(raw, max)))


def _ascending(p_values: Sequence[float]) -> list[int]:
    for value in p_values:
        checking.probability(value, name="p-value")
    return sorted(range(len(p_values)), key=p_values.__getitem__)


def _placed(order: list[int], values: list[float]) -> list[float]:
    found = [0.0] * len(order)
    for index, value in zip(order, values, strict=True):
        found[index] = min(1.0, value)
    return found
