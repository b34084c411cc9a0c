"""Comparing what was kept up with what a recomputation gives: rollups equal recomputation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding.models import FunnelState
from apps.onboarding_api.services.funnel_analytics import alone, folding, recomputing


@dataclass(frozen=True)
class Audit:
    sessions: int
    differing: dict[str, int]
    """Rows of each table that recomputation does not give, or gives and are not there."""

    @property
    def agrees(self) -> bool:
        return not any(self.differing.values())


def audit() -> Audit:
    """Fold what is noted, compute all anew beside it, and compare row by row. Changes nothing else.

    All of it sees one state of the database, however much is written meanwhile; nobody folds until it ends.
    """
    is_outermost = not connection.in_atomic_block
    with alone.held(), transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        now = timezone.now()
        while folding.fold(now=now):
            pass
        now = max(now, FunnelState.objects.get(pk=1).silence_until)  # what was folded was counted as of then
        with connection.cursor() as cursor:
            recomputing.compute(cursor, now)
            differing = {table: _differing(cursor, table, anew) for table, anew in recomputing.TABLES}
            cursor.execute(f"SELECT count(*) FROM {recomputing.FACTS}")  # noqa: S608 -- names of our own
            sessions = int(cursor.fetchone()[0])
            recomputing.drop(cursor)
    return Audit(sessions=sessions, differing=differing)


def _differing(cursor: Any, table: str, anew: str) -> int:
    cursor.execute(
        f"""SELECT count(*) FROM ((TABLE {table} EXCEPT TABLE {anew})
                                  UNION ALL (TABLE {anew} EXCEPT TABLE {table})) x"""  # noqa: S608 -- names of our own
    )
    return int(cursor.fetchone()[0])
