"""What every formula asks of its arguments, said in the same words."""

from __future__ import annotations

import math
from collections.abc import Mapping

# Above this a float no longer holds every whole number, and a count would be rounded on its way into a formula.
LARGEST_COUNT = 2**53
# Squares of larger values, added up over the largest count and multiplied once more, would leave the floats.
LARGEST_VALUE = 1e100


def count(value: int, *, name: str) -> int:
    """A whole number from 0 to 2**53."""
    if type(value) is int and 0 <= value <= LARGEST_COUNT:  # as nearly always
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    if not 0 <= value <= LARGEST_COUNT:
        raise ValueError(f"{name} must lie between 0 and 2**53, not {_short(value)}")
    return value


def share_of(successes: int, n: int) -> None:
    """`successes` of `n`: both counts, and no more successes than there are."""
    count(successes, name="successes")
    count(n, name="n")
    if successes > n:
        raise ValueError(f"successes must not be more than n: {successes} of {n}")


def finite(value: float, *, name: str) -> float:
    """A number, neither NaN nor infinite."""
    if type(value) is float and -math.inf < value < math.inf:  # as nearly always
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        raise ValueError(f"{name} must be a finite number, not {_short(value)}")
    return value


def value(number: float, *, name: str) -> float:
    """A number of at most 1e100 in size, so that sums of its squares are numbers too."""
    if not -LARGEST_VALUE <= finite(number, name=name) <= LARGEST_VALUE:
        raise ValueError(f"{name} must lie between -1e100 and 1e100, not {_short(number)}")
    return number


def units(number: float, *, name: str) -> float:
    """How many units something rests on, not always whole: from 1 to 2**53."""
    if not 1 <= finite(number, name=name) <= LARGEST_COUNT:
        raise ValueError(f"{name} must lie between 1 and 2**53, not {_short(number)}")
    return number


def sum_of_weights(weights: Mapping[str, float], *, name: str) -> float:
    """The sum of numbers from 0 up, which must be above 0 and still a number."""
    for key, weight in weights.items():
        not_negative(weight, name=f"{name} of {key}")
    try:
        total = math.fsum(weights.values())
    except OverflowError as error:
        raise ValueError(f"the sum of the {name}s must be a finite number") from error
    return positive(total, name=f"the sum of the {name}s")


def not_negative(value: float, *, name: str) -> float:
    """A finite number from 0 up."""
    if finite(value, name=name) < 0:
        raise ValueError(f"{name} must not be negative, it is {_short(value)}")
    return value


def positive(value: float, *, name: str) -> float:
    """A finite number above 0."""
    if finite(value, name=name) <= 0:
        raise ValueError(f"{name} must be above 0, it is {_short(value)}")
    return value


def probability(value: float, *, name: str) -> float:
    """A number from 0 to 1, both included."""
    if not 0 <= finite(value, name=name) <= 1:
        raise ValueError(f"{name} must lie between 0 and 1, not {_short(value)}")
    return value


def inside(value: float, *, name: str) -> float:
    """A number between 0 and 1, neither of them: a level of confidence, an error rate."""
    if not 0 < finite(value, name=name) < 1:
        raise ValueError(f"{name} must lie between 0 and 1, neither included, not {_short(value)}")
    return value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False


def _short(value: object) -> str:
    """A number of a million digits has no place in a message."""
    if isinstance(value, int) and abs(value) > LARGEST_COUNT:
        return "a whole number beyond 2**53"
    return repr(value)
