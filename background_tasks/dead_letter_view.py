"""Dead letters as people may see them: arguments by shape, errors sanitised, counts from the table."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from apps.onboarding_api.services.pii_integration import failures
from apps.task_ledger import conservation, payloads, sealing
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.dead_letters import index, listing, redrive
from apps.task_ledger.models import TaskAction, TaskAttempt, TaskRecord

FOREIGN = "foreign:"
"""Before the id of a task that did not come through the ledger, in the row's idempotency key."""


def row(record: TaskRecord) -> dict[str, Any]:
    """An entry in a list."""
    error = record.error or {}
    return {
        "task_id": shown_id(record),
        "row_id": str(record.pk),
        "task_name": record.name,
        "queue": record.queue,
        "state": record.state,
        "client_id": str(record.client_id) if record.client_id else None,
        "subject_id": str(record.subject_id) if record.subject_id else None,
        "correlation_id": record.correlation_id,
        "exception_type": record.error_class,
        "exception_message": error.get("message", ""),
        "code": error.get("code", ""),
        "cause": record.cause,
        "location": error.get("location", ""),
        "retry_count": record.attempt,
        "generation": record.generation,
        "created_at": record.created_at.isoformat(),
        "failed_at": record.finished_at.isoformat() if record.finished_at else None,
    }


def whole(record: TaskRecord) -> dict[str, Any]:
    """One entry: arguments by shape, whether they fit the code of now, every failed run, who did what."""
    fits, why = fit(record)
    return {
        **row(record),
        "arguments": _arguments_of(record),
        "payload_version": record.payload_version,
        "can_retry": fits,
        "why_not": why,
        "attempts": [_attempt(attempt) for attempt in record.attempts.all()[:100]],
        "actions": [_action(action) for action in _actions(record)],
    }


def fit(record: TaskRecord) -> tuple[bool, str]:
    """Whether the code of now takes the entry's arguments, and why not."""
    task = task_of(record)
    if task is None:
        return False, "no task of this name exists any more"
    try:
        payloads.open_for(task, record)
    except payloads.CannotBind as error:
        return False, str(error)
    return True, ""


def arguments(task: LedgerTask, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by shape: ids, flags and small numbers, and of everything else only what it is."""
    return failures.arguments_view(
        args, kwargs, shown=task.shown_arguments, parameter_names=payloads.names_of(task)
    )


def stats() -> dict[str, Any]:
    """Counts of the table, what the index holds, the causes, and the balance of the ledger."""
    found = listing.totals()
    balance = conservation.recent_balance()
    capacity = settings.DEAD_LETTERS.index_size
    return {
        "total": found.dead + found.expired,
        "dead": found.dead,
        "expired": found.expired,
        "discarded": found.discarded,
        "died_last_hour": found.died_last_hour,
        "oldest_dead_at": found.oldest_dead_at.isoformat() if found.oldest_dead_at else None,
        "by_task": found.by_task,
        "causes": causes(listing.Filter(), limit=20),
        "index": {
            "size": index.size(),
            "capacity": capacity,
            "used_share": round(listing.index_fill() / capacity, 4),
        },
        "balance": {
            "committed": balance.committed,
            "forgotten": balance.forgotten,
            "by_state": balance.by_state,
            "missing": balance.missing,
            "overdue": balance.overdue,
        },
    }


def causes(wanted: listing.Filter, *, limit: int) -> list[dict[str, Any]]:
    """Groups that died of the same fault, those with most entries first; named as `row` names things."""
    return [
        {
            "task_name": group.task_name,
            "exception_type": group.error_class,
            "exception_message": group.message,
            "code": group.code,
            "cause": group.cause,
            "location": group.location,
            "count": group.count,
            "first_seen": group.first_seen.isoformat(),
            "last_seen": group.last_seen.isoformat(),
        }
        for group in listing.group_by_cause(wanted, limit=limit)
    ]


def shown_id(record: TaskRecord) -> str:
    """The id the task was known by."""
    key = record.idempotency_key or ""
    return key.removeprefix(FOREIGN) if key.startswith(FOREIGN) else str(record.pk)


def task_of(record: TaskRecord) -> LedgerTask | None:
    """The code that answers to its name; None where there is none."""
    try:
        return redrive.task_of(record)
    except payloads.CannotBind:
        return None


def _arguments_of(record: TaskRecord) -> dict[str, Any] | None:
    """None where they do not open."""
    try:
        args, kwargs = record.arguments()
    except sealing.CannotOpen:
        return None
    task = task_of(record)
    if task is None:
        return failures.arguments_view(args, kwargs)
    return arguments(task, args, kwargs)


def _attempt(attempt: TaskAttempt) -> dict[str, Any]:
    return {
        "generation": attempt.generation,
        "attempt": attempt.attempt,
        "start": attempt.fence,
        "outcome": attempt.outcome,
        "started_at": attempt.started_at.isoformat() if attempt.started_at else None,
        "ended_at": attempt.ended_at.isoformat(),
        "error": attempt.error,
        "traceback": attempt.traceback,
    }


def _actions(record: TaskRecord) -> list[TaskAction]:
    return list(TaskAction.objects.select_related("actor").filter(task_id=record.pk)[:100])


def _action(action: TaskAction) -> dict[str, Any]:
    return {
        "at": action.at.isoformat(),
        "operation": action.operation,
        "actor_id": action.actor_id,
        "reason": action.reason,
        "details": action.details,
    }
