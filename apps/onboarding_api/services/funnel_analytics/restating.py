"""Saying that figures have changed: a revision for caches, a note for people where a past day is concerned."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.onboarding.models import Client, FunnelRestatement
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import definitions, moment, observing
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS, Deltas
from apps.onboarding_api.services.funnel_analytics.moment import Statement
from apps.onboarding_api.services.funnel_analytics.windows import Window

_FIGURES = COUNTS[:9]


def raise_revisions(scopes: Iterable[UUID], *, now: datetime, zones_too: bool = False) -> None:
    """`zones_too`: their days have been counted in the zones of now."""
    zones = dict(Client.objects.values_list("pk", "time_zone"))
    everyones = observing.everyones_zone().key
    rows = [
        (scope, zones.get(scope, everyones), now) for scope in scopes if scope == EVERYONE or scope in zones
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"""INSERT INTO onboarding_funnelscope AS t (scope, revision, time_zone, changed_at) VALUES (%s, 1, %s, %s)
                ON CONFLICT (scope) DO UPDATE SET revision = t.revision + 1, changed_at = excluded.changed_at
                {", time_zone = excluded.time_zone" if zones_too else ""}""",  # noqa: S608 -- words of our own
            rows,
        )


def note_changes(deltas: Deltas, *, deleted: bool, now: datetime) -> None:
    """A note for each day whose figures had settled: its windows had passed, a day ago or longer."""
    cause = FunnelRestatement.Cause.DELETED if deleted else FunnelRestatement.Cause.LATE
    settled = (now - definitions.limit() - timedelta(days=2)).astimezone(ZoneInfo("UTC")).date()
    notes = [
        FunnelRestatement(
            scope=scope,
            day=day,
            cause=cause,
            changes={name: n for name, n in zip(_FIGURES, counts, strict=False) if n},
        )
        for (scope, dimension, day, _), (counts, _) in deltas.days.items()
        if dimension == "all" and day < settled and any(counts[: len(_FIGURES)])
    ]
    FunnelRestatement.objects.bulk_create(notes)


def note_rebuilt(rows: Iterable[tuple[UUID, date, dict[str, int]]], *, now: datetime) -> None:
    """The same for past days that a recomputation changed, whatever the limit was or is."""
    settled = (now - timedelta(days=2)).astimezone(ZoneInfo("UTC")).date()
    cause = FunnelRestatement.Cause.REBUILT
    FunnelRestatement.objects.bulk_create(
        FunnelRestatement(scope=scope, day=day, cause=cause, changes=changes)
        for scope, day, changes in rows
        if day < settled
    )


def recent(scopes: Iterable[UUID], window: Window, *, most: int = 20) -> list[dict[str, Any]]:
    """The last notes about days of the window, the newest first."""
    return [
        {
            "day": day.isoformat(),
            "noted_at": noted_at.isoformat(),
            "cause": cause,
            "changes": json.loads(changes),
        }
        for day, noted_at, cause, changes in moment.rows(*statement(scopes, window, most=most))
    ]


def statement(scopes: Iterable[UUID], window: Window, *, most: int = 20) -> Statement:
    """What `recent` asks."""
    return (
        """SELECT day, noted_at, cause, changes::text FROM onboarding_funnelrestatement
            WHERE scope = ANY(%s) AND day BETWEEN %s AND %s ORDER BY noted_at DESC, id DESC LIMIT %s""",
        [list(scopes), window.start.date() - timedelta(days=1), window.end.date(), most],
    )
