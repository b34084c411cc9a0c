"""Committing work: a row in the caller's transaction, a message after it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from apps.task_ledger import correlation, failpoints, payloads, publisher, statements
from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.task")
_TABLE = TaskRecord._meta.db_table
_EMPTY_AT_FIRST = frozenset(
    ["result", "error", "lease_expires_at", "started_at", "last_started_at", "finished_at"]
)
_FIELDS = [one.attname for one in TaskRecord._meta.concrete_fields if one.attname not in _EMPTY_AT_FIRST]
_INSERT = f"""
    INSERT INTO {_TABLE} ({", ".join(_FIELDS)}) VALUES ({", ".join(["%s"] * len(_FIELDS))})
"""  # noqa: S608 -- names of our own
_INSERT_ONCE = f"{_INSERT} ON CONFLICT (idempotency_key) DO NOTHING"
_DUE_AGAIN = f"""
    UPDATE {_TABLE} SET published_at = NULL, due_at = %s WHERE id = %s AND state || '' = 'queued' AND fence = %s
"""  # noqa: S608 -- names of our own


def enqueue(
    name: str,
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    queue: str | None = None,
    task_id: uuid.UUID | None = None,
    idempotency_key: str | None = None,
    due_at: datetime | None = None,
    deadline_at: datetime | None = None,
    client_id: uuid.UUID | None = None,
    subject_id: uuid.UUID | None = None,
) -> TaskRecord:
    """Commit a task by its registered name. A known `idempotency_key` answers with the task committed under it.

    Not done by `deadline_at` (where not given: by the setting for its name), it is expired.
    """
    now = timezone.now()
    at_once = due_at is None or due_at <= now
    published_again_at = now + timedelta(seconds=settings.TASK_LEDGER.republish_after_seconds)
    record = TaskRecord(
        id=task_id or uuid.uuid4(),
        name=name,
        queue=queue or queue_of(name),
        payload_version=payloads.version_of(name),
        deadline_at=deadline_at or deadline_of(name, now),
        idempotency_key=idempotency_key,
        client_id=client_id,
        subject_id=subject_id,
        correlation_id=correlation.current(),
        published_at=now if at_once else None,
        publishes=1 if at_once else 0,
        due_at=published_again_at if due_at is None or at_once else due_at,
    )
    record.seal(args, kwargs or {})
    if not _insert(record):
        return TaskRecord.objects.get(idempotency_key=idempotency_key)
    if at_once:
        transaction.on_commit(lambda: publish_or_leave_to_relay(record), robust=True)
    return record


def _insert(record: TaskRecord) -> bool:
    """False where a task of its idempotency key is there already, or is committed by somebody else at this moment."""
    record.created_at = timezone.now()
    statement = _INSERT_ONCE if record.idempotency_key else _INSERT
    if statements.run(statement, [getattr(record, name) for name in _FIELDS]).rowcount == 0:
        return False
    record._state.adding, record._state.db = False, DEFAULT_DB_ALIAS
    return True


def queue_of(name: str) -> str:
    route: dict[str, str] = settings.CELERY_TASK_ROUTES.get(name, {})
    return route.get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)


def publish_or_leave_to_relay(record: TaskRecord) -> None:
    """The fast path, after the commit."""
    failpoints.reach("before_publish")
    try:
        publisher.publish(record)
    except publisher.PublishFailed as error:
        logger.warning("task %s %s not published yet: %s", record.name, record.pk, error)
        statements.run(_DUE_AGAIN, [timezone.now(), record.pk, record.fence])
    failpoints.reach("after_publish")


def deadline_of(name: str, now: datetime) -> datetime | None:
    """When a task of this name that is committed now expires; None: never."""
    hours = settings.TASK_DEADLINE_HOURS.get(name, settings.TASK_LEDGER.deadline_hours)
    return now + timedelta(hours=hours) if hours else None
