"""The balance of the ledger: every task ever committed is in exactly one state, or was forgotten in its time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.task_ledger.models import TaskRecord, TaskTally

State = TaskRecord.State
_OVERDUE = timedelta(minutes=10)
"""Longer than the longest pause of the relay's: what waits longer than this is held by nobody."""


@dataclass(frozen=True)
class Balance:
    committed: int
    """Ever, by the count of the database's trigger."""
    forgotten: int
    """Deleted after their time, by who deleted them."""
    by_state: dict[str, int]
    overdue: int
    """Due, or leased, so long ago that relay and reaper cannot have seen them."""

    @property
    def missing(self) -> int:
        """0 where nothing was ever lost. Negative: rows that no commit accounts for."""
        return self.committed - self.forgotten - sum(self.by_state.values())


def balance() -> Balance:
    """Counted in one statement, so that what is committed meanwhile is on both sides or on none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT 'tally', kind, coalesce(sum(n), 0)::bigint FROM task_ledger_tasktally GROUP BY kind
               UNION ALL
               SELECT 'state', state, count(*) FROM task_ledger_taskrecord GROUP BY state"""
        )
        rows = cursor.fetchall()
    tally = {kind: n for what, kind, n in rows if what == "tally"}
    found = {state: n for what, state, n in rows if what == "state"}
    return Balance(
        committed=tally.get(TaskTally.Kind.COMMITTED, 0),
        forgotten=tally.get(TaskTally.Kind.FORGOTTEN, 0),
        by_state={state: found.get(state, 0) for state in State.values},
        overdue=_overdue().count(),
    )


class _Recent:
    """The last balance of this process, and when it may be counted anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Balance | None = None
        self._until = 0.0

    def read(self) -> Balance:
        with self._lock:
            began = time.monotonic()
            if self._last is None or began >= self._until:
                self._last = balance()
                cost = time.monotonic() - began
                self._until = began + (cost * _SHARE_OF_TIME if cost > _CHEAP_SECONDS else 0)
            return self._last


_SHARE_OF_TIME = 100
_CHEAP_SECONDS = 0.05
_recent = _Recent()


def recent_balance() -> Balance:
    """For pages and metrics: counting a large ledger takes at most a hundredth of a process's time."""
    return _recent.read()


def _overdue() -> QuerySet[TaskRecord]:
    late = timezone.now() - _OVERDUE
    never_ended = timezone.now() - _OVERDUE - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    return TaskRecord.objects.filter(
        Q(state__in=[State.QUEUED, State.WAITING, State.PARKED], due_at__lt=late)
        | Q(state=State.RUNNING, lease_expires_at__lt=never_ended)
    )


def forget(rows: QuerySet[TaskRecord], *, most: int = 5_000) -> int:
    """Delete up to `most` tasks whose time is over, and account for them; how many.

    They are locked as they are chosen: one that is sent back at this moment is left alone.
    """
    with transaction.atomic():
        ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        _, by_model = TaskRecord.objects.filter(pk__in=ids).delete()
        n = by_model.get(TaskRecord._meta.label, 0)
        if n:
            TaskTally.objects.create(kind=TaskTally.Kind.FORGOTTEN, n=n)
    return n


def fold() -> None:
    """Sum the rows of the tally up into one for each kind. Rows that are being added are not touched."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH taken AS (DELETE FROM task_ledger_tasktally RETURNING kind, n)
               INSERT INTO task_ledger_tasktally (kind, n)
               SELECT kind, sum(n) FROM taken GROUP BY kind"""
        )
