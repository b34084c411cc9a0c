"""Computing everything anew from the sessions, in place of what was kept up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding.models import FunnelState
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import alone, definitions, recomputing, restating, storing
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTED


def rebuild(*, now: datetime | None = None) -> int:
    """Compute all anew, in one transaction, while nobody folds; how many sessions were counted."""
    with transaction.atomic():
        alone.wait()
        return rebuild_alone(now=now or timezone.now())


def rebuild_alone(*, now: datetime) -> int:
    """The same for who holds the lock of folding already."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM onboarding_funneldirty")
        recomputing.compute(cursor, now)
        if FunnelState.objects.filter(pk=1).exists():
            restating.note_rebuilt(_changed_days(cursor), now=now)
        for table, anew in recomputing.TABLES:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of our own
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {anew}")  # noqa: S608 -- names of our own
        cursor.execute(f"SELECT DISTINCT scope FROM {storing.DAYS}")  # noqa: S608 -- names of our own
        scopes = {row[0] for row in cursor.fetchall()} | {EVERYONE}
        cursor.execute(f"SELECT count(*) FROM {storing.FACTS}")  # noqa: S608 -- names of our own
        sessions = int(cursor.fetchone()[0])
        recomputing.drop(cursor)
    restating.raise_revisions(scopes, now=now, zones_too=True)
    FunnelState.objects.update_or_create(
        pk=1, defaults={"rule": definitions.rule(), "silence_until": now, "folded_at": now}
    )
    return sessions


def _changed_days(cursor: Any) -> list[tuple[UUID, date, dict[str, int]]]:
    """Days of which a figure over all sessions is another one than before: (scope, day, change of each figure)."""
    changes = ", ".join(f"coalesce(b.{name}, 0) - coalesce(a.{name}, 0)" for name in COUNTED)
    cursor.execute(
        f"""SELECT scope, day, {changes}
              FROM (SELECT * FROM {storing.DAYS} WHERE dimension = 'all') a
              FULL JOIN (SELECT * FROM {recomputing.DAYS} WHERE dimension = 'all') b USING (scope, day)"""  # noqa: S608
    )
    told = ((row[0], row[1], dict(zip(COUNTED, row[2:], strict=True))) for row in cursor.fetchall())
    return [
        (scope, day, {name: n for name, n in found.items() if n})
        for scope, day, found in told
        if any(found.values())
    ]
