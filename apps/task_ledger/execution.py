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
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.task_ledger import correlation, doorbell, failpoints, outcomes, payloads, process
from apps.task_ledger.heartbeat import Heartbeat
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.outcomes import Runnable

logger = logging.getLogger("celery.task")
State = TaskRecord.State


class LeaseLost(Exception):
    """Another worker has taken this task over, or an operator ended it; nothing may be written for it."""


@dataclass
class Execution:
    task_id: UUID
    fence: int
    attempt: int
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
    """Write DONE in the surrounding `fenced()` block, so that effect and outcome commit together."""
    execution = _current.get()
    if execution is None or execution.finished:
        return
    now = timezone.now()
    held = TaskRecord.objects.filter(pk=execution.task_id, fence=execution.fence, state=State.RUNNING)
    if not held.update(state=State.DONE, result=result, error=None, finished_at=now, lease_expires_at=None):
        raise LeaseLost(str(execution.task_id))
    execution.finished = True
    doorbell.ring_on_commit("task", execution.task_id)


def extend_lease(seconds: float) -> None:
    """Hold the running task for `seconds` from now: before a call that keeps the heartbeat from running.

    A C library that holds the interpreter's lock stops the heartbeat thread as well. Outside a task: nothing.
    """
    execution = _current.get()
    if execution is not None and not execution.finished:
        held = TaskRecord.objects.filter(pk=execution.task_id, fence=execution.fence, state=State.RUNNING)
        held.update(lease_expires_at=timezone.now() + timedelta(seconds=seconds))


def execute(task: Runnable, task_id: UUID) -> None:
    """Claim `task_id` and run it to an outcome. A message for a task that is not due is dropped: the row decides."""
    record = _claim(task_id)
    if record is None:
        logger.info("task %s %s: nothing to start", task.name, task_id)
        return
    failpoints.reach("after_claim")
    execution = Execution(task_id=record.pk, fence=record.fence, attempt=record.attempt)
    token = _current.set(execution)
    try:
        with correlation.correlated(record.correlation_id or correlation.accept(None)):
            _run(task, record, execution)
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
        with Heartbeat(record.pk, record.fence):
            args, kwargs = payloads.open_for(task, record)
            result = task.run(*args, **kwargs)
            failpoints.reach("after_run")
        if not execution.finished:
            with fenced():
                finish(_as_json(result))
        failpoints.reach("after_finish")
        logger.info("task %s %s done", record.name, record.pk)
    except payloads.CannotBind as error:
        outcomes.write_dead(task, record, outcomes.does_not_fit(str(error)))
    except LeaseLost:
        logger.warning("task %s %s was taken over; this run wrote nothing", record.name, record.pk)
    except (SystemExit, KeyboardInterrupt):
        if not execution.finished:
            _give_back(record)
        raise
    except BaseException as error:
        if execution.finished:
            logger.exception("task %s %s failed after its effect was committed", record.name, record.pk)
            return
        outcomes.write_failure(task, record, error)


def _give_back(record: TaskRecord) -> None:
    """The process is told to end: another one runs the task, and this start does not count against it."""
    held = TaskRecord.objects.filter(pk=record.pk, fence=record.fence, state=State.RUNNING)
    held.update(
        state=State.QUEUED,
        deliveries=record.deliveries - 1,
        due_at=timezone.now(),
        owner="",
        lease_expires_at=None,
    )
    logger.warning("task %s %s given back: its process is told to end", record.name, record.pk)


def _claim(task_id: UUID) -> TaskRecord | None:
    """QUEUED -> RUNNING with a new fence and lease, in one statement; None where the row is not to be started."""
    now = timezone.now()
    rows = TaskRecord.objects.raw(
        f"""UPDATE {TaskRecord._meta.db_table}
               SET state = 'running', deliveries = deliveries + 1, fence = fence + 1, owner = %s,
                   lease_expires_at = %s, started_at = coalesce(started_at, %s), last_started_at = %s
             WHERE id = %s AND state = 'queued' RETURNING *""",  # noqa: S608 -- the table's own name
        [process.owner(), now + timedelta(seconds=settings.TASK_LEDGER.lease_seconds), now, now, task_id],
    )
    return next(iter(rows), None)


def _hold(execution: Execution) -> None:
    held = TaskRecord.objects.select_for_update().filter(
        pk=execution.task_id, fence=execution.fence, state=State.RUNNING
    )
    if not held.values_list("pk", flat=True):
        raise LeaseLost(str(execution.task_id))


def _as_json(result: Any) -> Any:
    try:
        json.dumps(result)
    except (TypeError, ValueError):
        return None
    return result
