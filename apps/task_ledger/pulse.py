"""Proof that workers execute: the keeper sends a small task down each queue; its row done is the proof.

A process that exists proves nothing: measured, workers stay alive and never consume again after Redis ran full.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from apps.task_ledger import conservation
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord

TASK = "ledger_pulse"
_INTERVAL = timedelta(seconds=15)


def send_due(*, at_once: bool = False) -> None:
    """Send a pulse down each expected queue that had none lately (or `at_once`), and forget old ones."""
    now = timezone.now()
    for queue in settings.TASK_QUEUES_EXPECTED:
        sent = TaskRecord.objects.filter(name=TASK, queue=queue)
        pending = Q(state__in=[TaskRecord.State.QUEUED, TaskRecord.State.RUNNING])
        if at_once or not sent.filter(Q(created_at__gt=now - _INTERVAL) | pending).exists():
            enqueue(TASK, queue=queue)
    old = TaskRecord.objects.filter(
        name=TASK, state=TaskRecord.State.DONE, created_at__lt=now - timedelta(hours=1)
    )
    if old.exists():
        conservation.forget(old)


def felt(queue: str, *, since: datetime) -> bool:
    """Whether a task of that queue was finished since then: a pulse or real work."""
    done = TaskRecord.objects.filter(queue=queue, state=TaskRecord.State.DONE, finished_at__gte=since)
    return done.exists()
