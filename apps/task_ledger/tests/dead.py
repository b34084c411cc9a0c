"""Dead letters for tests: a small task of our own, made dead by the real way out."""

from __future__ import annotations

from typing import Any

from celery import current_app, shared_task

from apps.task_ledger import execution, outcomes
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord

NAME = "ledger_test_task"
ran: list[dict[str, Any]] = []
"""The arguments of every run."""


@shared_task(base=LedgerTask, name=NAME)
def ledger_test_task(number: int = 0, *, fails: bool = False, word: str = "") -> dict[str, int]:
    ran.append({"number": number, "fails": fails, "word": word})
    if fails:
        raise ValueError("told to fail")
    return {"number": number}


def the_task() -> LedgerTask:
    task = current_app.tasks[NAME]
    assert isinstance(task, LedgerTask)
    return task


def dead_letter(*, code: str = "unknown", cause: str = "c1", **kwargs: Any) -> TaskRecord:
    """A dead task, as `outcomes` makes it."""
    record = enqueue(NAME, kwargs=kwargs)
    outcomes.write_dead(
        the_task(),
        record,
        {"code": code, "class": "builtins.ValueError", "message": "no", "retryable": False, "cause": cause},
    )
    record.refresh_from_db()
    return record


def run(record: TaskRecord) -> TaskRecord:
    """Run a queued task in this process, as a worker would."""
    execution.execute(the_task(), record.pk)
    record.refresh_from_db()
    return record
