"""Committing work: a row in the caller's transaction, a message after it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.task_ledger import correlation, failpoints, payloads, publisher
from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.task")


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
    if idempotency_key and (known := TaskRecord.objects.filter(idempotency_key=idempotency_key).first()):
        return known
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
    if idempotency_key and (other := _insert_or_find(record)):
        return other
    if not idempotency_key:
        record.save(force_insert=True)
    if at_once:
        transaction.on_commit(lambda: publish_or_leave_to_relay(record), robust=True)
    return record


def _insert_or_find(record: TaskRecord) -> TaskRecord | None:
    """Insert it, or give the row that somebody else committed under its key at this moment."""
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        known = TaskRecord.objects.filter(idempotency_key=record.idempotency_key).first()
        if known is None:
            raise
        return known
    return None


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
        TaskRecord.objects.filter(pk=record.pk, state=TaskRecord.State.QUEUED, fence=record.fence).update(
            published_at=None, due_at=timezone.now()
        )
    failpoints.reach("after_publish")


def deadline_of(name: str, now: datetime) -> datetime | None:
    """When a task of this name that is committed now expires; None: never."""
    hours = settings.TASK_DEADLINE_HOURS.get(name, settings.TASK_LEDGER.deadline_hours)
    return now + timedelta(hours=hours) if hours else None
