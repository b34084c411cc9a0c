"""What became of a run that did not end in done: written once, under the fence, with a row of history."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from apps.task_ledger import doorbell, failpoints, statements
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

_TABLE, _ATTEMPTS = TaskRecord._meta.db_table, TaskAttempt._meta.db_table
_FIELDS = [one.attname for one in TaskRecord._meta.concrete_fields if one.attname not in {"result", "error"}]
"""JSON columns are read by the model where they are asked for: a cursor gives them as text."""
_HISTORY = f"""
    INSERT INTO {_ATTEMPTS}
           (task_id, generation, attempt, fence, outcome, started_at, host, error, traceback, ended_at)
"""
_HISTORY_VALUES = "%s::uuid, %s, %s, %s, %s, %s::timestamptz, %s, %s::jsonb, %s, %s::timestamptz"
_PUT_OFF = f"""
    WITH put_off AS (
        UPDATE {_TABLE}
           SET error = %s::jsonb, error_class = %s, cause = %s, state = %s, due_at = %s, attempt = %s, deliveries = %s,
               parked_on = %s, lease_expires_at = NULL, published_at = NULL, owner = '', publishes = 0
         WHERE id = %s AND fence = %s AND owner = %s AND state || '' = 'running'
     RETURNING id),
    noted AS ({_HISTORY} SELECT {_HISTORY_VALUES} FROM put_off
         WHERE %s <> 'parked' OR NOT EXISTS (
               SELECT 1 FROM (
                      SELECT outcome, error FROM {_ATTEMPTS}
                       WHERE task_id = %s AND generation = %s ORDER BY id DESC LIMIT 1) AS last
                WHERE last.outcome = 'parked' AND last.error ->> 'code' = %s))
    SELECT id FROM put_off
"""  # noqa: S608 -- names of our own
"""A refusal that repeats the last one is no news: while a service is down there may be very many."""
_CLOSE = f"""
    WITH ended AS (
        UPDATE {_TABLE}
           SET error = %s::jsonb, error_class = %s, cause = %s, state = %s, finished_at = %s,
               lease_expires_at = NULL, parked_on = ''
         WHERE id = %s AND fence = %s AND owner = %s
           AND state || '' NOT IN ({", ".join(f"'{state}'" for state in TaskRecord.FINAL_STATES)})
     RETURNING {", ".join(_FIELDS)}),
    noted AS ({_HISTORY} SELECT {_HISTORY_VALUES} FROM ended)
    SELECT * FROM ended
"""  # noqa: S608 -- names of our own


class Runnable(HasPayload, Protocol):
    """What the ledger asks of a task."""

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        """Retry, again, park or dead."""

    def describe_failure(self, error: BaseException, *, secrets: Iterable[str] = ()) -> Described:
        """The error as it may be kept and shown: free of personal data and of the `secrets`."""

    def secrets_of(self, record: TaskRecord) -> Iterable[str]:
        """The values among the arguments that no text about the task may show."""

    @property
    def has_duties_when_dead(self) -> bool:
        """Whether `when_dead` does anything."""

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
    match verdict:
        case Retry(delay_seconds=delay):
            back = _Back(State.WAITING, due_at=_due(record, delay), attempt=record.attempt + 1)
            _put_off(record, Outcome.RETRIED, described, back)
            logger.warning("task %s %s waits %.1f s: %s", record.name, record.pk, delay, described["code"])
        case Again():
            back = _Back(
                State.QUEUED, due_at=timezone.now(), attempt=record.attempt, deliveries=record.deliveries
            )
            _put_off(record, Outcome.RETRIED, described, back)
            logger.warning("task %s %s starts again: %s", record.name, record.pk, described["code"])
        case Park(delay_seconds=delay, service=service):
            back = _Back(State.PARKED, due_at=_due(record, delay), attempt=record.attempt, parked_on=service)
            _put_off(record, Outcome.PARKED, described, back)
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


def _due(record: TaskRecord, delay_seconds: float) -> datetime:
    """Then, or at the deadline: an expiry is told when it happens, not at the next look."""
    seconds = delay_seconds if 0 <= delay_seconds < _LONGEST_DELAY_SECONDS else _LONGEST_DELAY_SECONDS
    due = timezone.now() + timedelta(seconds=seconds)
    return min(due, record.deadline_at) if record.deadline_at else due


@dataclass(frozen=True)
class _Back:
    """How a task waits for its next start."""

    state: str
    _: KW_ONLY
    due_at: datetime
    attempt: int
    deliveries: int = 0
    parked_on: str = ""


def _put_off(record: TaskRecord, outcome: str, described: Described, back: _Back) -> None:
    failpoints.reach("before_outcome")
    values = [
        *_error_columns(described),
        *(back.state, back.due_at, back.attempt, back.deliveries, back.parked_on),
        *(record.pk, record.fence, record.owner),
        *_attempt_columns(record, outcome, described),
        *(outcome, record.pk, record.generation, described["code"]),
    ]
    if statements.run(_PUT_OFF, values).fetchone() is None:
        return
    doorbell.ring_on_commit("task", record.pk)
    failpoints.reach("after_outcome")


def write_dead(
    task: Runnable | None, record: TaskRecord, described: Described, *, as_state: State = State.DEAD
) -> None:
    """Write DEAD (or EXPIRED), and let the task (None: there is none of its name) put its business in order."""
    duties = task if task is not None and task.has_duties_when_dead else None
    with (
        transaction.atomic() if duties else contextlib.nullcontext()
    ):  # one statement is a transaction by itself
        failpoints.reach("before_dead")
        dead = _close(record, described, as_state)
        if dead is None:
            return
        if duties:
            _put_in_order(duties, dead)
        doorbell.ring_on_commit("task", dead.pk)
        transaction.on_commit(lambda: _index(dead), robust=True)
    logging.getLogger("celery.dlq").error(
        "task %s %s is %s: %s (cause %s)",
        dead.name,
        dead.pk,
        dead.state,
        described["code"],
        dead.cause or "-",
    )


def _close(record: TaskRecord, described: Described, as_state: State) -> TaskRecord | None:
    """The row as it ended, with its history; None where another run holds it, or it has ended before."""
    outcome = Outcome.EXPIRED if as_state == State.EXPIRED else Outcome.DEAD
    values = [
        *_error_columns(described),
        *(as_state, timezone.now()),
        *(record.pk, record.fence, record.owner),
        *_attempt_columns(record, outcome, described),
    ]
    row = statements.run(_CLOSE, values).fetchone()
    if row is None:
        return None
    dead = TaskRecord.from_db(DEFAULT_DB_ALIAS, _FIELDS, row)
    dead.error = _without_traceback(described)
    return dead


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
    statements.run(f"{_HISTORY} VALUES ({_HISTORY_VALUES})", _attempt_columns(record, outcome, described))


def _attempt_columns(record: TaskRecord, outcome: str, described: Described) -> list[Any]:
    return [
        record.pk,
        record.generation,
        record.attempt,
        record.fence,
        outcome,
        record.last_started_at,
        record.owner.partition("|")[0],
        json.dumps(_without_traceback(described)),
        described.get("traceback", ""),
        timezone.now(),
    ]


def _error_columns(described: Described) -> list[Any]:
    return [
        json.dumps(_without_traceback(described)),
        str(described.get("class", ""))[:200],
        str(described.get("cause", described["code"]))[:16],
    ]


def _without_traceback(described: Described) -> Described:
    return {key: value for key, value in described.items() if key != "traceback"}


def _put_in_order(task: Runnable, record: TaskRecord) -> None:
    """A task that fails even at this is dead all the same: it must not hold up the others."""
    try:
        with transaction.atomic():
            task.when_dead(record)
    except Exception:
        logger.exception("task %s %s could not put its business in order", record.name, record.pk)
