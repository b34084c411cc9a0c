"""Why a rate changed: because other people came (mix), or because the same people did otherwise (rate)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from apps.onboarding_api.services.statistics import checking


class Group(NamedTuple):
    """`successes` of `n` in one segment and one period."""

    successes: int
    n: int


@dataclass(frozen=True)
class Part:
    """What one segment adds to the change: both in shares of 1, exact."""

    segment: str
    mix: Fraction
    rate: Fraction


@dataclass(frozen=True)
class Change:
    """`mix` + `rate` is `total`, and the parts sum to them: exactly, they are fractions. `float()` them to show them.

    `is_reversal`: every segment moved one way (or stood), and the whole moved the other way (Simpson 1951).
    `mix_outweighs_rate`: the whole moved against the sum of what the segments did.
    """

    before: Fraction
    after: Fraction
    mix: Fraction
    rate: Fraction
    parts: tuple[Part, ...]
    is_reversal: bool

    @property
    def total(self) -> Fraction:
        return self.after - self.before

    @property
    def mix_outweighs_rate(self) -> bool:
        return self.rate * self.total < 0


def decompose(before: Mapping[str, Group], after: Mapping[str, Group]) -> Change:
    """Split the change of a rate between two periods, or its difference between two groups.

    With w the share of a segment, r its rate and a bar for the mean of both periods:
    mix = Σ (w' - w) (r̄ - R̄), rate = Σ w̄ (r' - r). Kitagawa, JASA 50 (1955) 1168-1194; measured from R̄, the mean of
    both total rates, a growing segment of low rate shows as a loss. The sum is the same. A segment that one period
    lacks has in it the rate of the other: its coming or going is mix. Both periods need somebody.
    """
    before, after = _groups(before), _groups(after)
    total_before, total_after = _total(before, "before"), _total(after, "after")
    rate_before, rate_after = Fraction(*total_before), Fraction(*total_after)
    middle = (rate_before + rate_after) / 2
    parts, moves = [], []
    for segment in sorted(before.keys() | after.keys()):
        then, now = before.get(segment, Group(0, 0)), after.get(segment, Group(0, 0))
        if not then.n and not now.n:
            continue
        weight_then, weight_now = Fraction(then.n, total_before.n), Fraction(now.n, total_after.n)
        rate_then, rate_now = Fraction(*(then if then.n else now)), Fraction(*(now if now.n else then))
        if then.n and now.n:
            moves.append(rate_now - rate_then)
        parts.append(
            Part(
                segment=segment,
                mix=(weight_now - weight_then) * ((rate_then + rate_now) / 2 - middle),
                rate=(weight_then + weight_now) / 2 * (rate_now - rate_then),
            )
        )
    return Change(
        before=rate_before,
        after=rate_after,
        mix=sum((part.mix for part in parts), Fraction(0)),
        rate=sum((part.rate for part in parts), Fraction(0)),
        parts=tuple(parts),
        is_reversal=_is_reversal(moves, rate_after - rate_before),
    )


def _groups(given: Mapping[str, Group]) -> dict[str, Group]:
    """Plain pairs will do."""
    return {segment: Group(*group) for segment, group in given.items()}


def _total(groups: Mapping[str, Group], period: str) -> Group:
    for group in groups.values():
        checking.share_of(*group)
    total = Group(
        sum(group.successes for group in groups.values()), sum(group.n for group in groups.values())
    )
    if not total.n:
        raise ValueError(f"there is nobody {period} the change")
    return total


def _is_reversal(moves: list[Fraction], total: Fraction) -> bool:
    up = any(move > 0 for move in moves)
    down = any(move < 0 for move in moves)
    return (up and not down and total < 0) or (down and not up and total > 0)
