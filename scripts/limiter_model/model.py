"""The limiter as one would write it down: one process, one operation after the other, plain lists."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

MICROSECONDS = 1_000_000
MOST_EXACT = 1_000


@dataclass(frozen=True)
class Asked:
    """One limit of an operation. `window` in microseconds."""

    key: str
    quota: int
    window: int
    cost: int


@dataclass
class _Log:
    entries: deque[list[int]] = field(default_factory=deque)
    used: int = 0


@dataclass(frozen=True)
class Outcome:
    """`used` after the operation; `waits` in microseconds: 0 where it fits, -1 where it never does."""

    admitted: bool
    used: tuple[int, ...]
    waits: tuple[int, ...]


class Model:
    """An entry counts while less than its window has passed. All limits of an operation are charged, or none."""

    def __init__(self) -> None:
        self._logs: defaultdict[str, _Log] = defaultdict(_Log)

    def decide(self, now: int, asked: list[Asked]) -> Outcome:
        logs = [self._logs[one.key] for one in asked]
        for one, log in zip(asked, logs, strict=True):
            while log.entries and now - log.entries[0][0] >= one.window:
                log.used -= log.entries.popleft()[1]
        waits = tuple(_wait(log, one, now) for one, log in zip(asked, logs, strict=True))
        admitted = not any(waits)
        if admitted:
            for one, log in zip(asked, logs, strict=True):
                _charge(log, one, now)
        return Outcome(admitted=admitted, used=tuple(log.used for log in logs), waits=waits)


def _wait(log: _Log, one: Asked, now: int) -> int:
    if log.used + one.cost <= one.quota:
        return 0
    if one.cost > one.quota:
        return -1
    left = log.used
    for at, cost in log.entries:
        left -= cost
        if left + one.cost <= one.quota:
            return at + one.window - now
    raise AssertionError("an empty log has room for what fits at all")


def _charge(log: _Log, one: Asked, now: int) -> None:
    if one.cost == 0:
        return
    log.used += one.cost
    grain = 0 if one.quota <= MOST_EXACT else one.window // 1000
    if grain and log.entries and log.entries[-1][0] // grain == now // grain:
        log.entries[-1] = [now, log.entries[-1][1] + one.cost]
    else:
        log.entries.append([now, one.cost])
