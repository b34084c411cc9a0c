"""Normal, chi-square and t: what is needed of them, to a relative error of at most 1e-10."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from apps.onboarding_api.services.statistics import checking, special

_STANDARD = NormalDist()
_ROOT_OF_TWO = math.sqrt(2.0)
# Fewer degrees belong to no data (Welch's are at least 1), and the fractions below do not end for them.
_LEAST_DEGREES = 1e-3
_MOST_DEGREES = 1e8
# From here on Bailey's transformation is off by less than the promised error, and the continued fraction grows long.
_TRANSFORMED_FROM_DEGREES = 1e8
# From here on t and the normal distribution are the same to the last digit.
_NORMAL_FROM_DEGREES = 1e18


def normal_cdf(z: float) -> float:
    """Φ(z) = ½ erfc(-z / √2). Exact in the far lower tail too, where `NormalDist.cdf` loses its digits."""
    return 0.5 * math.erfc(-_number(z, "z") / _ROOT_OF_TWO)


def normal_survival(z: float) -> float:
    """1 - Φ(z) = ½ erfc(z / √2)."""
    return 0.5 * math.erfc(_number(z, "z") / _ROOT_OF_TWO)


def normal_quantile(p: float) -> float:
    """z with Φ(z) = p, `p` between 0 and 1, neither included (Wichura 1988, AS 241, by the standard library)."""
    return _STANDARD.inv_cdf(checking.inside(p, name="p"))


def two_sided_z(level: float) -> float:
    """z with P(|Z| <= z) = level: 1.959964 for 0.95."""
    return _two_sided_z(checking.inside(level, name="level"))


@lru_cache(maxsize=64)
def _two_sided_z(level: float) -> float:
    """A page of intervals asks for the same one hundreds of times."""
    return -normal_quantile((1.0 - level) / 2.0)


def chi_square_survival(x: float, degrees: float) -> float:
    """P(X > x) of chi-square with `degrees` of freedom: Q(degrees / 2, x / 2). `degrees` from 0.001 to 1e8."""
    if _degrees(degrees) > _MOST_DEGREES:
        raise ValueError(f"degrees of freedom must be at most 1e8, not {degrees!r}")
    return special.upper_gamma(degrees / 2.0, checking.not_negative(x, name="x") / 2.0)


def t_survival(t: float, degrees: float) -> float:
    """P(T > t) of Student's t: ½ I_{v / (v + t²)}(v / 2, ½) for t from 0 up. `degrees` from 0.001 up, not always whole.

    From 1e8 degrees on by the normal distribution at (8v + 1) / (8v + 3) √(v ln(1 + t² / v)) (Bailey, Biometrika 67
    (1980) 695-698).
    """
    if math.isinf(_number(t, "t")):
        _degrees(degrees)
        return 0.0 if t > 0 else 1.0
    if _degrees(degrees) >= _NORMAL_FROM_DEGREES:
        return normal_survival(t)
    ratio = t * (t / degrees)
    if math.isinf(ratio):
        return 0.0 if t > 0 else 1.0
    if degrees >= _TRANSFORMED_FROM_DEGREES:
        z = (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0) * math.sqrt(degrees * math.log1p(ratio))
        return normal_survival(math.copysign(z, t))
    tail = 0.5 * special.incomplete_beta(
        degrees / 2.0, 0.5, 1.0 / (1.0 + ratio), complement=ratio / (1.0 + ratio)
    )
    return tail if t >= 0 else 1.0 - tail


def t_quantile(p: float, degrees: float) -> float:
    """t with P(T <= t) = p, by halving an interval around it to 1e-13 of its size; `p` strictly inside 0 to 1."""
    if checking.inside(p, name="p") == 0.5:
        return 0.0
    if p > 0.5:
        return -t_quantile(1.0 - p, degrees)
    low, high = 0.0, 1.0
    while t_survival(high, degrees) > p:
        low, high = high, high * 2.0
    while high - low > 1e-13 * high:
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (middle, high) if t_survival(middle, degrees) > p else (low, middle)
    return -(low + high) / 2.0


def _degrees(value: float) -> float:
    if checking.finite(value, name="degrees of freedom") < _LEAST_DEGREES:
        raise ValueError(f"degrees of freedom must be at least 0.001, not {value!r}")
    return value


def _number(value: float, name: str) -> float:
    """Infinite is an answer here, NaN is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        raise ValueError(f"{name} must be a number, not {value!r}")
    return value
