"""The dead letter queue: everything that people and other code do with failed tasks.

The entries are rows of the ledger; Redis holds an index over the newest. What leaves here for people is sanitised
(`dead_letter_view`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import redis
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from apps.onboarding_api.services.pii_integration import failures, get_pii_service, shape
from apps.task_ledger.dead_letters import bulk, clearing, index, listing, redrive
from apps.task_ledger.dead_letters.errors import NotDead, RedriveRefused
from apps.task_ledger.dead_letters.listing import Filter
from apps.task_ledger.enqueue import queue_of
from apps.task_ledger.models import BulkRedrive, TaskRecord
from apps.task_ledger.outcomes import write_dead
from apps.task_ledger.payloads import CannotBind
from background_tasks import dead_letter_view, maintenance_tasks, onboarding_tasks
from background_tasks.onboarding_base_task import describe_error

__all__ = ["STAYS_DEAD", "DeadLetterQueue", "dlq_handler", "maintenance_tasks", "onboarding_tasks", "row_id"]

_FOREIGN = uuid.UUID("6a6d1cf7-6f0e-5e0b-9a55-0d9f3c1f6c55")
"""Namespace for ids that are no UUIDs: of tasks that did not come through the ledger."""
STAYS_DEAD = (NotDead, RedriveRefused, CannotBind)
"""Why an entry is not sent back."""


class DeadLetterQueue:
    """Stateless; `dlq_handler` is the one of this process."""

    def send_to_dlq(
        self,
        task_id: str,
        task_name: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        exception: BaseException | None = None,
        retry_count: int = 0,
        correlation_id: str = "",
    ) -> bool:
        """Capture a failed task; its row becomes dead, or is made where there is none. Twice is once.

        False where the task has ended another way already. Arguments must be JSON; they are sealed.
        """
        given = kwargs or {}
        described = describe_error(exception or RuntimeError(), secrets=failures.secrets_of(args, given))
        with transaction.atomic():
            fresh = _foreign(task_id, task_name, args, given, retry_count, correlation_id)
            TaskRecord.objects.bulk_create([fresh], ignore_conflicts=True)  # two may capture it at once
            record = TaskRecord.objects.select_for_update().get(pk=fresh.pk)
            if record.state in TaskRecord.FINAL_STATES:
                return record.state in TaskRecord.DEAD_LETTERS
            write_dead(dead_letter_view.task_of(record), record, described)
        return True

    def list_dlq_tasks(self, limit: int = 100, task_name_filter: str | None = None) -> list[dict[str, Any]]:
        """The newest entries, newest first. Without a filter by the index, where Redis answers."""
        named = listing.find(Filter(task_name=task_name_filter or ""))
        rows = named[:limit] if task_name_filter else _by_index(limit)
        return [dead_letter_view.row(record) for record in rows]

    def get_dlq_task(self, task_id: str) -> dict[str, Any] | None:
        """One entry with sanitised arguments and its history; None where there is none."""
        record = listing.find().filter(pk=row_id(task_id)).first()
        return dead_letter_view.whole(record) if record else None

    def retry_dlq_task(self, task_id: str, *, actor: User | None = None, reason: str = "") -> bool:
        """Send one entry back. False where it is dead no more, or its arguments do not fit the code of now."""
        try:
            self.redrive_dlq_task(task_id, actor=actor, reason=reason)
        except STAYS_DEAD:
            return False
        return True

    def redrive_dlq_task(
        self, task_id: str, *, actor: User | None = None, reason: str = "", generation: int | None = None
    ) -> TaskRecord:
        """Send one entry back as it is; `generation` is the one that was looked at. Raises one of `STAYS_DEAD`."""
        return redrive.redrive(
            row_id(task_id), actor=actor, reason=get_pii_service().scrub(reason), generation=generation
        )

    def retry_many(
        self,
        wanted: Filter,
        *,
        actor: User | None = None,
        reason: str = "",
        rate_per_minute: int | None = None,
    ) -> BulkRedrive:
        """Begin a bulk over what the filter chooses now."""
        return bulk.begin(
            wanted, actor=actor, reason=get_pii_service().scrub(reason), rate_per_minute=rate_per_minute
        )

    def stop_many(self, bulk_id: uuid.UUID, *, actor: User | None = None, reason: str = "") -> bool:
        """Send no more of a bulk. False where it had ended already, or there is none."""
        return bulk.stop(bulk_id, actor=actor, reason=get_pii_service().scrub(reason))

    def edit_dlq_task(
        self,
        task_id: str,
        changes: Mapping[str, Any],
        *,
        actor: User | None,
        reason: str,
        generation: int | None = None,
    ) -> TaskRecord:
        """Replace arguments by name and send the entry back. Raises one of `STAYS_DEAD`."""
        return redrive.edit_and_redrive(
            row_id(task_id),
            changes=changes,
            actor=actor,
            reason=get_pii_service().scrub(reason),
            show=dead_letter_view.arguments,
            generation=generation,
        )

    def discard_dlq_task(
        self, task_id: str, *, actor: User | None = None, reason: str = "", generation: int | None = None
    ) -> bool:
        """Put one entry away for good. False where it is dead no more, or of another generation."""
        scrubbed = get_pii_service().scrub(reason)
        try:
            redrive.discard(row_id(task_id), actor=actor, reason=scrubbed, generation=generation)
        except NotDead:
            return False
        return True

    def clear_dlq(
        self,
        older_than_days: float | None = None,
        *,
        wanted: Filter | None = None,
        actor: User | None = None,
        reason: str = "",
    ) -> int:
        """Discard all entries, or those of a filter, or those that died longer ago; how many. They stay as rows."""
        died_before = (
            timezone.now() - timedelta(days=older_than_days) if older_than_days is not None else None
        )
        scrubbed = get_pii_service().scrub(reason)
        return clearing.discard_all(wanted or Filter(), died_before=died_before, actor=actor, reason=scrubbed)

    def get_dlq_stats(self) -> dict[str, Any]:
        """Counts from the table, and what the index holds of them."""
        return dead_letter_view.stats()


dlq_handler = DeadLetterQueue()


def row_id(task_id: str | uuid.UUID) -> uuid.UUID:
    """The id of a task's row: the task's own, or one made of it where that is no UUID."""
    try:
        return task_id if isinstance(task_id, uuid.UUID) else uuid.UUID(task_id)
    except ValueError:
        return uuid.uuid5(_FOREIGN, str(task_id))


def _foreign(
    task_id: str,
    task_name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    retry_count: int,
    correlation_id: str,
) -> TaskRecord:
    """The row of a task that did not come through the ledger."""
    now = timezone.now()
    identity = row_id(task_id)
    record = TaskRecord(
        id=identity,
        name=task_name,
        queue=queue_of(task_name),
        idempotency_key=_readable_id(task_id, identity),
        correlation_id=correlation_id[:64],
        attempt=min(retry_count, 32_767),
        due_at=now,
    )
    record.seal(args, kwargs)
    return record


def _readable_id(task_id: str, identity: uuid.UUID) -> str | None:
    """What the row keeps of a foreign id: one that a machine made, or of everyday words. Any other could spell
    somebody, and only the id derived from it stays; the entry is found by both."""
    given = str(task_id)
    if str(identity) == given or not (shape.is_machine_made(given) or shape.spells_nobody(given)):
        return None
    return f"{dead_letter_view.FOREIGN}{task_id}"


def _by_index(limit: int) -> list[TaskRecord]:
    """The newest by the index; by the rows where Redis is away, or the index does not hold so many."""
    try:
        ids = index.newest(limit)
    except redis.RedisError:
        ids = []
    found = list(listing.find().filter(pk__in=ids)[:limit]) if ids else []
    return found if len(found) == limit else list(listing.find()[:limit])
