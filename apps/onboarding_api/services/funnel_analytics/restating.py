"""Saying that figures have changed: a revision for caches, a note for people where a past day is concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.onboarding.models import Client, FunnelRestatement
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import definitions, observing
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS, Deltas
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
    notes = FunnelRestatement.objects.filter(
        scope__in=scopes, day__gte=window.start.date() - timedelta(days=1), day__lte=window.end.date()
    ).order_by("-noted_at", "-pk")[:most]
    return [
        {
            "day": note.day.isoformat(),
            "noted_at": note.noted_at.isoformat(),
            "cause": note.cause,
            "changes": note.changes,
        }
        for note in notes
    ]
