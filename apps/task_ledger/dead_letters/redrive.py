"""Sending one dead letter back, as it is or with other arguments; or putting it away.

The same row is queued again with its generation raised, so that two clicks, two admins or a killed process make one
redrive: who finds another generation or state than they looked at finds `NotDead`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from apps.task_ledger import doorbell, failpoints
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.dead_letters import index
from apps.task_ledger.dead_letters.errors import NotDead, RedriveRefused
from apps.task_ledger.enqueue import deadline_of, publish_or_leave_to_relay
from apps.task_ledger.models import TaskAction, TaskRecord
from apps.task_ledger.payloads import CannotBind, check, names_of, open_for, open_up, version_of

State = TaskRecord.State
Operation = TaskAction.Operation
Show = Callable[[LedgerTask, list[Any], dict[str, Any]], Any]
"""Arguments as they may be shown."""


def redrive(
    task_id: UUID,
    *,
    actor: User | None = None,
    reason: str = "",
    generation: int | None = None,
    in_bulk: bool = False,
) -> TaskRecord:
    """Queue a dead letter again; `generation` is the one that was looked at.

    Raises `NotDead`, `CannotBind` where the code of now does not take its arguments, and `RedriveRefused`.
    `reason` must be free of personal data.
    """
    with transaction.atomic():
        record = _locked(task_id, generation)
        task = task_of(record)
        open_for(task, record)
        _queue_again(task, record)
        if not in_bulk:
            note(Operation.REDRIVE, record, actor=actor, reason=reason)
    return record


def edit_and_redrive(
    task_id: UUID,
    *,
    changes: Mapping[str, Any],
    actor: User | None,
    reason: str,
    show: Show,
    generation: int | None = None,
) -> TaskRecord:
    """Queue it again with some arguments replaced, by name; None takes an argument out, so that its default holds.

    The record of the deed holds both sides as `show` gives them, and which names changed. Raises as `redrive` does.
    """
    with transaction.atomic():
        record = _locked(task_id, generation)
        task = task_of(record)
        args, kwargs = open_up(task, record)
        named = _by_name(task, args, kwargs)
        edited = {key: value for key, value in {**named, **changes}.items() if value is not None}
        check(task, [], edited)
        record.payload_version = version_of(record.name)
        record.seal([], edited)
        record.save(update_fields=["sealed_payload", "payload_version"])
        details = {
            "changed": sorted(changes),
            "before": show(task, args, kwargs),
            "after": show(task, [], edited),
        }
        _queue_again(task, record)
        note(Operation.EDIT, record, actor=actor, reason=reason, details=details)
    return record


def discard(
    task_id: UUID, *, actor: User | None, reason: str = "", generation: int | None = None
) -> TaskRecord:
    """Put a dead letter away for good: its work is not wanted any more. Raises `NotDead`."""
    with transaction.atomic():
        record = _locked(task_id, generation)
        record.state, record.finished_at = State.DISCARDED, timezone.now()
        record.save(update_fields=["state", "finished_at"])
        note(Operation.DISCARD, record, actor=actor, reason=reason)
        transaction.on_commit(lambda: index.remove([record.pk]), robust=True)
    return record


def task_of(record: TaskRecord) -> LedgerTask:
    """The code that answers to its name; `CannotBind` where there is none."""
    task = current_app.tasks.get(record.name)
    if not isinstance(task, LedgerTask):
        raise CannotBind("no task of this name exists any more")
    return task


def note(
    operation: str,
    record: TaskRecord | None,
    *,
    actor: User | None,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write who did what, in the transaction of the deed."""
    TaskAction.objects.create(
        operation=operation,
        actor=actor,
        task_id=record.pk if record else None,
        task_name=record.name if record else "",
        generation=record.generation if record else 0,
        reason=reason,
        details=dict(details or {}),
    )


def _locked(task_id: UUID, generation: int | None) -> TaskRecord:
    record = TaskRecord.objects.select_for_update().filter(pk=task_id).first()
    if record is None:
        raise NotDead("there is no such task")
    if record.state not in TaskRecord.DEAD_LETTERS:
        raise NotDead(f"the task is {record.state}")
    if generation is not None and record.generation != generation:
        raise NotDead("the task was sent back, and failed again, since it was looked at")
    return record


def _queue_again(task: LedgerTask, record: TaskRecord) -> None:
    now = timezone.now()
    task.when_redriven(record)
    TaskRecord.objects.filter(pk=record.pk).update(
        state=State.QUEUED,
        generation=record.generation + 1,
        attempt=0,
        deliveries=0,
        publishes=1,
        published_at=now,
        due_at=now + timedelta(seconds=settings.TASK_LEDGER.republish_after_seconds),
        deadline_at=deadline_of(record.name, now),
        finished_at=None,
        owner="",
    )
    failpoints.reach("inside_redrive")
    doorbell.ring_on_commit("task", record.pk)
    transaction.on_commit(lambda: index.remove([record.pk]), robust=True)
    transaction.on_commit(lambda: publish_or_leave_to_relay(record), robust=True)


def _by_name(task: LedgerTask, args: list[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments under their names."""
    names = names_of(task)
    if len(args) > len(names):
        raise RedriveRefused("it has more positional arguments than the task has names for")
    return {**dict(zip(names, args, strict=False)), **kwargs}
