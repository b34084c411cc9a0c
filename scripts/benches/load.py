"""Clients at once: each in a thread of its own, all starting together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

Call = Callable[[], float]
"""Does one thing and returns the seconds it took."""


def drive(clients: Sequence[Call], *, times: int) -> list[float]:
    """Let every client call `times` times, one call after the other; all their seconds."""
    start = threading.Barrier(len(clients))

    def work(call: Call) -> list[float]:
        start.wait()
        return [call() for _ in range(times)]

    with ThreadPoolExecutor(len(clients)) as pool:
        return [seconds for taken in pool.map(work, clients) for seconds in taken]
