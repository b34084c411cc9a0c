"""Which fault comes when: the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

KILL_SHARES = {
    "kill_child": 40,
    "kill_worker": 15,
    "kill_group": 15,
    "kill_keeper": 15,
    "stop_then_kill": 10,
    "kill_producer": 5,
}
OTHERS_FOR_A_KILL = 0.6
FLUSHES_FOR_A_KILL = 1 / 40


@dataclass(frozen=True)
class Step:
    fault: str
    at: float
    """Share of all tasks that are committed by then, 0 to 1."""
    seed: str


def make(*, seed: int, kills: int, others: list[str], flushes: int | None = None) -> list[Step]:
    """`kills` kills, `flushes` emptyings of Redis, and every one of `others` about equally often."""
    chance = random.Random(f"plan:{seed}")
    names = chance.choices(list(KILL_SHARES), weights=list(KILL_SHARES.values()), k=kills)
    names += ["flushall"] * (max(1, round(kills * FLUSHES_FOR_A_KILL)) if flushes is None else flushes)
    others = [name for name in others if name != "flushall"]
    # At least once each, so that a short run has them all.
    wanted = max(len(others), round(kills * OTHERS_FOR_A_KILL)) if others else 0
    names += [others[place % len(others)] for place in range(wanted)]
    chance.shuffle(names)
    return [
        Step(fault=name, at=(place + chance.random()) / len(names), seed=f"{seed}:{place}:{name}")
        for place, name in enumerate(names)
    ]
