"""What may become of a failed run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Retry:
    """Try again after `delay_seconds`; spends an attempt."""

    delay_seconds: float


@dataclass(frozen=True)
class Again:
    """Start once more, at once, within the same attempt: its connection broke, the work itself did not fail.

    Counts as a delivery, as the loss of a worker does; where the deliveries are used up it is a `Retry` after
    `else_delay_seconds`, or dead where `else_delay_seconds` is None.
    """

    else_delay_seconds: float | None


@dataclass(frozen=True)
class Park:
    """Its provider does not admit work now; look again after `delay_seconds`; spends no attempt."""

    delay_seconds: float
    service: str = ""


@dataclass(frozen=True)
class Dead:
    """No further attempt can help, or none is left."""


Verdict = Retry | Again | Park | Dead
