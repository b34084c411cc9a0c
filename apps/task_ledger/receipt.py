"""What `.delay()` gives back: the id, and the row's state on asking."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.task_ledger.models import TaskRecord


class TaskFailed(Exception):
    """The task is dead, expired or discarded."""


@dataclass(frozen=True)
class Receipt:
    task_id: UUID

    @property
    def id(self) -> str:
        return str(self.task_id)

    @property
    def state(self) -> str:
        return TaskRecord.objects.values_list("state", flat=True).get(pk=self.task_id)

    def ready(self) -> bool:
        return self.state in TaskRecord.FINAL_STATES

    def get(self, timeout: float = 10.0, interval: float = 0.05) -> Any:
        """The result; `TaskFailed` or `TimeoutError`. For scripts and tests: web code awaits a doorbell."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            record = TaskRecord.objects.only("state", "result", "error").get(pk=self.task_id)
            if record.state == TaskRecord.State.DONE:
                return record.result
            if record.state in TaskRecord.FINAL_STATES:
                raise TaskFailed(f"{record.state}: {(record.error or {}).get('code', 'unknown')}")
            time.sleep(interval)
        raise TimeoutError(f"task {self.task_id} has not ended within {timeout} s")
