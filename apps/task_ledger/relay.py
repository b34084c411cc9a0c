"""The guarantee behind the fast path: publishes what is due and was not published, or was published and never started.

Several relays may run: rows are taken with `FOR UPDATE SKIP LOCKED`. A message sent twice starts nothing twice.
"""

from __future__ import annotations

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.task_ledger import failpoints, outcomes, publisher
from apps.task_ledger.models import TaskRecord

State = TaskRecord.State
_LONGEST_REPUBLISH_SECONDS = 600
_BATCH = 500
_MOST_ROUNDS = 20
_TABLE = TaskRecord._meta.db_table
_TAKE = f"""
    WITH due AS (
        SELECT id FROM {_TABLE}
         WHERE state IN ('queued', 'waiting', 'parked') AND due_at <= clock_timestamp() AND name = ANY(%s)
           AND (deadline_at IS NULL OR deadline_at > clock_timestamp())
         ORDER BY (state = 'queued' AND published_at IS NOT NULL), due_at
         LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE {_TABLE} AS task
       SET state = 'queued', parked_on = '', published_at = clock_timestamp(),
           publishes = least(task.publishes + 1, 30000),
           due_at = clock_timestamp() + make_interval(secs => least(%s * 2 ^ least(task.publishes, 10), %s))
      FROM due WHERE task.id = due.id
 RETURNING task.id, task.name, task.queue
"""  # noqa: S608 -- the table's own name


def publish_all_due() -> int:
    """Publish batch after batch while they are full, so that a backlog does not hold up retries; how many."""
    total = 0
    for _ in range(_MOST_ROUNDS):
        total += (sent := publish_due())
        if sent < _BATCH:
            break
    return total


def publish_due(*, limit: int = _BATCH) -> int:
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


def _take_due(limit: int) -> list[TaskRecord]:
    """The rows to send, already queued again: retries and what was never sent before what only waits in its queue."""
    _end_what_cannot_start(limit)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            [
                list(current_app.tasks),
                limit,
                settings.TASK_LEDGER.republish_after_seconds,
                _LONGEST_REPUBLISH_SECONDS,
            ],
        )
        return [TaskRecord(id=pk, name=name, queue=queue) for pk, name, queue in cursor.fetchall()]


@transaction.atomic
def _end_what_cannot_start(limit: int) -> None:
    """Due rows whose deadline has passed, or that no code knows: their outcome is written."""
    now = timezone.now()
    due = TaskRecord.objects.select_for_update(skip_locked=True).filter(
        state__in=[State.QUEUED, State.WAITING, State.PARKED], due_at__lte=now
    )
    lost = due.filter(Q(deadline_at__lte=now) | ~Q(name__in=list(current_app.tasks))).order_by("due_at")
    for record in lost[:limit]:
        task = current_app.tasks.get(record.name)
        if task is None:
            outcomes.write_dead(None, record, outcomes.unknown_task())
        else:
            outcomes.write_expired(task, record)
