"""What the quotas promise, written down once more and without any concurrency: one operation after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Quotas:
    at_once: int
    burst: int
    photos: int
    documents: int
    bytes: int
    window_seconds: float


@dataclass
class Session:
    """Of one session: what is held, which of it is being received, and when photos came."""

    quotas: Quotas
    held: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    photos_at: list[int] = field(default_factory=list)

    def reserve(self, now: int, key: str, cost: tuple[int, int, int], *, stored: Iterable[str]) -> bool:
        """`stored`: uploads that the asker saw in the rows; they are no longer being received."""
        self.settle(stored)
        fits = all(a + b <= most for a, b, most in zip(self.used(), cost, self._most(), strict=True) if b)
        fits = fits and len(self.under_way) < self.quotas.at_once
        if cost[0]:
            fits = fits and self.burst(now) < self.quotas.burst
        if fits:
            self.held[key] = cost
            self.under_way.add(key)
            self.photos_at += [now] * cost[0]
        return fits

    def release(self, key: str) -> None:
        if key in self.under_way:
            self.under_way.remove(key)
            del self.held[key]

    def settle(self, stored: Iterable[str]) -> None:
        self.under_way -= set(stored)

    def used(self) -> tuple[int, int, int]:
        costs = list(self.held.values())
        return sum(cost[0] for cost in costs), sum(cost[1] for cost in costs), sum(cost[2] for cost in costs)

    def burst(self, now: int) -> int:
        return sum(at + self.quotas.window_seconds * MICROSECONDS > now for at in self.photos_at)

    def _most(self) -> tuple[int, int, int]:
        return self.quotas.photos, self.quotas.documents, self.quotas.bytes
