"""The limiter's breaker: after some failures in a row Redis is not asked any more, until it has shown that it is back.

Each process has its own: what it stands in for is the very thing that processes share state through.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]


class CacheBreaker:
    """Closed: Redis is asked; `threshold` failures in a row open it. Open: nobody asks for `reset_seconds`, then one
    check does (half open); its success closes, its failure opens for another `reset_seconds`. A success of anybody, the
    background probe included, closes it at once."""

    def __init__(
        self, *, threshold: int, reset_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold = threshold
        self._reset_seconds = reset_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._opened_at: float | None = None
        self.failures = 0

    @property
    def state(self) -> State:
        opened_at = self._opened_at
        if opened_at is None:
            return "closed"
        return "half_open" if self._clock() >= opened_at + self._reset_seconds else "open"

    def admits(self) -> bool:
        """Whether this check may ask Redis. While half open one may, and the next after another reset time."""
        if self._opened_at is None:
            return True
        with self._lock:
            if self._opened_at is not None and self._clock() < self._opened_at + self._reset_seconds:
                return False
            if self._opened_at is not None:
                self._opened_at = self._clock()
            return True

    def failed(self) -> bool:
        """True where this failure opened it."""
        with self._lock:
            self.failures += 1
            if self._opened_at is not None:
                self._opened_at = self._clock()
                return False
            if self.failures < self._threshold:
                return False
            self._opened_at = self._clock()
            return True

    def succeeded(self) -> bool:
        """True where this success closed it."""
        if self._opened_at is None and self.failures == 0:
            return False
        with self._lock:
            was_open = self._opened_at is not None
            self.failures, self._opened_at = 0, None
            return was_open
