"""Cumulative incidence: which share has advanced by when, counted without taking open sessions for lost ones.

Dropping competes with advancing, and sessions that are still open are known up to now only (right-censored). The
estimate is that of Aalen and Johansen (Scandinavian Journal of Statistics 5 (1978) 141-150).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from apps.onboarding_api.services.statistics import checking, distributions, intervals, risk_table
from apps.onboarding_api.services.statistics.risk_table import Moment, Observed, Outcome

# Shares are sums of many terms: half of the sessions must count as half although the sum says 0.49999999999999994.
_ROUNDING = 1e-12


class Step(NamedTuple):
    """From `seconds` on the share is `share`, its variance `variance`, and `undecided` have had neither outcome."""

    seconds: float
    share: float
    variance: float
    undecided: float


@dataclass(frozen=True)
class Incidence:
    """A step function of time, from `cumulative_incidence`."""

    n: int
    steps: tuple[Step, ...]
    moments: tuple[Moment, ...]

    @property
    def known_until(self) -> float:
        """Seconds up to which anything is known; infinite once every session is decided, 0 for none."""
        if not self.moments:
            return 0.0
        return self.moments[-1].seconds if self.moments[-1].left_open else math.inf

    def at(self, seconds: float) -> float | None:
        """The share by `seconds`; None where no session was watched for so long."""
        checking.not_negative(seconds, name="seconds")
        if seconds > self.known_until or not self.n:
            return None
        step = self._step(seconds)
        return step.share if step else 0.0

    def at_least(self, seconds: float) -> float | None:
        """`at` where that is known, else the share at the end of what is known; None for no sessions.

        Who is undecided there may still advance: the share is at most `undecided` of the last step more.
        """
        checking.not_negative(seconds, name="seconds")
        return self.at(min(seconds, self.known_until))

    def error(self, seconds: float) -> float | None:
        """The standard error of `at`; None where that is."""
        if self.at(seconds) is None:
            return None
        step = self._step(seconds)
        return math.sqrt(step.variance) if step else 0.0

    def interval(self, seconds: float, *, level: float = intervals.LEVEL) -> intervals.Interval:
        """Wilson's interval with as many sessions as would give the same variance: n' = F (1 - F) / Var F.

        The effective sample size of Rothman (Journal of Chronic Diseases 31 (1978) 557-560). Without open sessions it
        is Wilson's interval of the counts. Where F is 0 or 1 and the variance says nothing, n' is the number that was
        decided or still watched by then. Beyond what is known it begins where the interval at the last known moment
        does, and ends where it would if all who are undecided there advanced. Of no sessions it is 0 to 1.
        """
        known = min(checking.not_negative(seconds, name="seconds"), self.known_until)
        share = self.at(known)
        distributions.two_sided_z(level)
        if share is None:
            return intervals.Interval(0.0, 1.0)
        step = self._step(known)
        n = share * (1 - share) / step.variance if step and step.variance > 0 and 0 < share < 1 else None
        found = intervals.wilson_of_share(share, n or self._known_to(known), level=level)
        if known == seconds:
            return found
        most = min(1.0, share + (step.undecided if step else 1.0))
        return intervals.Interval(
            found.low, intervals.wilson_of_share(most, n or self._known_to(known), level=level).high
        )

    def log_log_interval(
        self, seconds: float, *, level: float = intervals.LEVEL
    ) -> intervals.Interval | None:
        """F ** exp(± z se / (F ln F)), for comparison with other tools; None where F is 0, 1 or unknown.

        Choudhury, Statistics in Medicine 21 (2002) 1129-1144.
        """
        share = self.at(seconds)
        z = distributions.two_sided_z(level)
        if share is None or not 0 < share < 1:
            return None
        reach = z * (self.error(seconds) or 0.0) / (share * -math.log(share))
        return intervals.Interval(share ** math.exp(reach), share ** math.exp(-reach))

    def quantile(self, q: float) -> float | None:
        """The first time by which a share of `q` of all sessions has advanced; None: not reached."""
        checking.inside(q, name="q")
        position = bisect_left(self.steps, q - _ROUNDING, key=lambda step: step.share)  # shares never fall
        return self.steps[position].seconds if position < len(self.steps) else None

    def quantile_interval(
        self, q: float, *, level: float = intervals.LEVEL
    ) -> tuple[float | None, float | None]:
        """The times at which the interval of the share begins and ends to hold `q` (Brookmeyer and Crowley 1982).

        None in either place: not reached.
        """
        checking.inside(q, name="q")
        distributions.two_sided_z(level)
        first = self._first(lambda step: self.interval(step.seconds, level=level).high >= q)
        last = self._first(lambda step: self.interval(step.seconds, level=level).low >= q)
        return first, last

    def quantile_of_advanced(self, q: float, *, within: float) -> float | None:
        """The time by which a share of `q` of those has advanced who advance within so many seconds.

        F(t) >= q F(within). None where nobody does, or where `within` lies beyond what is known.
        """
        checking.inside(q, name="q")
        total = self.at(within)
        if not total:
            return None
        return self._first(lambda step: step.share >= q * total - _ROUNDING)

    def mean_of_advanced(self, *, within: float) -> float | None:
        """Mean seconds of those who advance within so many seconds: Σ t ΔF(t) / F(within).

        Slow sessions that are still open are not left out, as they are in the mean of those who have arrived. None
        where nobody advances, or where `within` lies beyond what is known.
        """
        total = self.at(within)
        if not total:
            return None
        before, weighted = 0.0, 0.0
        for step in self.steps[: self._position(within)]:
            weighted += step.seconds * (step.share - before)
            before = step.share
        return weighted / total

    def restricted_mean(self, *, within: float) -> float | None:
        """Mean seconds not yet advanced, of at most `within`: the area over the curve, ∫ (1 - F) dt.

        Who drops never advances and counts with all of `within`. None where `within` lies beyond what is known.
        """
        if self.at(within) is None:
            return None
        area, share, since = 0.0, 0.0, 0.0
        for step in self.steps[: self._position(within)]:
            area += (1.0 - share) * (step.seconds - since)
            share, since = step.share, step.seconds
        return area + (1.0 - share) * (within - since)

    def _position(self, seconds: float) -> int:
        return bisect_right(self.steps, seconds, key=lambda step: step.seconds)

    def _step(self, seconds: float) -> Step | None:
        position = self._position(seconds)
        return self.steps[position - 1] if position else None

    def _first(self, wanted: Callable[[Step], bool]) -> float | None:
        return next((step.seconds for step in self.steps if wanted(step)), None)

    def _known_to(self, seconds: float) -> int:
        """Sessions that were decided or still watched at `seconds`."""
        position = bisect_left(self.moments, seconds, key=lambda moment: moment.seconds)
        return self.n - sum(moment.left_open for moment in self.moments[:position])


def cumulative_incidence(observed: Iterable[Observed], *, of: Outcome = Outcome.ADVANCED) -> Incidence:
    """F(t) = Σ S(before t_j) d_j / n_j, with S the share that has had neither outcome.

    `of` is the outcome asked about, the other one competes. Variance by the delta method for grouped data (Gaynor and
    others, JASA 88 (1993) 400-409), which without open sessions is F (1 - F) / n to the last digit:

    Σ (F(t) - F_j)² d.j / (n_j (n_j - d.j)) + Σ S_(j-1)² d_j (n_j - d_j) / n_j³ - 2 Σ (F(t) - F_j) S_(j-1) d_j / n_j²
    """
    return of_table(risk_table.build(observed), of=of)


def of_table(moments: list[Moment], *, of: Outcome = Outcome.ADVANCED) -> Incidence:
    """The same from a risk table, which both outcomes can share."""
    if of is Outcome.OPEN:
        raise ValueError("an open session has had no outcome to count")
    return Incidence(
        n=moments[0].at_risk if moments else 0, steps=tuple(_steps(moments, of)), moments=tuple(moments)
    )


def kaplan_meier(observed: Iterable[Observed], *, of: Outcome = Outcome.ADVANCED) -> Incidence:
    """1 - S(t) of Kaplan and Meier, JASA 53 (1958) 457-481, with Greenwood's variance: the case without competition.

    Every session that did not have the outcome `of` counts as last seen at its time. For curves of which leaving is
    the only end; where dropping competes with advancing it overstates both.
    """
    alone = (
        one if one.outcome in (of, Outcome.OPEN) else one._replace(outcome=Outcome.OPEN) for one in observed
    )
    return cumulative_incidence(alone, of=of)


def _steps(moments: list[Moment], of: Outcome) -> Iterable[Step]:
    """One pass: with F rising by δ, Σ a (F - F_j)² rises by 2 δ Σ a (F - F_j) + δ² Σ a, and so on.

    Small terms are added to small sums, so that near F = 1, where the three parts cancel, digits are left.
    """
    share, undecided = 0.0, 1.0
    weights = first = second = 0.0  # Σ a, Σ a (F - F_j), Σ a (F - F_j)² with a = d.j / (n_j (n_j - d.j))
    slopes = crossed = own = 0.0  # Σ b, Σ b (F - F_j) with b = S_(j-1) d_j / n_j², and the middle sum
    place = 2 if of is Outcome.ADVANCED else 3
    for moment in moments:
        seconds, n, advanced, dropped, _ = moment
        events, all_events = moment[place], advanced + dropped
        if not all_events:
            continue
        rise = undecided * events / n
        share += rise
        second += rise * (2 * first + rise * weights)
        first += rise * weights
        crossed += rise * slopes
        own += rise * undecided * (n - events) / (n * n)
        slopes += rise / n
        if all_events < n:  # where all are decided F moves no more, and the term would be 0 times infinity
            weights += all_events / (n * (n - all_events))
        undecided *= (n - all_events) / n
        if 1.0 - share < _ROUNDING:
            yield Step(seconds, 1.0, 0.0, undecided)
        else:
            variance = second - 2 * crossed + own
            yield Step(seconds, share, variance if variance > 0.0 else 0.0, undecided)
