"""Lives of sessions from beginning to end, as nobody who watches ever sees them whole."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, product
from typing import NamedTuple
from uuid import UUID

from apps.onboarding_api.services.statistics.experiments import assignment
from scripts.funnel_simulator.world import DAY, HOUR, STAGES, World


class Life(NamedTuple):
    """`started` in seconds since the start of the world; the rest in seconds since `started`.

    `stages` has the time of each stage that was reached, the first of them 0. `left` is None for who completed;
    `cancelled`: they said that they leave.
    """

    session_id: UUID
    started: float
    hour: int
    language: str
    device: str
    variant: str
    stages: tuple[float, ...]
    left: float | None
    cancelled: bool

    def stage_times(self, world: World) -> dict[str, datetime]:
        """The time of each stage that was reached, by name."""
        return {
            name: world.start + timedelta(seconds=self.started + offset)
            for name, offset in zip(STAGES, self.stages, strict=False)
        }


def draw(world: World, *, sessions: int, seed: int) -> Iterator[Life]:
    """So many lives, one after the other: the same for the same world and seed. They do not come in order of start."""
    chance = random.Random(seed)
    persons = list(product(world.languages, world.devices, range(24)))
    ends = list(
        accumulate(
            world.languages[language].share * world.devices[device].share * world.hours[hour].share
            for language, device, hour in persons
        )
    )
    hazards = {
        (*person, variant): world.hazards(
            language=person[0], device=person[1], hour=person[2], variant=variant
        )
        for person in persons
        for variant in world.variants()
    }
    weights = world.experiment.weights if world.experiment else {}
    for _ in range(sessions):
        session_id = UUID(int=chance.getrandbits(128), version=4)
        language, device, hour = persons[bisect_right(ends, chance.random() * ends[-1], hi=len(ends) - 1)]
        started = int(chance.random() * world.days) * DAY + (hour + chance.random()) * HOUR
        variant = ""
        if world.experiment:
            found = assignment.variant_for(
                experiment=world.experiment.key, unit=str(session_id), weights=weights
            )
            variant = found or ""
        stages, left = _live(world, hazards[language, device, hour, variant], started, chance)
        cancelled = left is not None and chance.random() < world.cancels
        yield Life(session_id, started, hour, language, device, variant, stages, left, cancelled)


def _live(
    world: World, hazards: tuple[tuple[float, float], ...], started: float, chance: random.Random
) -> tuple[tuple[float, ...], float | None]:
    stages, now = [0.0], 0.0
    for step, (advance, leave) in zip(world.steps, hazards, strict=True):
        if not step.instantly or chance.random() >= step.instantly:
            now, went_on = _wait(world, advance, leave, started, now, chance)
            if not went_on:
                return tuple(stages), now
        stages.append(now)
    return tuple(stages), None


def _wait(
    world: World, advance: float, leave: float, started: float, now: float, chance: random.Random
) -> tuple[float, bool]:
    """The moment of the next thing that happens, and whether it is an advance: two competing exponential clocks.

    They have no memory, so that at each edge of an outage they are simply set anew.
    """
    if not world.outages:
        total = advance + leave
        return now + chance.expovariate(total), chance.random() * total < advance
    for begin, end, more, less in _pieces(world, started + now):
        total = advance * more + leave * less
        at = max(begin - started, now) + (chance.expovariate(total) if total else math.inf)
        if at < end - started:
            return at, chance.random() * total < advance * more
        now = end - started
    raise AssertionError("the last piece has no end, and every step has a hazard")


def _pieces(world: World, since: float) -> Iterator[tuple[float, float, float, float]]:
    """(begin, end, factor of advancing, factor of leaving) from `since` on, without gaps and without end."""
    for outage in world.outages:
        if since < outage.begin:
            yield since, outage.begin, 1.0, 1.0
        if since < outage.end:
            yield max(since, outage.begin), outage.end, outage.advance, outage.leave
            since = outage.end
    yield since, math.inf, 1.0, 1.0
