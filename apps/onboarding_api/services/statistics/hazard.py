"""A life table by intervals of waiting: the chance to drop from here on, which any cleverer prediction has to beat."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from apps.onboarding_api.services.statistics import checking
from apps.onboarding_api.services.statistics.risk_table import Observed, Outcome

# Five minutes is the limit of inactivity; the first intervals are finer because most is decided in them.
EDGES_SECONDS = (0.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14_400.0, 86_400.0)


@dataclass(frozen=True)
class Interval:
    """From `start` to `end` seconds (the last one has no end): of `exposed` sessions so many dropped or advanced in it.

    `exposed` is who entered it, less half of those whose watch ended in it (the actuarial convention).
    """

    start: float
    end: float
    exposed: float
    dropped: int
    advanced: int

    @property
    def drop_hazard(self) -> float:
        return self.dropped / self.exposed if self.exposed else 0.0

    @property
    def advance_hazard(self) -> float:
        return self.advanced / self.exposed if self.exposed else 0.0


@dataclass(frozen=True)
class Baseline:
    """Discrete-time hazards of dropping and advancing in one stage; from `fit`."""

    intervals: tuple[Interval, ...]

    def chance_to_drop(self, *, elapsed_seconds: float) -> float | None:
        """The chance that a session which has waited so long without outcome drops before it advances.

        Σ h_drop,j Π (1 - h_drop,k - h_advance,k) over the intervals from the one that holds `elapsed_seconds` on. None
        where nobody was ever seen to be decided from there on.
        """
        checking.not_negative(elapsed_seconds, name="elapsed_seconds")
        first = bisect_right([one.start for one in self.intervals], elapsed_seconds) - 1
        ahead = self.intervals[first:]
        if not any(one.dropped or one.advanced for one in ahead):
            return None
        undecided, drops, advances = 1.0, 0.0, 0.0
        for one in ahead:
            drops += undecided * one.drop_hazard
            advances += undecided * one.advance_hazard
            undecided *= max(0.0, 1.0 - one.drop_hazard - one.advance_hazard)
        return drops / (drops + advances)  # who is undecided at the end divides as those did who were decided


def fit(observed: Iterable[Observed], *, edges: Sequence[float] = EDGES_SECONDS) -> Baseline:
    """Hazards d_j / (n_j - ½ c_j) in the intervals that `edges` (seconds, ascending, from 0) part.

    Cutler and Ederer, Journal of Chronic Diseases 8 (1958) 699-712, with two causes.
    """
    if not edges or edges[0] != 0 or any(not one < other for one, other in pairwise(edges)):
        raise ValueError("edges must begin at 0 and ascend")
    happened = [dict.fromkeys(Outcome, 0) for _ in edges]
    for seconds, outcome, sessions in observed:
        checking.not_negative(seconds, name="seconds")
        happened[bisect_right(edges, seconds) - 1][Outcome(outcome)] += checking.count(
            sessions, name="sessions"
        )
    entering = sum(sum(counts.values()) for counts in happened)
    found = []
    for counts, (start, end) in zip(happened, pairwise([*edges, math.inf]), strict=True):
        found.append(
            Interval(
                start=start,
                end=end,
                exposed=entering - counts[Outcome.OPEN] / 2,
                dropped=counts[Outcome.DROPPED],
                advanced=counts[Outcome.ADVANCED],
            )
        )
        entering -= sum(counts.values())
    return Baseline(tuple(found))
