"""Renews the leases of running tasks, so that leases can be short and long tasks still be long.

One thread for each process, started with the first task: a thread for each task would cost more than most tasks. A
lease that was extended further (`execution.extend_lease`) is not shortened.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.task")


@contextmanager
def beating(task_id: UUID, fence: int) -> Iterator[None]:
    """Renew the lease of that start while the block runs."""
    held = _held_by(os.getpid())
    held[task_id] = fence
    try:
        yield
    finally:
        held.pop(task_id, None)


@lru_cache(maxsize=1)
def _held_by(pid: int) -> dict[UUID, int]:
    """What this process runs, task id -> fence, and the thread that renews it; a forked process has its own."""
    held: dict[UUID, int] = {}
    threading.Thread(target=_beat, args=(held,), name=f"ledger-heartbeat-{pid}", daemon=True).start()
    return held


def _beat(held: dict[UUID, int]) -> None:
    while True:
        time.sleep(settings.TASK_LEDGER.heartbeat_seconds)
        if running := list(held.items()):
            for task_id, fence in running:
                renew(task_id, fence)
            connection.close()


def renew(task_id: UUID, fence: int) -> None:
    """Hold the task for another lease from now, where it is still that start's."""
    until = timezone.now() + timedelta(seconds=settings.TASK_LEDGER.lease_seconds)
    try:
        TaskRecord.objects.filter(pk=task_id, fence=fence, state=TaskRecord.State.RUNNING).update(
            lease_expires_at=Greatest("lease_expires_at", Value(until, output_field=DateTimeField()))
        )
    except Error as error:
        logger.warning("lease of %s not renewed: %s", task_id, type(error).__name__)
        connection.close()
