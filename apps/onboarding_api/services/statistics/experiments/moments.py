"""Count, mean and spread of a metric, and of a metric beside what was known before: they add up from parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.onboarding_api.services.statistics import checking

# Of the largest count of the largest values, and something to spare for rounding.
_MOST_SQUARES = 1e220


@dataclass(frozen=True)
class Moments:
    """`n` units, their `mean`, and `squares` = Σ (x - mean)², all in the unit of the metric."""

    n: int
    mean: float
    squares: float

    def __post_init__(self) -> None:
        checking.count(self.n, name="n")
        checking.value(self.mean, name="mean")
        if checking.not_negative(self.squares, name="squares") > _MOST_SQUARES:
            raise ValueError(f"squares must be at most 1e220, they are {self.squares!r}")

    @property
    def variance(self) -> float:
        """Unbiased: squares / (n - 1). 0 for fewer than two units."""
        return self.squares / (self.n - 1) if self.n > 1 else 0.0

    def merge(self, other: Moments) -> Moments:
        """Both together, without loss of digits (Chan, Golub and LeVeque 1983)."""
        n = self.n + other.n
        if not n:
            return self
        away = other.mean - self.mean
        return Moments(
            n=n,
            mean=self.mean + away * other.n / n,
            squares=self.squares + other.squares + away * away * self.n * other.n / n,
        )


@dataclass(frozen=True)
class Paired:
    """A metric `y`, a covariate `x` of the same units, and `products` = Σ (x - mean x)(y - mean y)."""

    y: Moments
    x: Moments
    products: float

    def __post_init__(self) -> None:
        checking.finite(self.products, name="products")

    def merge(self, other: Paired) -> Paired:
        """Both together."""
        n = self.y.n + other.y.n
        if not n:
            return self
        cross = (other.x.mean - self.x.mean) * (other.y.mean - self.y.mean) * self.y.n * other.y.n / n
        return Paired(
            y=self.y.merge(other.y), x=self.x.merge(other.x), products=self.products + other.products + cross
        )


def of(values: Iterable[float]) -> Moments:
    """Of numbers between -1e100 and 1e100, one pass (Welford 1962)."""
    n, mean, squares = 0, 0.0, 0.0
    for value in values:
        checking.value(value, name="value")
        n += 1
        away = value - mean
        mean += away / n
        squares += away * (value - mean)
    return Moments(n, mean, squares)


def of_share(successes: int, n: int) -> Moments:
    """Of `successes` ones and n - successes zeros."""
    checking.share_of(successes, n)
    if not n:
        return Moments(0, 0.0, 0.0)
    return Moments(n, successes / n, successes * (n - successes) / n)


def of_pairs(pairs: Iterable[tuple[float, float]]) -> Paired:
    """Of (covariate, metric), one pair for each unit."""
    n, mean_x, mean_y, squares_x, squares_y, products = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for x, y in pairs:
        checking.value(x, name="covariate")
        checking.value(y, name="metric")
        n += 1
        away_x, away_y = x - mean_x, y - mean_y
        mean_x += away_x / n
        mean_y += away_y / n
        squares_x += away_x * (x - mean_x)
        squares_y += away_y * (y - mean_y)
        products += away_x * (y - mean_y)
    return Paired(y=Moments(n, mean_y, squares_y), x=Moments(n, mean_x, squares_x), products=products)
