"""The Celery task class of the product: `.delay()` and `.apply_async()` write a ledger row, workers run the row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from celery import Task
from django.db import close_old_connections, connection
from django.utils import timezone

from apps.task_ledger import execution
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.payloads import Upcaster
from apps.task_ledger.receipt import Receipt
from apps.task_ledger.verdict import Dead, Verdict


class LedgerTask(Task):
    """Base of every task. Called directly (not by a worker) it is the plain function."""

    abstract = True
    ignore_result = True
    acks_late = True
    upcasters: ClassVar[Mapping[int, Upcaster]] = {}
    """Payload version -> how its arguments become those of the next version."""
    shown_arguments: Collection[str] = ()
    """Names of arguments that hold no personal value and may be shown to admins."""
    at_most_one_pending = False
    """Calendar work: while one is not finished, committing another gives the one that is there."""

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
        if self.at_most_one_pending and (pending := self._pending()):
            return Receipt(pending)
        due_at = eta or (timezone.now() + timedelta(seconds=countdown) if countdown else None)
        record = enqueue(
            self.name,
            args=args or (),
            kwargs=kwargs or {},
            queue=queue,
            task_id=UUID(task_id) if task_id else None,
            due_at=due_at,
            deadline_at=options.get("expires") if isinstance(options.get("expires"), datetime) else None,
            idempotency_key=options.get("idempotency_key"),
            client_id=options.get("client_id"),
            subject_id=options.get("subject_id"),
        )
        return Receipt(record.pk)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return self.run(*args, **kwargs)
        execution.execute(self, UUID(self.request.id))
        return None

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:  # noqa: ARG002 -- for subclasses
        return Dead()

    def describe_failure(self, error: BaseException, *, secrets: Iterable[str] = ()) -> dict[str, Any]:  # noqa: ARG002 -- for subclasses
        return {"code": "unknown", "class": type(error).__name__, "message": "", "retryable": False}

    def secrets_of(self, record: TaskRecord) -> Iterable[str]:  # noqa: ARG002 -- for subclasses
        """The values among the arguments that no text about the task may show."""
        return ()

    def admitted_in(self) -> float:
        """Seconds until the services that the task needs admit work; 0 where they do now."""
        return 0.0

    @property
    def has_duties_when_dead(self) -> bool:
        """Whether this kind of task has something to put in order; one that has not is spared a savepoint."""
        return type(self).when_dead is not LedgerTask.when_dead

    def when_dead(self, record: TaskRecord) -> None:
        """Nothing to put in order by default."""

    def when_redriven(self, record: TaskRecord) -> None:
        """Told inside the transaction that queues a dead letter again; `RedriveRefused` keeps it dead."""

    def _pending(self) -> UUID | None:
        open_rows = TaskRecord.objects.filter(name=self.name).exclude(state__in=TaskRecord.FINAL_STATES)
        return open_rows.values_list("pk", flat=True).first()
