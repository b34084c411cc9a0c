"""The guarantee behind the fast path: publishes what is due and was not published, or was published and never started.

Several relays may run: rows are taken with `FOR UPDATE SKIP LOCKED`. A message sent twice starts nothing twice.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.task_ledger.enqueue import publish
from apps.task_ledger.models import TaskRecord

State = TaskRecord.State
_LONGEST_REPUBLISH_SECONDS = 600


def publish_due(*, limit: int = 200) -> int:
    """Publish due rows; how many. Raises what the broker raises, and then nothing is marked as published."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            TaskRecord.objects.select_for_update(skip_locked=True)
            .filter(state__in=[State.QUEUED, State.WAITING, State.PARKED], due_at__lte=now)
            .order_by("due_at")[:limit]
        )
        for record in due:
            again_after = settings.TASK_LEDGER.republish_after_seconds * 2 ** min(record.publishes, 10)
            TaskRecord.objects.filter(pk=record.pk).update(
                state=State.QUEUED,
                published_at=now,
                publishes=F("publishes") + 1,
                due_at=now + timedelta(seconds=min(again_after, _LONGEST_REPUBLISH_SECONDS)),
            )
            publish(record)
    return len(due)
