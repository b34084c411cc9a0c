"""Takes back what a dead worker held.

A process of this host is looked up: gone, its task is taken back at once; alive, it keeps its task beyond the lease (a
busy C library may stop the heartbeat) until the hard time limit has surely ended it. Of other hosts only the lease
tells.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.task_ledger import outcomes
from apps.task_ledger.models import TaskAttempt, TaskRecord
from apps.task_ledger.process import is_gone, this_host

logger = logging.getLogger("celery.task")
State = TaskRecord.State


def take_back(*, limit: int = 200) -> int:
    """Running rows with an expired lease, or whose process on this host is gone: queued again, or dead as poison."""
    gone, alive = _owners_of_this_host()
    surely_over = Now() - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
    expired = Q(lease_expires_at__lt=Now()) & ~Q(owner__in=alive) | Q(lease_expires_at__lt=surely_over)
    with transaction.atomic():
        lost = list(
            TaskRecord.objects.select_for_update(skip_locked=True)
            .filter(expired | Q(owner__in=gone), state=State.RUNNING)
            .order_by("lease_expires_at")[:limit]
        )
        for record in lost:
            _take_back(record)
    return len(lost)


def _take_back(record: TaskRecord) -> None:
    task = current_app.tasks.get(record.name)
    if task is None:
        outcomes.write_dead(None, record, outcomes.unknown_task())
        return
    if record.deliveries >= settings.TASK_LEDGER.max_deliveries:
        outcomes.write_dead(task, record, outcomes.poison(record.deliveries))
        return
    outcomes.keep_attempt(record, TaskAttempt.Outcome.WORKER_LOST, outcomes.worker_lost(record.deliveries))
    logger.warning("task %s %s taken back from %s", record.name, record.pk, record.owner.partition("|")[0])
    TaskRecord.objects.filter(pk=record.pk).update(
        state=State.QUEUED,
        lease_expires_at=None,
        owner="",
        published_at=None,
        due_at=timezone.now(),
        publishes=0,
    )


def _owners_of_this_host() -> tuple[list[str], list[str]]:
    """Owners of running tasks whose process lived here and is gone, and those whose process lives here.

    Owners and not tasks: one that another process has started meanwhile is not taken from it.
    """
    running = TaskRecord.objects.filter(state=State.RUNNING, owner__startswith=f"{this_host()}|")
    gone: list[str] = []
    alive: list[str] = []
    for owner in running.order_by().values_list("owner", flat=True).distinct():
        (gone if is_gone(owner) else alive).append(owner)
    return gone, alive
