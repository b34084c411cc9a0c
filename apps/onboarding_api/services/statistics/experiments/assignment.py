"""Who sees which variant: the same answer at every call, in every process, without a row."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

from apps.onboarding_api.services.statistics import checking

# Weights and traffic are whole numbers of ten-thousandths.
WHOLE = 10_000


def bucket(*, experiment: str, unit: str, purpose: str) -> int:
    """0 to 9,999, each as likely: the first 64 bits of SHA-256 over purpose, experiment and unit, scaled down.

    The parts are parted by NUL, so that ("a", "bc") and ("ab", "c") differ; none may contain it.
    """
    parts = (purpose, experiment, unit)
    if any("\0" in part for part in parts) or not experiment or not unit:
        raise ValueError("experiment and unit must be text, not empty, without NUL")
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") * WHOLE >> 64


def is_in_experiment(*, experiment: str, unit: str, traffic: int) -> bool:
    """Does the unit take part at all? `traffic` in ten-thousandths. Who is in at 10 % is in at 20 %."""
    if checking.count(traffic, name="traffic") > WHOLE:
        raise ValueError(f"traffic must be at most {WHOLE}, not {traffic}")
    return bucket(experiment=experiment, unit=unit, purpose="traffic") < traffic


def variant_for(
    *, experiment: str, unit: str, weights: Mapping[str, int], traffic: int = WHOLE
) -> str | None:
    """The variant of a unit; None where it does not take part.

    `weights` in ten-thousandths, together exactly 10,000; their order is that of the names, not of the mapping. The
    variant comes from another hash than the taking part: more traffic moves nobody from one variant to another.
    Changed weights do move people, and belong to a new experiment.
    """
    check_weights(weights)
    if not is_in_experiment(experiment=experiment, unit=unit, traffic=traffic):
        return None
    place = bucket(experiment=experiment, unit=unit, purpose="variant")
    end = 0
    for variant in sorted(weights):
        end += weights[variant]
        if place < end:
            return variant
    raise AssertionError("weights that add up to 10,000 hold every bucket")


def check_weights(weights: Mapping[str, int]) -> None:
    """ValueError unless the weights are whole ten-thousandths and together exactly 10,000."""
    total = sum(checking.count(weight, name=f"weight of {variant}") for variant, weight in weights.items())
    if total != WHOLE:
        raise ValueError(f"weights must add up to {WHOLE}, not {total}")


def weights_from_shares(shares: Mapping[str, float]) -> dict[str, int]:
    """Ten-thousandths nearest to `shares` (0 or more, in any unit) that add up to 10,000.

    By largest remainders, the first name first where they are equal: three equal shares are 3,334, 3,333 and 3,333.
    """
    total = checking.sum_of_weights(shares, name="share")
    exact = {name: shares[name] / total * WHOLE for name in sorted(shares)}
    weights = {name: math.floor(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (weights[name] - exact[name], name))
    for name in by_remainder[: WHOLE - sum(weights.values())]:
        weights[name] += 1
    return weights
