"""What may become of a failed run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Retry:
    """Try again after `delay_seconds`; spends an attempt."""

    delay_seconds: float


@dataclass(frozen=True)
class Park:
    """Its provider does not admit work now; look again after `delay_seconds`; spends no attempt."""

    delay_seconds: float


@dataclass(frozen=True)
class Dead:
    """No further attempt can help, or none is left."""


Verdict = Retry | Park | Dead
