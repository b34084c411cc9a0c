"""Takes back what a dead worker held."""

from __future__ import annotations

import logging
import socket

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.task_ledger.execution import process_start, write_dead
from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.task")
State = TaskRecord.State


def take_back(*, limit: int = 200) -> int:
    """Running rows with an expired lease, or whose process on this host is gone: queued again, or dead as poison."""
    orphans = _orphans_of_this_host()
    with transaction.atomic():
        lost = list(
            TaskRecord.objects.select_for_update(skip_locked=True)
            .filter(Q(lease_expires_at__lt=timezone.now()) | Q(pk__in=orphans), state=State.RUNNING)
            .order_by("lease_expires_at")[:limit]
        )
        for record in lost:
            _take_back(record)
    return len(lost)


def _take_back(record: TaskRecord) -> None:
    task = current_app.tasks.get(record.name)
    if task is not None and record.deliveries >= settings.TASK_LEDGER.max_deliveries:
        cause = f"Its worker died at every one of {record.deliveries} starts."
        write_dead(
            task, record, {"code": "poison", "class": "WorkerLost", "message": cause, "retryable": False}
        )
        return
    logger.warning("task %s %s taken back from %s", record.name, record.pk, record.owner.partition("|")[0])
    TaskRecord.objects.filter(pk=record.pk).update(
        state=State.QUEUED,
        lease_expires_at=None,
        owner="",
        published_at=None,
        due_at=timezone.now(),
        publishes=0,
    )


def _orphans_of_this_host() -> list[object]:
    """Ids of running rows whose owner process lived here and is gone; hosts elsewhere are left to their leases."""
    host = socket.gethostname()
    running = TaskRecord.objects.filter(state=State.RUNNING, owner__startswith=f"{host}|").values_list(
        "pk", "owner"
    )
    return [pk for pk, owner in running if _is_gone(owner)]


def _is_gone(owner: str) -> bool:
    _, pid, started = owner.split("|")
    return bool(started) and process_start(int(pid)) != started
