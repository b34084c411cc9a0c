"""Sending many dead letters back: chosen once and frozen, first one canary, then ten, then the rest at a rate.

The keeper calls `advance` again and again. A round commits its part or nothing of it; killed in the middle, the next
round goes on. A mend that is none costs eleven tasks at most: more than a fifth of failures among those that have
ended stops the bulk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from apps.task_ledger import failpoints
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.dead_letters import redrive
from apps.task_ledger.dead_letters.errors import NotDead, RedriveRefused
from apps.task_ledger.dead_letters.listing import Filter, find
from apps.task_ledger.models import BulkRedrive, BulkRedriveItem, TaskAction, TaskRecord
from apps.task_ledger.payloads import CannotBind, open_for

logger = logging.getLogger("celery.dlq")
State = BulkRedrive.State
ItemState = BulkRedriveItem.State

FIRST_CANARIES = 1
CANARIES = 11
"""The first and the ten after it."""
MOST_FAILURES = 0.2
_MOST_IN_A_ROUND = 200
_MOST_CHECKED = 1_000
_LONGEST_BURST_SECONDS = 2.0


@dataclass(frozen=True)
class Preview:
    """What a bulk would do, counted now."""

    total: int
    by_task: dict[str, int]
    by_cause: dict[str, int]
    checked: int
    """So many of them were opened and bound to the code of now; the newest ones."""
    do_not_fit: int
    """So many of the checked would be skipped."""
    waits_for: dict[str, float]
    """Task -> seconds until its provider admits work again, where it does not now."""


def preview(wanted: Filter) -> Preview:
    """The dry run: counts, and nothing written."""
    rows = find(wanted)
    by_task = dict(rows.order_by().values_list("name").annotate(n=Count("pk")).order_by("-n"))
    by_cause = dict(rows.order_by().values_list("cause").annotate(n=Count("pk")).order_by("-n")[:50])
    checked = rows.only("name", "payload_version", "sealed_payload")[:_MOST_CHECKED]
    fits = [_fits(record) for record in checked]
    waits = {name: _wait_of(name) for name in by_task}
    return Preview(
        total=sum(by_task.values()),
        by_task=by_task,
        by_cause=by_cause,
        checked=len(fits),
        do_not_fit=fits.count(False),
        waits_for={name: seconds for name, seconds in waits.items() if seconds},
    )


def begin(
    wanted: Filter, *, actor: User | None, reason: str = "", rate_per_minute: int | None = None
) -> BulkRedrive:
    """Freeze the choice and let the keeper begin. An empty choice is done at once."""
    with transaction.atomic():
        chosen = list(find(wanted).values_list("pk", "generation"))
        bulk = BulkRedrive.objects.create(
            actor=actor,
            filters=wanted.to_json(),
            reason=reason,
            total=len(chosen),
            rate_per_minute=rate_per_minute or settings.DEAD_LETTERS.redrives_per_minute,
        )
        BulkRedriveItem.objects.bulk_create(
            (
                BulkRedriveItem(bulk=bulk, task_id=pk, position=position, generation=generation)
                for position, (pk, generation) in enumerate(chosen)
            ),
            batch_size=2_000,
        )
        if not chosen:
            _end(bulk, State.DONE)
        details = {"bulk_id": str(bulk.pk), "filters": bulk.filters, "total": bulk.total}
        redrive.note(TaskAction.Operation.BULK_REDRIVE, None, actor=actor, reason=reason, details=details)
    return bulk


def stop(bulk_id: UUID, *, actor: User | None, reason: str = "") -> bool:
    """Send no more of it; what was sent runs on. False where it had ended already."""
    with transaction.atomic():
        bulk = BulkRedrive.objects.select_for_update().filter(pk=bulk_id, state=State.RUNNING).first()
        if bulk is None:
            return False
        _end(bulk, State.STOPPED, why="stopped by a person")
        redrive.note(
            TaskAction.Operation.BULK_STOP,
            None,
            actor=actor,
            reason=reason,
            details={"bulk_id": str(bulk.pk)},
        )
    return True


def advance() -> int:
    """One round over every bulk that runs; how many tasks were sent back. Several keepers may call it at once."""
    running = BulkRedrive.objects.filter(state=State.RUNNING).order_by("created_at")
    return sum(_advance(bulk_id) for bulk_id in running.values_list("pk", flat=True))


@transaction.atomic
def _advance(bulk_id: UUID) -> int:
    held = BulkRedrive.objects.select_for_update(skip_locked=True).filter(pk=bulk_id, state=State.RUNNING)
    bulk = held.first()
    if bulk is None:
        return 0
    _settle(bulk)
    counts = counts_of(bulk)
    why = _why_stop(counts)
    if why:
        _end(bulk, State.STOPPED, why=why)
        return 0
    if counts[ItemState.PENDING] == 0:
        if counts[ItemState.SENT] == 0:
            _end(bulk, State.DONE)
        return 0
    return _send(bulk, _allowance(bulk, counts))


def counts_of(bulk: BulkRedrive) -> dict[str, int]:
    """Items by state, every state named."""
    found = dict(bulk.items.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in ItemState.values}


def _settle(bulk: BulkRedrive) -> None:
    """Look what became of the tasks that were sent."""
    sent = bulk.items.filter(state=ItemState.SENT)
    again = Q(task__generation__gt=F("generation") + 1)
    failed = Q(task__state__in=[*TaskRecord.DEAD_LETTERS, TaskRecord.State.DISCARDED]) | again
    for state, condition in (
        (ItemState.SUCCEEDED, Q(task__state=TaskRecord.State.DONE)),
        (ItemState.FAILED, failed),
    ):
        ended = list(sent.filter(condition).values_list("pk", flat=True))
        bulk.items.filter(pk__in=ended).update(state=state)


def _why_stop(counts: dict[str, int]) -> str:
    """More than a fifth failed of those that ended; among the canaries of those that were sent."""
    failed, succeeded = counts[ItemState.FAILED], counts[ItemState.SUCCEEDED]
    sent = failed + succeeded + counts[ItemState.SENT]
    ended = sent if sent <= CANARIES else failed + succeeded
    if failed and failed > MOST_FAILURES * ended:
        return f"{failed} of {failed + succeeded} failed again"
    return ""


def _allowance(bulk: BulkRedrive, counts: dict[str, int]) -> int:
    """How many may be sent in this round."""
    in_flight = counts[ItemState.SENT]
    sent = in_flight + counts[ItemState.SUCCEEDED] + counts[ItemState.FAILED]
    if sent < CANARIES:
        if in_flight:
            return 0
        return FIRST_CANARIES if sent == 0 else CANARIES - sent
    if sent == CANARIES and in_flight:
        return 0
    now = timezone.now()
    earliest = now - timedelta(seconds=_LONGEST_BURST_SECONDS)
    since = max(bulk.sent_until or earliest, earliest)
    allowed = min(int((now - since).total_seconds() * bulk.rate_per_minute / 60), _MOST_IN_A_ROUND)
    if allowed > 0:
        bulk.sent_until = since + timedelta(seconds=allowed * 60 / bulk.rate_per_minute)
        bulk.save(update_fields=["sent_until"])
    return max(allowed, 0)


def _send(bulk: BulkRedrive, allowance: int) -> int:
    """Send the next ones whose provider admits work; what is to be skipped takes nobody's place."""
    pending = bulk.items.filter(state=ItemState.PENDING).order_by("position").select_related("task")
    if closed := [name for name in _names(bulk) if _wait_of(name)]:
        pending = pending.exclude(task__name__in=closed)
    sent = 0
    for item in pending[: _MOST_IN_A_ROUND if allowance else 0]:
        if sent == allowance:
            break
        try:
            with transaction.atomic():
                redrive.redrive(item.task_id, generation=item.generation, in_bulk=True)
            item.state = ItemState.SENT
            sent += 1
        except (NotDead, CannotBind, RedriveRefused) as error:
            item.state, item.why = ItemState.SKIPPED, str(error)[:200]
        except (OperationalError, InterfaceError):
            raise  # the round is tried again
        except Exception as error:
            # The business of one task must not hold up the others for ever.
            logger.exception("task %s could not be made ready to be sent back", item.task_id)
            item.state, item.why = ItemState.SKIPPED, f"its business refused: {type(error).__name__}"
        item.save(update_fields=["state", "why"])
    failpoints.reach("inside_bulk")
    return sent


def _names(bulk: BulkRedrive) -> list[str]:
    pending = bulk.items.filter(state=ItemState.PENDING).order_by()
    return list(pending.values_list("task__name", flat=True).distinct())


def _wait_of(name: str) -> float:
    """Seconds until the providers of a task admit work; 0 where they do now."""
    task = current_app.tasks.get(name)
    return task.admitted_in() if isinstance(task, LedgerTask) else 0.0


def _fits(record: TaskRecord) -> bool:
    try:
        open_for(redrive.task_of(record), record)
    except CannotBind:
        return False
    return True


def _end(bulk: BulkRedrive, state: str, *, why: str = "") -> None:
    bulk.state, bulk.finished_at, bulk.why_stopped = state, timezone.now(), why
    bulk.save(update_fields=["state", "finished_at", "why_stopped"])
