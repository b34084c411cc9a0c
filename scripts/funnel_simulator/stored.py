"""Lives as rows of the product's database: what it would know of them at some moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from apps.onboarding.simulated_sessions import SimulatedSession
from scripts.funnel_simulator.lives import Life
from scripts.funnel_simulator.world import DAY, World


def known(
    life: Life, world: World, *, cut: float, client_id: UUID, flow_version_id: UUID | None
) -> SimulatedSession | None:
    """One life as known `cut` seconds into the world; None where it has not begun.

    People show signs of life until they leave: who has not left by then was active just now.
    """
    watched = cut - life.started
    if watched < 0:
        return None
    begin = world.start + timedelta(seconds=life.started)
    stages = tuple(begin + timedelta(seconds=offset) for offset in life.stages if offset <= watched)
    is_cancelled = life.cancelled and life.left is not None and life.left <= watched
    return SimulatedSession(
        session_id=life.session_id,
        client_id=client_id,
        flow_version_id=flow_version_id,
        language=life.language,
        device=life.device,
        stages=stages,
        last_heard_at=_last_sign(life, begin, stages, watched),
        is_cancelled=is_cancelled,
        variants={world.experiment.key: life.variant} if world.experiment and life.variant else {},
    )


def known_of(
    lives: Iterable[tuple[UUID, Life]],
    world: World,
    *,
    cut: float | None = None,
    flow_version_id: UUID | None = None,
) -> Iterator[SimulatedSession]:
    """All that have begun, of (client, life); by default at the end of the world's days."""
    moment = world.days * DAY if cut is None else cut
    for client_id, life in lives:
        found = known(life, world, cut=moment, client_id=client_id, flow_version_id=flow_version_id)
        if found is not None:
            yield found


def _last_sign(life: Life, begin: datetime, stages: tuple[datetime, ...], watched: float) -> datetime:
    if life.left is None and len(stages) == len(life.stages):
        return stages[-1]
    return begin + timedelta(seconds=watched if life.left is None else min(life.left, watched))
