"""What the parts of a breaker tell each other."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["closed", "open", "half_open"]
Decision = Literal["call", "probe", "refused"]

_uniform: Callable[[float, float], float] = random.SystemRandom().uniform
_JITTER = 0.1
"""Share of the reset time over which refused work returns, so that it does not return together."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A breaker at one moment.

    `wait_seconds` until the next probe may be made, 0 where it may be made now or none is needed;
    `probe_seconds`: what is left of the permit of a probe under way; `opened_at` in seconds of the Unix epoch.
    """

    state: State = "closed"
    failures: int = 0
    successes: int = 0
    wait_seconds: float = 0.0
    opened_at: float | None = None
    probe_seconds: float = 0.0
    last_error_class: str = ""

    def park_seconds(self, *, reset_timeout_seconds: float) -> float:
        """When refused work should look again: when the probe under way must have ended, or the next one may start.

        Closing releases what is parked at once; looking sooner would only be refused again.
        """
        if self.wait_seconds <= 0:
            return max(1.0, self.probe_seconds) + _uniform(0.0, 2.0)
        return self.wait_seconds + _uniform(0.0, _JITTER * reset_timeout_seconds)

    @property
    def admits(self) -> bool:
        """Whether a call made now would go through."""
        return self.state == "closed" or (self.wait_seconds <= 0 and self.probe_seconds <= 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one question to a breaker's state; `change` is the state that it brought about, if any."""

    decision: Decision
    change: State | None
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Admission:
    """A call that may be made. `token` names the permit of a probe, and is empty for an ordinary call."""

    token: str
    failures: int

    @property
    def is_probe(self) -> bool:
        return bool(self.token)
