"""How fast a detector is, by its own processor time: other work on the machine hardly moves the figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from scripts.benches.figures import over_rounds
from scripts.pii_evaluation import hostile
from scripts.pii_evaluation.child import Child, TooSlow

BLOCK = 500
BLOCKS = 80
ROUNDS = 3
SMALL, LARGE = 64_000, 1_000_000


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Milliseconds per text of 500 characters, in English and in all languages."""

    english_p50: float
    english_p99: float
    mixed_p50: float
    mixed_p99: float


@dataclass(frozen=True, kw_only=True)
class Worst:
    """The slowest hostile text of those that were tried, and whether any was given up on."""

    seconds: float
    piece: str
    tried: int
    gave_up: bool


def speed(child: Child, *, policy: str = "balanced") -> Speed:
    english = hostile.ordinary(BLOCK, BLOCKS, language="en")
    mixed = hostile.ordinary(BLOCK, BLOCKS)
    child.ask(mixed[:50], policy=policy)  # caches fill on the first texts
    taken = {
        name: [child.ask(texts, policy=policy).seconds for _ in range(ROUNDS)]
        for name, texts in (("english", english), ("mixed", mixed))
    }
    return Speed(
        **{
            f"{name}_p{share * 100:.0f}": over_rounds(rounds, share) * 1000
            for name, rounds in taken.items()
            for share in (0.5, 0.99)
        }
    )


def worst_hostile(
    start: Callable[[], Child], *, budget: float, deadline: float, policy: str = "balanced"
) -> Worst:
    """The hostile texts one by one, `deadline` processor seconds each, for `budget` seconds of the clock at most."""
    began, tried, gave_up = time.monotonic(), 0, False
    worst = (0.0, "")
    child = start()
    try:
        for example in hostile.hostile():
            if time.monotonic() - began > budget:
                break
            tried += 1
            try:
                seconds = child.ask([example], policy=policy, deadline=deadline).seconds[0]
            except TooSlow:
                seconds, gave_up = deadline, True
                child = start()
            worst = max(worst, (seconds, example.text[:10]))
    finally:
        child.close()
    return Worst(seconds=worst[0], piece=worst[1], tried=tried, gave_up=gave_up)


def growth(child: Child) -> float:
    """Time per character at a million characters, as a multiple of that at 64,000: 1 is linear."""
    small = hostile.ordinary(SMALL, 3)
    (large,) = hostile.ordinary(LARGE, 1)
    each = median(child.ask(small).seconds) / SMALL
    return child.ask([large]).seconds[0] / LARGE / each
