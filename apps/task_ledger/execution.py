"""Running a task once: claim by compare-and-set, effects under a fence, an outcome that is always written.

States: queued -> running -> done | waiting | parked | dead. Whoever lost the fence (its lease expired and another
worker started) cannot write any effect.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from apps.task_ledger import correlation, doorbell, failpoints
from apps.task_ledger.heartbeat import Heartbeat
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.verdict import Dead, Park, Retry, Verdict

logger = logging.getLogger("celery.task")
State = TaskRecord.State


_OUTCOME_PAUSES_SECONDS = (0.5, 2, 5)
"""In a worker, never in a web request. An outcome that still cannot be written is the reaper's to find."""


class LeaseLost(Exception):
    """Another worker has taken this task over, or an operator ended it; nothing may be written for it."""


class Runnable(Protocol):
    """What the ledger asks of a task."""

    name: str

    def run(self, *args: Any, **kwargs: Any) -> Any: ...

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        """Retry, park or dead."""

    def describe_failure(self, error: BaseException) -> dict[str, Any]:
        """The error as it may be kept and shown: scrubbed of personal data."""

    def when_dead(self, record: TaskRecord) -> None:
        """Told inside the transaction that writes DEAD."""


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
        write_dead(
            task, record, {"code": "poison", "message": "Its worker died at every start.", "retryable": False}
        )
        return
    try:
        with Heartbeat(record.pk, record.fence):
            args, kwargs = record.arguments()
            result = task.run(*args, **kwargs)
            failpoints.reach("after_run")
        if not execution.finished:
            with fenced():
                finish(_as_json(result))
        failpoints.reach("after_finish")
        logger.info("task %s %s done", record.name, record.pk)
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
        write_failure(task, record, error)


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


def write_failure(task: Runnable, record: TaskRecord, error: BaseException) -> None:
    """Write the outcome of a failed run, looking again for a database that is just coming back."""
    for pause_seconds in (*_OUTCOME_PAUSES_SECONDS, None):
        try:
            _write_outcome(task, record, error)
            return
        except (OperationalError, InterfaceError):
            if pause_seconds is None:
                raise
            connection.close()
            time.sleep(pause_seconds)


def _write_outcome(task: Runnable, record: TaskRecord, error: BaseException) -> None:
    verdict = task.decide_failure(error, attempt=record.attempt)
    described = task.describe_failure(error)
    now = timezone.now()
    held = TaskRecord.objects.filter(pk=record.pk, fence=record.fence, state=State.RUNNING)
    common = {
        "error": described,
        "lease_expires_at": None,
        "published_at": None,
        "owner": "",
        "deliveries": 0,
        "publishes": 0,
    }
    match verdict:
        case Retry(delay_seconds=delay):
            held.update(
                state=State.WAITING,
                attempt=record.attempt + 1,
                due_at=now + timedelta(seconds=delay),
                **common,
            )
            logger.warning("task %s %s waits %.1f s: %s", record.name, record.pk, delay, described["code"])
        case Park(delay_seconds=delay):
            held.update(state=State.PARKED, due_at=now + timedelta(seconds=delay), **common)
            logger.warning(
                "task %s %s parked for %.1f s: %s", record.name, record.pk, delay, described["code"]
            )
        case Dead():
            write_dead(task, record, described)
    doorbell.ring("task", record.pk)


def unknown_task() -> dict[str, Any]:
    """The error of a task whose name no code answers to any more."""
    return {
        "code": "unknown_task",
        "class": "NotRegistered",
        "message": "No task of this name exists.",
        "retryable": False,
    }


def write_dead(task: Runnable | None, record: TaskRecord, described: dict[str, Any]) -> None:
    """Write DEAD, and let the task (None: there is none of its name) put its business in order, in one transaction."""
    with transaction.atomic():
        held = TaskRecord.objects.filter(pk=record.pk, fence=record.fence).exclude(
            state__in=TaskRecord.FINAL_STATES
        )
        if not held.update(
            state=State.DEAD, error=described, finished_at=timezone.now(), lease_expires_at=None
        ):
            return
        record.error = described
        if task is not None:
            _put_in_order(task, record)
        doorbell.ring_on_commit("task", record.pk)
    logging.getLogger("celery.dlq").error("task %s %s is dead: %s", record.name, record.pk, described["code"])


def _put_in_order(task: Runnable, record: TaskRecord) -> None:
    """A task that fails even at this is dead all the same: it must not hold up the others."""
    try:
        with transaction.atomic():
            task.when_dead(record)
    except Exception:
        logger.exception("task %s %s could not put its business in order", record.name, record.pk)


def _claim(task_id: UUID) -> TaskRecord | None:
    """QUEUED -> RUNNING with a new fence and lease, in one statement; None where the row is not to be started."""
    now = timezone.now()
    rows = TaskRecord.objects.raw(
        f"""UPDATE {TaskRecord._meta.db_table}
               SET state = 'running', deliveries = deliveries + 1, fence = fence + 1, owner = %s,
                   lease_expires_at = %s, started_at = coalesce(started_at, %s)
             WHERE id = %s AND state = 'queued' RETURNING *""",  # noqa: S608 -- the table's own name
        [owner(), now + timedelta(seconds=settings.TASK_LEDGER.lease_seconds), now, task_id],
    )
    return next(iter(rows), None)


def _hold(execution: Execution) -> None:
    held = TaskRecord.objects.select_for_update().filter(
        pk=execution.task_id, fence=execution.fence, state=State.RUNNING
    )
    if not held.values_list("pk", flat=True):
        raise LeaseLost(str(execution.task_id))


def owner() -> str:
    """This process: host, pid and start time, so that a reused pid is not taken for it."""
    pid = os.getpid()
    return f"{this_host()}|{pid}|{process_start(pid)}"


def this_host() -> str:
    """Host name and process namespace: containers may share the one and not the other."""
    try:
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()}/{namespace}"


def process_start(pid: int) -> str:
    """Start time of a live process in clock ticks since boot (field 22 of /proc/pid/stat); empty where unknown."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _as_json(result: Any) -> Any:
    try:
        json.dumps(result)
    except (TypeError, ValueError):
        return None
    return result
