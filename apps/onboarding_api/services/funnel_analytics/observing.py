"""Reading session rows as the funnel sees them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import QuerySet

from apps.onboarding.models import Client, ConversationSession
from apps.onboarding_api.services.funnel_analytics.definitions import Facts, Observation, facts_of

_FIELDS = (
    "session_id", "client_id", "started_at", "engaged_at", "recommendations_generated_at", "approval_decision_at",
    "completed_at", "last_heard_at", "last_activity_at", "current_state", "language", "device", "flow_version__name",
    "flow_version__version", "variants",
)  # fmt: skip
logger = logging.getLogger("funnel")
_CHUNK = 5_000


def facts_of_sessions(rows: QuerySet[ConversationSession], *, now: datetime) -> Iterator[Facts]:
    """Facts of those of the sessions that have started; memory does not grow with their number."""
    zones = {pk: _zone(name) for pk, name in Client.objects.values_list("pk", "time_zone")}
    found = rows.order_by().values_list(*_FIELDS).iterator(chunk_size=_CHUNK)
    return _counted(found, zones, now)


def _counted(rows: Iterable[tuple[Any, ...]], zones: dict[UUID, ZoneInfo], now: datetime) -> Iterator[Facts]:
    all_zone = everyones_zone()
    for row in rows:
        zone = zones.get(row[1], all_zone)
        facts = facts_of(_observation(row), now=now, zone=zone, all_zone=all_zone)
        if facts is not None:
            yield facts


def _zone(name: str) -> ZoneInfo:
    """A name that the machine's zone data lost since must not hold up everybody's figures."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        logger.error("no such time zone: %s; the client's days are counted in everybody's", name)
        return everyones_zone()


def everyones_zone() -> ZoneInfo:
    return ZoneInfo(settings.FUNNEL.time_zone)


def _observation(row: tuple[Any, ...]) -> Observation:
    return Observation(
        session_id=row[0],
        client_id=row[1],
        stage_times=row[2:7],
        last_heard_at=row[7],
        last_activity_at=row[8],
        state=row[9],
        language=row[10],
        device=row[11] or "unknown",
        flow=flow_label(row[12], row[13]),
        variants=tuple(f"{experiment}:{arm}" for experiment, arm in row[14].items()),
    )


@lru_cache(maxsize=1000)
def flow_label(name: str | None, version: int | None) -> str:
    return f"{name} v{version}" if name else "none"
