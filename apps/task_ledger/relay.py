"""The guarantee behind the fast path: publishes what is due and was not published, or was published and never started.

Several relays may run: rows are taken with `FOR UPDATE SKIP LOCKED`. A message sent twice starts nothing twice.
"""

from __future__ import annotations

from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import RedisError

from apps.task_ledger.enqueue import publish
from apps.task_ledger.execution import unknown_task, write_dead
from apps.task_ledger.models import TaskRecord

State = TaskRecord.State
_LONGEST_REPUBLISH_SECONDS = 600


def publish_due(*, limit: int = 200) -> int:
    """Publish due rows; how many. Raises what the broker raises; what was not sent by then is due again at once.

    Rows are committed as queued before their messages are sent: an idle worker would else look for a row that does
    not say so yet, and drop the message.
    """
    due = _take_due(limit)
    for place, record in enumerate(due):
        try:
            publish(record)
        except (OperationalError, RedisError, OSError):
            unsent = [late.pk for late in due[place:]]
            TaskRecord.objects.filter(pk__in=unsent, state=State.QUEUED).update(
                published_at=None, due_at=timezone.now()
            )
            raise
    return len(due)


@transaction.atomic
def _take_due(limit: int) -> list[TaskRecord]:
    now = timezone.now()
    due = list(
        TaskRecord.objects.select_for_update(skip_locked=True)
        .filter(state__in=[State.QUEUED, State.WAITING, State.PARKED], due_at__lte=now)
        .order_by("due_at")[:limit]
    )
    known = [record for record in due if record.name in current_app.tasks]
    for record in due:
        if record not in known:
            write_dead(None, record, unknown_task())
    for record in known:
        again_after = settings.TASK_LEDGER.republish_after_seconds * 2 ** min(record.publishes, 10)
        record.state, record.published_at, record.publishes = State.QUEUED, now, record.publishes + 1
        record.due_at = now + timedelta(seconds=min(again_after, _LONGEST_REPUBLISH_SECONDS))
    TaskRecord.objects.bulk_update(known, ["state", "published_at", "publishes", "due_at"])
    return known
