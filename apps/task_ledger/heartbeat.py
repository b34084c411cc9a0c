"""Renews the lease of a running task, so that leases can be short and long tasks still be long.

A lease that was extended further (`execution.extend_lease`) is not shortened.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from types import TracebackType
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.task")


class Heartbeat:
    """Context manager. Opens a database connection only where the task outlives one heartbeat interval."""

    def __init__(self, task_id: UUID, fence: int) -> None:
        self._task_id = task_id
        self._fence = fence
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="ledger-heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _beat(self) -> None:
        try:
            while not self._over.wait(settings.TASK_LEDGER.heartbeat_seconds):
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        until = timezone.now() + timedelta(seconds=settings.TASK_LEDGER.lease_seconds)
        try:
            TaskRecord.objects.filter(
                pk=self._task_id, fence=self._fence, state=TaskRecord.State.RUNNING
            ).update(
                lease_expires_at=Greatest("lease_expires_at", Value(until, output_field=DateTimeField()))
            )
        except Error as error:
            logger.warning("lease of %s not renewed: %s", self._task_id, type(error).__name__)
            connection.close()
