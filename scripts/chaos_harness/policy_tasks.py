"""Three tasks that do nothing and fail by chance, one under each retry policy, with the product's own decisions."""

from __future__ import annotations

import random
from typing import Any

from celery import shared_task
from django.db import OperationalError

from apps.onboarding.errors import ProviderTimeout
from apps.task_ledger import execution
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.verdict import Verdict
from background_tasks.onboarding_base_task import (
    OnboardingDatabaseTask,
    OnboardingLLMTask,
    OnboardingNetworkTask,
)
from background_tasks.onboarding_retry_strategies import (
    database_task_config,
    llm_api_task_config,
    network_task_config,
)
from scripts.chaos_harness.scaling import scaled


class _Sooner:
    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        return scaled(super().decide_failure(error, attempt=attempt))  # type: ignore[misc]  # mixed into tasks


class DatabaseTask(_Sooner, OnboardingDatabaseTask):
    abstract = True


class NetworkTask(_Sooner, OnboardingNetworkTask):
    abstract = True


class LLMTask(_Sooner, OnboardingLLMTask):
    abstract = True


@shared_task(base=DatabaseTask, name="chaos_policy_database", **database_task_config())
def database(key: str, rate: float) -> None:
    if _fails(key, rate):
        raise OperationalError("the connection broke")


@shared_task(base=NetworkTask, name="chaos_policy_network", **network_task_config())
def network(key: str, rate: float) -> None:
    if _fails(key, rate):
        raise ProviderTimeout("no answer in time")


@shared_task(base=LLMTask, name="chaos_policy_llm", **llm_api_task_config())
def llm(key: str, rate: float) -> None:
    if _fails(key, rate):
        raise ProviderTimeout("no answer in time")


POLICIES: dict[str, Any] = {"database": database, "network": network, "llm": llm}


def _fails(key: str, rate: float) -> bool:
    """Decided anew for each start, the same for the same key and start."""
    task = execution.current()
    assert task is not None
    return random.Random(f"{key}:{task.fence}").random() < rate


def runs_allowed(policy: str, *, max_deliveries: int) -> int:
    """How many runs in a row must fail until it is dead. A broken database connection starts within an attempt."""
    attempts = (POLICIES[policy].max_retries or 0) + 1
    return attempts * (max_deliveries if policy == "database" else 1)


def outcomes() -> dict[str, dict[str, int]]:
    """Policy -> state -> how many."""
    found: dict[str, dict[str, int]] = {}
    for policy, task in POLICIES.items():
        rows = TaskRecord.objects.filter(name=task.name).values_list("state", flat=True)
        states = list(rows)
        found[policy] = {state: states.count(state) for state in set(states)}
    return found
