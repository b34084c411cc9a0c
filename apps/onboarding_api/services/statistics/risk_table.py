"""Who was still at risk, and what happened, at each moment: the table under every survival estimate."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from apps.onboarding_api.services.statistics import checking


class Outcome(StrEnum):
    """What is known of a session by now."""

    ADVANCED = "advanced"
    DROPPED = "dropped"
    OPEN = "open"


class Observed(NamedTuple):
    """So many `sessions` which after `seconds` (from 0 up) advanced, dropped, or were last seen still open."""

    seconds: float
    outcome: Outcome
    sessions: int = 1


class Moment(NamedTuple):
    """`at_risk` sessions came to this moment undecided; so many of them advanced, dropped, or were last seen, then."""

    seconds: float
    at_risk: int
    advanced: int
    dropped: int
    left_open: int

    def happened(self, outcome: Outcome) -> int:
        return self.advanced if outcome is Outcome.ADVANCED else self.dropped


def build(observed: Iterable[Observed]) -> list[Moment]:
    """One row for each distinct time, ascending; of nothing, none.

    Who was last seen open at a moment is at risk at it: ties of an event and a censoring count the event first (the
    convention of Kaplan and Meier). Zero seconds is a time like any other. Memory grows with the distinct times only.
    """
    counts: dict[float, list[int]] = {}
    column = {Outcome.ADVANCED: 0, Outcome.DROPPED: 1, Outcome.OPEN: 2}
    total = 0
    for seconds, outcome, sessions in observed:
        checking.not_negative(seconds, name="seconds")
        if outcome not in column:
            raise ValueError(f"outcome must be advanced, dropped or open, not {outcome!r}")
        counts.setdefault(seconds, [0, 0, 0])[column[outcome]] += checking.count(sessions, name="sessions")
        total += sessions
    rows = []
    for seconds in sorted(counts):
        advanced, dropped, left_open = counts[seconds]
        if leaving := advanced + dropped + left_open:
            rows.append(Moment(seconds, total, advanced, dropped, left_open))
            total -= leaving
    return rows
