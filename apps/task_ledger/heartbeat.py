"""Renews the leases of running tasks, so that leases can be short and long tasks still be long.

One thread for each process, started with the first task: a thread for each task would cost more than most tasks. A
lease that was extended further (`execution.extend_lease`) is not shortened, and a run beyond Celery's hard limit is no
longer helped: its main process, which enforces the limit, may be dead.

The same thread gives back what this process could not bring to an outcome because the database was away. The reaper
would wait for long there, since the owner of the row lives.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.task")


@dataclass
class _Work:
    """Of one process."""

    runs: dict[UUID, tuple[int, str, float]] = field(default_factory=dict)
    """Task id -> fence, owner, and the monotonic time of the hard limit."""
    let_go: dict[UUID, tuple[str, datetime]] = field(default_factory=dict)
    """Task id -> owner and time of the start that is to be given back."""


@contextmanager
def beating(task_id: UUID, *, fence: int, owner: str) -> Iterator[None]:
    """Renew the lease of that start while the block runs."""
    runs = _work_of(os.getpid()).runs
    runs[task_id] = (fence, owner, time.monotonic() + settings.CELERY_TASK_TIME_LIMIT)
    try:
        yield
    finally:
        runs.pop(task_id, None)


def let_go(task_id: UUID, *, owner: str, started_at: datetime) -> None:
    """Have that start of ours, if there is one, queued again as soon as the database answers."""
    _work_of(os.getpid()).let_go[task_id] = (owner, started_at)


@lru_cache(maxsize=1)
def _work_of(pid: int) -> _Work:
    """A forked process has its own."""
    work = _Work()
    threading.Thread(target=_beat, args=(work,), name=f"ledger-heartbeat-{pid}", daemon=True).start()
    return work


def _beat(work: _Work) -> None:
    while True:
        time.sleep(settings.TASK_LEDGER.heartbeat_seconds)
        if work.runs or work.let_go:
            try:
                beat_once(work)
                connection.close()
            except Exception:  # the thread is the process's only one: without it every lease runs out
                logger.exception("a heartbeat failed; the next one comes all the same")


def beat_once(work: _Work) -> None:
    """Renew what runs, give back what was let go."""
    for task_id, (fence, owner, limit) in list(work.runs.items()):
        if time.monotonic() < limit:
            renew(task_id, fence=fence, owner=owner)
    for task_id, (let_go_by, started_at) in list(work.let_go.items()):
        try:
            _give_back(task_id, let_go_by, started_at)
        except Error as error:
            logger.warning("task %s not given back yet: %s", task_id, type(error).__name__)
            connection.close()
            return
        work.let_go.pop(task_id, None)


def _give_back(task_id: UUID, owner: str, started_at: datetime) -> None:
    held = TaskRecord.objects.filter(
        pk=task_id, owner=owner, last_started_at=started_at, state=TaskRecord.State.RUNNING
    )
    if held.update(
        state=TaskRecord.State.QUEUED,
        deliveries=F("deliveries") - 1,  # the process lives: it was not the task that ended this start
        due_at=timezone.now(),
        owner="",
        lease_expires_at=None,
        published_at=None,
        publishes=0,
    ):
        logger.warning("task %s given back: its outcome could not be written when its run ended", task_id)


def renew(task_id: UUID, *, fence: int, owner: str) -> None:
    """Hold the task for another lease from now, where it is still that start's."""
    until = Now() + timedelta(seconds=settings.TASK_LEDGER.lease_seconds)
    held = TaskRecord.objects.filter(pk=task_id, fence=fence, owner=owner, state=TaskRecord.State.RUNNING)
    try:
        held.update(lease_expires_at=Greatest("lease_expires_at", until))
    except Error as error:
        logger.warning("lease of %s not renewed: %s", task_id, type(error).__name__)
        connection.close()
