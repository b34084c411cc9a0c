"""What became of a run that did not end in done: written once, under the fence, with a row of history."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from apps.task_ledger import doorbell, failpoints
from apps.task_ledger.dead_letters import index
from apps.task_ledger.models import TaskAttempt, TaskRecord
from apps.task_ledger.payloads import HasPayload
from apps.task_ledger.verdict import Again, Dead, Park, Retry, Verdict

logger = logging.getLogger("celery.task")
State = TaskRecord.State
Outcome = TaskAttempt.Outcome

_PAUSES_SECONDS = (0.5, 2, 5)
"""In a worker, never in a web request. An outcome that still cannot be written is the reaper's to find."""

_LONGEST_DELAY_SECONDS = 7 * 24 * 3600
"""Longer than any deadline by default; a provider may ask for nonsense."""
Described = dict[str, Any]
"""code, class, message, retryable, and where known cause, location, traceback: sanitised."""


class Runnable(HasPayload, Protocol):
    """What the ledger asks of a task."""

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        """Retry, again, park or dead."""

    def describe_failure(self, error: BaseException, *, secrets: Iterable[str] = ()) -> Described:
        """The error as it may be kept and shown: free of personal data and of the `secrets`."""

    def secrets_of(self, record: TaskRecord) -> Iterable[str]:
        """The values among the arguments that no text about the task may show."""

    def when_dead(self, record: TaskRecord) -> None:
        """Told inside the transaction that writes DEAD or EXPIRED."""


def write_failure(task: Runnable, record: TaskRecord, error: BaseException) -> None:
    """Write the outcome of a failed run, looking again for a database that is just coming back."""
    for pause_seconds in (*_PAUSES_SECONDS, None):
        try:
            _write(task, record, error)
            return
        except (OperationalError, InterfaceError):
            if pause_seconds is None:
                raise
            connection.close()
            time.sleep(pause_seconds)


def _write(task: Runnable, record: TaskRecord, error: BaseException) -> None:
    verdict, described = _judged(task, record, error)
    now = timezone.now()
    match verdict:
        case Retry(delay_seconds=delay):
            changes = {
                "state": State.WAITING,
                "attempt": record.attempt + 1,
                "due_at": _due(record, delay),
                "deliveries": 0,
            }
            _put_off(record, Outcome.RETRIED, described, changes)
            logger.warning("task %s %s waits %.1f s: %s", record.name, record.pk, delay, described["code"])
        case Again():
            _put_off(record, Outcome.RETRIED, described, {"state": State.QUEUED, "due_at": now})
            logger.warning("task %s %s starts again: %s", record.name, record.pk, described["code"])
        case Park(delay_seconds=delay, service=service):
            changes = {
                "state": State.PARKED,
                "due_at": _due(record, delay),
                "parked_on": service,
                "deliveries": 0,
            }
            _put_off(record, Outcome.PARKED, described, changes)
            logger.warning(
                "task %s %s parked for %.1f s: %s", record.name, record.pk, delay, described["code"]
            )
        case Dead():
            write_dead(task, record, described)


def _judged(task: Runnable, record: TaskRecord, error: BaseException) -> tuple[Verdict, Described]:
    """What becomes of the task, and the failure in words. A task whose own judgement fails is dead, and says so."""
    try:
        described = task.describe_failure(error, secrets=task.secrets_of(record))
        return _settled(task.decide_failure(error, attempt=record.attempt), record), described
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        logger.exception("task %s %s could not judge its own failure", record.name, record.pk)
        return Dead(), {
            "code": "unknown",
            "class": f"{type(error).__module__}.{type(error).__qualname__}",
            "message": f"The failure could not be described: {type(fault).__name__}.",
            "retryable": False,
        }


def _settled(verdict: Verdict, record: TaskRecord) -> Verdict:
    """`Again` only while deliveries of this attempt are left."""
    if not isinstance(verdict, Again) or record.deliveries < settings.TASK_LEDGER.max_deliveries:
        return verdict
    delay = verdict.else_delay_seconds
    return Dead() if delay is None else Retry(delay_seconds=delay)


def _due(record: TaskRecord, delay_seconds: float) -> Any:
    """Then, or at the deadline: an expiry is told when it happens, not at the next look."""
    seconds = delay_seconds if 0 <= delay_seconds < _LONGEST_DELAY_SECONDS else _LONGEST_DELAY_SECONDS
    due = timezone.now() + timedelta(seconds=seconds)
    return min(due, record.deadline_at) if record.deadline_at else due


def _put_off(record: TaskRecord, outcome: str, described: Described, changes: dict[str, Any]) -> None:
    with transaction.atomic():
        held = TaskRecord.objects.filter(
            pk=record.pk, fence=record.fence, owner=record.owner, state=State.RUNNING
        )
        failpoints.reach("before_outcome")
        if not held.update(
            **_error_columns(described),
            **changes,
            lease_expires_at=None,
            published_at=None,
            owner="",
            publishes=0,
        ):
            return
        if not (outcome == Outcome.PARKED and _was_refused_alike(record, described)):
            keep_attempt(record, outcome, described)
        doorbell.ring_on_commit("task", record.pk)
    failpoints.reach("after_outcome")


def _was_refused_alike(record: TaskRecord, described: Described) -> bool:
    """A refusal that repeats the last one is no news: while a service is down there may be very many."""
    last = record.attempts.filter(generation=record.generation).order_by("-pk").first()
    return last is not None and last.outcome == Outcome.PARKED and last.error.get("code") == described["code"]


def write_dead(
    task: Runnable | None, record: TaskRecord, described: Described, *, as_state: State = State.DEAD
) -> None:
    """Write DEAD (or EXPIRED), and let the task (None: there is none of its name) put its business in order."""
    with transaction.atomic():
        held = TaskRecord.objects.filter(pk=record.pk, fence=record.fence, owner=record.owner).exclude(
            state__in=TaskRecord.FINAL_STATES
        )
        failpoints.reach("before_dead")
        if not held.update(
            **_error_columns(described),
            state=as_state,
            finished_at=timezone.now(),
            lease_expires_at=None,
            parked_on="",
        ):
            return
        keep_attempt(record, Outcome.EXPIRED if as_state == State.EXPIRED else Outcome.DEAD, described)
        record.refresh_from_db()
        if task is not None:
            _put_in_order(task, record)
        doorbell.ring_on_commit("task", record.pk)
        transaction.on_commit(lambda: _index(record), robust=True)
    logging.getLogger("celery.dlq").error(
        "task %s %s is %s: %s (cause %s)",
        record.name, record.pk, record.state, described["code"], record.cause or "-",
    )  # fmt: skip


def _index(record: TaskRecord) -> None:
    failpoints.reach("after_dead")
    index.put(record)
    failpoints.reach("after_index")


def write_expired(task: Runnable | None, record: TaskRecord) -> None:
    """Its overall deadline passed before it was done."""
    last = record.error or {}
    described = {
        "code": "deadline_passed",
        "class": "DeadlinePassed",
        "message": f"Not done by its deadline; the last failure was {last.get('code', 'none')}.",
        "retryable": False,
    }
    write_dead(task, record, described, as_state=State.EXPIRED)


def worker_lost(deliveries: int) -> Described:
    """The error of a run whose process died under it."""
    return {
        "code": "worker_lost",
        "class": "WorkerLost",
        "message": f"Its worker died, at start {deliveries} of this attempt.",
        "retryable": True,
        "cause": "worker_lost",
    }


def poison(deliveries: int) -> Described:
    """The error of a task that ends its worker whenever it starts."""
    return {
        "code": "poison",
        "class": "WorkerLost",
        "message": f"Every one of {deliveries} starts ended without an outcome: its worker died under it.",
        "retryable": False,
        "cause": "poison",
    }


def unknown_task() -> Described:
    """The error of a task whose name no code answers to any more."""
    return {
        "code": "unknown_task",
        "class": "NotRegistered",
        "message": "No task of this name exists.",
        "retryable": False,
        "cause": "unknown_task",
    }


def does_not_fit(why: str) -> Described:
    """The error of a task whose arguments the code of now does not take. `why` names no value."""
    return {
        "code": "arguments_do_not_fit",
        "class": "CannotBind",
        "message": why,
        "retryable": False,
        "cause": "does_not_fit",
    }


def keep_attempt(record: TaskRecord, outcome: str, described: Described) -> None:
    """One row of the task's history."""
    TaskAttempt.objects.create(
        task_id=record.pk,
        generation=record.generation,
        attempt=record.attempt,
        fence=record.fence,
        outcome=outcome,
        started_at=record.last_started_at,
        host=record.owner.partition("|")[0],
        error={key: value for key, value in described.items() if key != "traceback"},
        traceback=described.get("traceback", ""),
    )


def _error_columns(described: Described) -> dict[str, Any]:
    return {
        "error": {key: value for key, value in described.items() if key != "traceback"},
        "error_class": str(described.get("class", ""))[:200],
        "cause": str(described.get("cause", described["code"]))[:16],
    }


def _put_in_order(task: Runnable, record: TaskRecord) -> None:
    """A task that fails even at this is dead all the same: it must not hold up the others."""
    try:
        with transaction.atomic():
            task.when_dead(record)
    except Exception:
        logger.exception("task %s %s could not put its business in order", record.name, record.pk)
