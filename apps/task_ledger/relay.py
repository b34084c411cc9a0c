"""The guarantee behind the fast path: publishes what is due and was not published, or was published and never started.

Several relays may run: rows are taken with `FOR UPDATE SKIP LOCKED`. A message sent twice starts nothing twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.task_ledger import failpoints, outcomes, publisher
from apps.task_ledger.models import TaskRecord

State = TaskRecord.State
_LONGEST_REPUBLISH_SECONDS = 600


def publish_due(*, limit: int = 200) -> int:
    """Publish due rows; how many. Raises `PublishFailed`; what was not sent by then is due again at once.

    Rows are committed as queued before their messages are sent: an idle worker would else look for a row that does
    not say so yet, and drop the message.
    """
    due = _take_due(limit)
    failpoints.reach("relay_took")
    for place, record in enumerate(due):
        try:
            publisher.publish(record)
        except publisher.PublishFailed:
            unsent = [late.pk for late in due[place:]]
            TaskRecord.objects.filter(pk__in=unsent, state=State.QUEUED).update(
                published_at=None,
                due_at=timezone.now(),
                publishes=F("publishes") - 1,  # what did not go out must not make the next pause longer
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
    known = [record for record in due if _may_start(record, now)]
    for record in known:
        again_after = settings.TASK_LEDGER.republish_after_seconds * 2 ** min(record.publishes, 10)
        record.state, record.published_at, record.publishes = State.QUEUED, now, record.publishes + 1
        record.due_at = now + timedelta(seconds=min(again_after, _LONGEST_REPUBLISH_SECONDS))
        record.parked_on = ""
    TaskRecord.objects.bulk_update(known, ["state", "published_at", "publishes", "due_at", "parked_on"])
    return known


def _may_start(record: TaskRecord, now: datetime) -> bool:
    """Whether code for it exists and its deadline has not passed; else its outcome is written."""
    task = current_app.tasks.get(record.name)
    if task is None:
        outcomes.write_dead(None, record, outcomes.unknown_task())
    elif record.deadline_at is not None and record.deadline_at <= now:
        outcomes.write_expired(task, record)
    else:
        return True
    return False
