"""Putting many dead letters away at once, with a record of the deed for each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from apps.task_ledger.dead_letters import index
from apps.task_ledger.dead_letters.listing import Filter, find
from apps.task_ledger.models import TaskAction, TaskRecord

_BATCH = 5_000
"""So many in a transaction, unless the caller has one open: bounds memory and how long rows stay locked."""


def discard_all(
    wanted: Filter, *, died_before: datetime | None = None, actor: User | None, reason: str = ""
) -> int:
    """Discard what the filter chooses and what had died when this was called; how many.

    What somebody else has in hand at this moment is left to them. `reason` must be free of personal data.
    """
    before = min(filter(None, (died_before, timezone.now())))
    discarded = 0
    while ids := _discard_batch(wanted, before, actor=actor, reason=reason):
        discarded += len(ids)
    return discarded


def _discard_batch(wanted: Filter, before: datetime, *, actor: User | None, reason: str) -> list[UUID]:
    with transaction.atomic():
        rows = find(wanted).filter(finished_at__lte=before).select_for_update(skip_locked=True)
        chosen = list(rows.values_list("pk", "name", "generation")[:_BATCH])
        ids = [pk for pk, _, _ in chosen]
        TaskRecord.objects.filter(pk__in=ids).update(
            state=TaskRecord.State.DISCARDED, finished_at=timezone.now()
        )
        TaskAction.objects.bulk_create(
            TaskAction(
                operation=TaskAction.Operation.DISCARD,
                actor=actor,
                task_id=pk,
                task_name=name,
                generation=generation,
                reason=reason,
            )
            for pk, name, generation in chosen
        )
        transaction.on_commit(lambda: index.remove(ids), robust=True)
    return ids
