"""Running a task once: claim by compare-and-set, effects under a fence, an outcome that is always written.

States: queued -> running -> done | waiting | parked | dead | expired. Whoever lost the fence (its lease expired and
another worker started) cannot write any effect. What became of a run that failed is written by `outcomes`.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from apps.task_ledger import (
    correlation,
    doorbell,
    failpoints,
    heartbeat,
    outcomes,
    payloads,
    process,
    statements,
)
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.outcomes import Runnable

logger = logging.getLogger("celery.task")
State = TaskRecord.State

_TABLE = TaskRecord._meta.db_table
_NEEDED = {"id", "name", "queue", "payload_version", "sealed_payload", "correlation_id", "attempt"} | {
    *("deliveries", "fence", "owner", "generation", "deadline_at"),
}
"""What a run asks of its row. Whatever else is asked for is fetched then."""
_FIELDS = [one.attname for one in TaskRecord._meta.concrete_fields if one.attname in _NEEDED]
_CLAIM = f"""
    UPDATE {_TABLE}
       SET state = 'running', deliveries = deliveries + 1, fence = fence + 1, owner = %s,
           lease_expires_at = clock_timestamp() + make_interval(secs => %s),
           started_at = coalesce(started_at, %s), last_started_at = %s
     WHERE id = %s AND state || '' = 'queued'
 RETURNING {", ".join(_FIELDS)}, set_config('synchronous_commit', 'off', true)
"""  # noqa: S608 -- names of our own
"""A start need not outlive a crash of the server: the row is queued again, and the owner tells two starts apart that
then bear the same fence. What a task does is committed durably, and everything before it with it."""
_FINISH = f"""
    UPDATE {_TABLE}
       SET state = 'done', result = %s::jsonb, error = NULL, finished_at = clock_timestamp(), lease_expires_at = NULL
     WHERE id = %s AND fence = %s AND owner = %s AND state || '' = 'running'
"""  # noqa: S608 -- names of our own
_HOLD = f"""
    SELECT 1 FROM {_TABLE} WHERE id = %s AND fence = %s AND owner = %s AND state || '' = 'running' FOR UPDATE
"""  # noqa: S608 -- names of our own


_USED_UP = 0.75
"""Share of the hard limit after which a start that is told to end counts as one that ran into the limit."""


class LeaseLost(Exception):
    """Another worker has taken this task over, or an operator ended it; nothing may be written for it."""


@dataclass
class Execution:
    task_id: UUID
    fence: int
    owner: str
    finished: bool = field(default=False)


_current: ContextVar[Execution | None] = ContextVar("execution", default=None)


def current() -> Execution | None:
    return _current.get()


@contextlib.contextmanager
def fenced() -> Iterator[None]:
    """A transaction that only commits while this worker still holds the task. Outside a task: a plain transaction."""
    execution = _current.get()
    if execution is None:
        with transaction.atomic():
            yield
        return
    was_finished = execution.finished
    try:
        with transaction.atomic():
            if not execution.finished:
                _hold(execution)
            yield
    except BaseException:
        execution.finished = was_finished  # nothing was committed, DONE neither
        raise


def finish(result: Any = None) -> None:
    """Write DONE in the surrounding `fenced()` block, so that effect and outcome commit together.

    `result` must be JSON. `LeaseLost` where another worker has started meanwhile.
    """
    execution = _current.get()
    if execution is None or execution.finished:
        return
    held = (execution.task_id, execution.fence, execution.owner)
    if statements.run(_FINISH, [json.dumps(result), *held]).rowcount == 0:
        raise LeaseLost(str(execution.task_id))
    execution.finished = True
    doorbell.ring_on_commit("task", execution.task_id)


def extend_lease(seconds: float) -> None:
    """Hold the running task for `seconds` from now: before a call that keeps the heartbeat from running.

    A C library that holds the interpreter's lock stops the heartbeat thread as well. Outside a task: nothing.
    """
    execution = _current.get()
    if execution is not None and not execution.finished:
        _held_by(execution).update(lease_expires_at=Now() + timedelta(seconds=seconds))


def execute(task: Runnable, task_id: UUID) -> None:
    """Claim `task_id` and run it to an outcome. A message for a task that is not due is dropped: the row decides."""
    record = _claim(task_id)
    if record is None:
        logger.info("task %s %s: nothing to start", task.name, task_id)
        return
    failpoints.reach("after_claim")
    execution = Execution(task_id=record.pk, fence=record.fence, owner=record.owner)
    token = _current.set(execution)
    try:
        with correlation.correlated(record.correlation_id or correlation.accept(None)):
            _run(task, record, execution)
    except BaseException:
        if record.last_started_at is not None:  # where an outcome was written this finds nothing to do
            heartbeat.let_go(record.pk, owner=record.owner, started_at=record.last_started_at)
        raise
    finally:
        _current.reset(token)


def _run(task: Runnable, record: TaskRecord, execution: Execution) -> None:
    if record.deliveries > settings.TASK_LEDGER.max_deliveries:
        outcomes.write_dead(task, record, outcomes.poison(settings.TASK_LEDGER.max_deliveries))
        return
    if record.deadline_at is not None and record.deadline_at <= timezone.now():
        outcomes.write_expired(task, record)
        return
    try:
        with heartbeat.beating(record.pk, fence=record.fence, owner=record.owner):
            args, kwargs = payloads.open_for(task, record)
            result = task.run(*args, **kwargs)
            failpoints.reach("after_run")
        finish(_as_json(result))
        failpoints.reach("after_finish")
        logger.info("task %s %s done", record.name, record.pk)
    except payloads.CannotBind as error:
        outcomes.write_dead(task, record, outcomes.does_not_fit(str(error)))
    except LeaseLost:
        logger.warning("task %s %s was taken over; this run wrote nothing", record.name, record.pk)
    except BaseException as error:
        if process.is_told_to_end(error):
            if not execution.finished:
                _give_back(task, record)
            raise
        if execution.finished:
            logger.exception("task %s %s failed after its effect was committed", record.name, record.pk)
            return
        outcomes.write_failure(task, record, error)


def _give_back(task: Runnable, record: TaskRecord) -> None:
    """The process is told to end: another one runs the task, and this start does not count against it.

    Celery's hard limit begins with the same SIGTERM. A start that has used up its time counts: a task that never comes
    to its end would else start for ever. Celery's clock runs from before the claim, so on a busy machine the signal
    comes when less than the limit has passed since the claim.
    """
    limit = getattr(task, "time_limit", None) or settings.CELERY_TASK_TIME_LIMIT
    began = record.last_started_at or timezone.now()
    used_up = timezone.now() - began >= timedelta(seconds=limit * _USED_UP)
    held = TaskRecord.objects.filter(
        pk=record.pk, fence=record.fence, owner=record.owner, state=State.RUNNING
    )
    held.update(
        state=State.QUEUED,
        deliveries=record.deliveries - (not used_up),
        due_at=timezone.now(),
        owner="",
        lease_expires_at=None,
    )
    counted = ", and its time was used up" if used_up else ""
    logger.warning("task %s %s given back: its process is told to end%s", record.name, record.pk, counted)


def _claim(task_id: UUID) -> TaskRecord | None:
    """QUEUED -> RUNNING with a new fence and lease, in one statement; None where the row is not to be started.

    A connection that breaks may have brought the claim through: that one is known by its time, and is taken up.
    """
    now = timezone.now()
    try:
        return _claim_once(task_id, now)
    except (OperationalError, InterfaceError):
        connection.close()  # the server went away since the last task; it may be back
    try:
        ours = TaskRecord.objects.filter(
            pk=task_id, owner=process.owner(), last_started_at=now, state=State.RUNNING
        )
        record = ours.first() or _claim_once(task_id, now)
        if record is None:  # the first claim may still come through: then nobody runs it
            heartbeat.let_go(task_id, owner=process.owner(), started_at=now)
        return record
    except (OperationalError, InterfaceError):
        heartbeat.let_go(task_id, owner=process.owner(), started_at=now)
        raise


def _claim_once(task_id: UUID, now: datetime) -> TaskRecord | None:
    lease = settings.TASK_LEDGER.lease_seconds
    row = statements.run(_CLAIM, [process.owner(), lease, now, now, task_id]).fetchone()
    if row is None:
        return None
    record = TaskRecord.from_db(DEFAULT_DB_ALIAS, _FIELDS, row)
    record.state, record.last_started_at = State.RUNNING, now
    return record


def _hold(execution: Execution) -> None:
    if statements.run(_HOLD, [execution.task_id, execution.fence, execution.owner]).fetchone() is None:
        raise LeaseLost(str(execution.task_id))


def _held_by(execution: Execution) -> QuerySet[TaskRecord]:
    return TaskRecord.objects.filter(
        pk=execution.task_id, fence=execution.fence, owner=execution.owner, state=State.RUNNING
    )


def _as_json(result: Any) -> Any:
    """The result where PostgreSQL can keep it, else None: the work is done either way."""
    try:
        text = json.dumps(result, allow_nan=False)
    except (TypeError, ValueError):
        return None
    return None if "\\u0000" in text else result
