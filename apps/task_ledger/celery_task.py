"""The Celery task class of the product: `.delay()` and `.apply_async()` write a ledger row, workers run the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import Task
from django.db import close_old_connections, connection
from django.utils import timezone

from apps.task_ledger import execution
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.receipt import Receipt
from apps.task_ledger.verdict import Dead, Verdict


class LedgerTask(Task):
    """Base of every task. Called directly (not by a worker) it is the plain function."""

    abstract = True
    ignore_result = True
    acks_late = True

    def apply_async(
        self,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        task_id: str | None = None,
        countdown: float | None = None,
        eta: datetime | None = None,
        queue: str | None = None,
        **options: Any,
    ) -> Receipt:
        """Commit the task; `countdown` (seconds) and `eta` become the row's due time, never the broker's."""
        if not connection.in_atomic_block:
            close_old_connections()  # beat keeps its connection for days; one that broke is made anew
        due_at = eta or (timezone.now() + timedelta(seconds=countdown) if countdown else None)
        record = enqueue(
            self.name,
            args=args or (),
            kwargs=kwargs or {},
            queue=queue,
            task_id=UUID(task_id) if task_id else None,
            due_at=due_at,
            idempotency_key=options.get("idempotency_key"),
            client_id=options.get("client_id"),
            subject_id=options.get("subject_id"),
        )
        return Receipt(record.pk)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return self.run(*args, **kwargs)
        close_old_connections()  # one that broke, or is too old, is made anew
        execution.execute(self, UUID(self.request.id))
        return None

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:  # noqa: ARG002 -- for subclasses
        return Dead()

    def describe_failure(self, error: BaseException) -> dict[str, Any]:
        return {"code": "unknown", "class": type(error).__name__, "message": "", "retryable": False}

    def when_dead(self, record: TaskRecord) -> None:
        """Nothing to put in order by default."""
