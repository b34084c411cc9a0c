"""The regularised incomplete gamma and beta functions.

Relative error at most 1e-10 where the answer is above 1e-250, the shape or the larger parameter at most 1e8 and the
smaller parameter at most 1,000: the tests compare with figures of 40 digits. Series and continued fractions:
Abramowitz and Stegun 6.5.29, 6.5.31, 26.5.8; the fractions are evaluated by Lentz's method as modified by Thompson and
Barnett (1986). Stirling's series takes the place of differences of large logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from apps.onboarding_api.services.statistics import checking

_SMALLEST = 1e-300
_ENOUGH = 1e-16
_MOST_TERMS = 1_000_000
_STIRLING_FROM = 10.0
_HALF_LOG_OF_TWO_PI = 0.5 * math.log(2 * math.pi)


def upper_gamma(shape: float, x: float) -> float:
    """Q(a, x) = Γ(a, x) / Γ(a): the share of a gamma distribution of shape `a` that lies above `x`.

    `shape` above 0, `x` from 0 up.
    """
    checking.positive(shape, name="shape")
    checking.not_negative(x, name="x")
    if x == 0:
        return 1.0
    density = _gamma_density(shape, x)
    if density == 0.0:  # farther out than a float can say, on one side or the other
        return 1.0 if x < shape else 0.0
    if x < shape + 1:
        return max(0.0, 1.0 - _gamma_series(shape, x))
    return density * _continued_fraction(_gamma_terms(shape, x), x + 1 - shape)


def incomplete_beta(a: float, b: float, x: float, *, complement: float | None = None) -> float:
    """I_x(a, b): the share of a beta distribution with parameters `a`, `b` that lies below `x`.

    `a`, `b` above 0, `x` between 0 and 1. `complement` is 1 - x where the caller knows it more exactly than the
    difference would say.
    """
    checking.positive(a, name="a")
    checking.positive(b, name="b")
    checking.probability(x, name="x")
    rest = 1.0 - x if complement is None else checking.probability(complement, name="complement")
    if x == 0 or rest == 0:
        return 0.0 if x == 0 else 1.0
    log_front = a * _log(x, rest) + b * _log(rest, x) - _log_beta(a, b)
    if x < (a + 1) / (a + b + 2):
        return math.exp(log_front) / a * _beta_fraction(a, b, x)
    return 1.0 - math.exp(log_front) / b * _beta_fraction(b, a, rest)


def _gamma_series(shape: float, x: float) -> float:
    """P(a, x) = x^a e^-x / Γ(a + 1) · Σ x^k / ((a + 1) ... (a + k))."""
    term = total = 1.0
    for k in range(1, _MOST_TERMS):
        term *= x / (shape + k)
        total += term
        if term < total * _ENOUGH:
            break
    return _gamma_density(shape, x) / shape * total


def _gamma_density(shape: float, x: float) -> float:
    """x^a e^-x / Γ(a)."""
    if shape < _STIRLING_FROM:
        return math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape * 1e-12:  # x^a is 0 as far as floats go
        return 0.0
    away = (x - shape) / shape
    exponent = shape * (math.log1p(away) - away) if away > -0.5 else shape * math.log(x / shape) + shape - x
    return math.sqrt(shape / (2 * math.pi)) * math.exp(exponent - stirling_rest(shape))


def _gamma_terms(shape: float, x: float) -> Iterator[tuple[float, float]]:
    """Numerators and denominators of 1 / (x+1-a - 1(1-a) / (x+3-a - 2(2-a) / ...)), after the first."""
    for k in range(1, _MOST_TERMS):
        yield -k * (k - shape), x + 2 * k + 1 - shape


def _beta_fraction(a: float, b: float, x: float) -> float:
    return _continued_fraction(_beta_terms(a, b, x), 1.0)


def _beta_terms(a: float, b: float, x: float) -> Iterator[tuple[float, float]]:
    yield -(a + b) * x / (a + 1), 1.0
    for m in range(1, _MOST_TERMS):
        yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0


def _continued_fraction(terms: Iterator[tuple[float, float]], first: float) -> float:
    """1 / (first + n1 / (d1 + n2 / (d2 + ...)))."""
    value = first or _SMALLEST
    c, d = value, 0.0
    for numerator, denominator in terms:
        d = denominator + numerator * d
        c = denominator + numerator / c
        d = 1.0 / (d or _SMALLEST)
        c = c or _SMALLEST
        value *= c * d
        if abs(c * d - 1.0) < _ENOUGH:
            break
    return 1.0 / value


def _log(value: float, complement: float) -> float:
    """ln(value), exact near 1 as well."""
    return math.log(value) if value < 0.5 else math.log1p(-complement)


def _log_beta(a: float, b: float) -> float:
    """ln B(a, b)."""
    small, large = sorted((a, b))
    if large < _STIRLING_FROM:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    both = small + large
    ratio = (  # ln Γ(large) - ln Γ(both) without the difference of two large numbers
        -(large - 0.5) * math.log1p(small / large)
        - small * math.log(both)
        + small
        + stirling_rest(large)
        - stirling_rest(both)
    )
    return math.lgamma(small) + ratio


def stirling_rest(x: float) -> float:
    """ln Γ(x) - ((x - ½) ln x - x + ½ ln 2π), for x above 0; from 10 up by Abramowitz and Stegun 6.1.41.

    What is left once the large terms are taken away by hand: of two large arguments they cancel.
    """
    if x < _STIRLING_FROM:
        return math.lgamma(x) - ((x - 0.5) * math.log(x) - x + _HALF_LOG_OF_TWO_PI)
    square = 1.0 / (x * x)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188))))) / x
