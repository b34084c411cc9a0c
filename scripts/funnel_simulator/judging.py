"""The product's own figures, out of its database, beside the true rates of the world that was written into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from apps.onboarding import simulated_sessions
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import estimates, reading
from apps.onboarding_api.services.funnel_analytics.estimates import Rate
from apps.onboarding_api.services.funnel_analytics.windows import Window
from scripts.funnel_simulator import lives, stored, truth
from scripts.funnel_simulator.lives import Life
from scripts.funnel_simulator.world import STAGES, World

WITHIN = timedelta(hours=72)


@dataclass(frozen=True)
class Judged:
    """A share, 0 to 1, of those who reached a stage: what is true, what the product says, what plain counting says."""

    name: str
    true: float
    rate: Rate
    naive: float

    @property
    def error(self) -> float:
        """In points of a hundred."""
        return abs((self.rate.value if self.rate.value is not None else 9.0) - self.true) * 100

    @property
    def naive_error(self) -> float:
        return abs(self.naive - self.true) * 100


def write(world: World, *, clients: Sequence[UUID], sessions: int, seed: int) -> int:
    """So many lives, the clients in turn, as known at the end of the world's days; how many had begun by then."""
    drawn = lives.draw(world, sessions=sessions, seed=seed)
    return simulated_sessions.write(stored.known_of(_in_turn(clients, drawn), world))


def count(world: World) -> int:
    """Compute the funnel as it is at the end of the world's days."""
    return funnel_analytics.rebuild(now=_end(world))


def truths(world: World, *, within: timedelta = WITHIN) -> tuple[float, ...]:
    """The true shares in the order of `judge`."""
    seconds = within.total_seconds()
    return *truth.step_shares(world, within=seconds), truth.shares_by(world, within=seconds)[4]


def judge(
    world: World, true: Sequence[float], *, scope: UUID = EVERYONE, within: timedelta = WITHIN
) -> list[Judged]:
    """From each of the first four stages to the next, and from the start to completion."""
    window = Window(world.start, _end(world))
    with reading.one_moment():
        found = estimates.estimate(scope, window, now=_end(world), within=within)
    reached = found.totals.reached
    steps = [
        Judged(
            f"{STAGES[stage]} to {STAGES[stage + 1]}",
            true[stage],
            found.steps[stage].advanced,
            reached[stage + 1] / reached[stage],
        )
        for stage in range(4)
    ]
    return [
        *steps,
        Judged("from the start to completion", true[4], found.whole.advanced, reached[4] / reached[0]),
    ]


def _end(world: World) -> datetime:
    return world.start + timedelta(days=world.days)


def _in_turn(clients: Sequence[UUID], drawn: Iterator[Life]) -> Iterator[tuple[UUID, Life]]:
    return zip(cycle(clients), drawn, strict=False)
