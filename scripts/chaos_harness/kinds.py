"""What the producers commit: one kind of task for each way in which work goes well or wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass

DONE = frozenset({"done"})
DEAD = frozenset({"dead", "discarded"})
ANY = DONE | DEAD
"""Bystanders of many faults may use up their attempts: dead is not lost."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`ends`: the states it may be in when all is quiet. `share`: so many in a thousand."""

    name: str
    share: int
    ends: frozenset[str]
    effect: bool = False
    """Done means exactly one row of effect, anything else none."""
    outside: bool = False
    """Done means that the outside service was asked under its key; the service does each key once."""
    binds: bool = True
    """Dead ones must open and fit the code of now."""

    @property
    def task(self) -> str:
        return f"chaos_{self.name}"


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name="plain", share=660, ends=ANY, effect=True),
        Kind(name="outside", share=80, ends=ANY, effect=True, outside=True),
        Kind(name="retried", share=80, ends=ANY, effect=True),
        Kind(name="parks", share=40, ends=ANY, effect=True),
        Kind(name="later", share=20, ends=ANY, effect=True),
        Kind(name="unserialisable", share=10, ends=ANY),
        Kind(name="upcast", share=10, ends=ANY, effect=True),
        Kind(name="hopeless", share=40, ends=DEAD),
        Kind(name="exhausted", share=10, ends=DEAD),
        Kind(name="unknown", share=8, ends=DEAD, binds=False),
        Kind(name="no_way", share=8, ends=DEAD, binds=False),
        Kind(name="late", share=10, ends=frozenset({"expired", "discarded"}), effect=True),
        Kind(name="exits", share=5, ends=DEAD),
        Kind(name="memory", share=5, ends=DEAD),
        Kind(name="poison", share=4, ends=DEAD),
        # Whose main worker was killed has nobody left to enforce its limit: it may well come to its end.
        Kind(name="overlong", share=2, ends=ANY),
        Kind(name="long", share=3, ends=ANY, effect=True),
        Kind(name="blocking", share=2, ends=ANY, effect=True),
        Kind(name="parked_long", share=3, ends=frozenset({"parked"})),
        # Only on demand: it asks a language model.
        Kind(name="llm", share=0, ends=DONE, effect=True),
    )
}
OLDER_CODE = ("upcast", "no_way")
"""Committed under payload version 1; the code of now has 2."""
MOST_STARTS = 3
"""Of one attempt: `TASK_LEDGER.max_deliveries`."""
POISON_SECONDS = 30.0
"""By when a task that kills its process must be dead, where nothing else goes wrong."""


def by_task(task: str) -> Kind | None:
    return KINDS.get(task.removeprefix("chaos_"))


def choose(*, seed: int, producer: int, number: int) -> Kind:
    """The kind of a producer's task number `number`: every kind once at first, then by share."""
    kinds = [kind for kind in KINDS.values() if kind.share]
    if producer == 0 and number < len(kinds):
        return kinds[number]
    chance = random.Random(f"{seed}:{producer}:{number}")
    return chance.choices(kinds, weights=[kind.share for kind in kinds])[0]
