"""A task for tests that fails, or works, as told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.task_ledger.models import TaskRecord
from apps.task_ledger.payloads import Upcaster
from apps.task_ledger.verdict import Dead, Verdict


@dataclass
class FakeTask:
    work: Callable[..., Any] = lambda: None
    verdict: Verdict = field(default_factory=Dead)
    name: str = "ledger_pulse"
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)
    died: list[TaskRecord] = field(default_factory=list)
    has_duties_when_dead: bool = True

    def run(self, *args: Any, **kwargs: Any) -> Any:
        return self.work(*args, **kwargs)

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        return self.verdict

    def describe_failure(self, error: BaseException, *, secrets: Iterable[str] = ()) -> dict[str, Any]:
        return {"code": "fake", "class": type(error).__name__, "message": "", "retryable": False}

    def secrets_of(self, record: TaskRecord) -> Iterable[str]:
        return ()

    def when_dead(self, record: TaskRecord) -> None:
        self.died.append(record)
