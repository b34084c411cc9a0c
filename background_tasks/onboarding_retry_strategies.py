"""When a failed task is tried again: one table of strategies, one place that decides.

delay(n) = min(cap, first x factor^n) x uniform(0.5, 1), n counting retries from 0. The jitter keeps tasks that failed
together from returning together.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_jitter: Callable[[float, float], float] = random.SystemRandom().uniform


@dataclass(frozen=True)
class RetryStrategy:
    """`first_delay_seconds`, multiplied by `factor` with each retry, up to `cap_seconds`."""

    kind: str
    max_retries: int
    first_delay_seconds: float
    factor: float
    cap_seconds: float

    def calculate_delay(self, retry_count: int) -> float:
        """Seconds to wait before retry number `retry_count` (from 0), jittered."""
        return self.ceiling(retry_count) * _jitter(0.5, 1.0)

    def ceiling(self, retry_count: int) -> float:
        """The delay before jitter."""
        exponent = min(max(retry_count, 0), 64)
        return min(self.cap_seconds, self.first_delay_seconds * self.factor**exponent)

    def task_config(self) -> dict[str, Any]:
        """Keyword arguments for `@shared_task`, in Celery's words."""
        return {
            "max_retries": self.max_retries,
            "retry_backoff": self.first_delay_seconds,
            "retry_backoff_max": self.cap_seconds,
            "retry_jitter": True,
            "retry_kind": self.kind,
        }


_STRATEGIES = {
    strategy.kind: strategy
    for strategy in (
        RetryStrategy("database", max_retries=3, first_delay_seconds=1, factor=2, cap_seconds=30),
        RetryStrategy("network", max_retries=5, first_delay_seconds=3, factor=2, cap_seconds=300),
        RetryStrategy("llm", max_retries=4, first_delay_seconds=5, factor=3, cap_seconds=600),
    )
}
_ALIASES = {"llm_api": "llm", "db": "database"}


def get_retry_strategy(kind: str) -> RetryStrategy:
    """`database`, `network` or `llm` (also `llm_api`); `KeyError` names an unknown kind."""
    return _STRATEGIES[_ALIASES.get(kind, kind)]


def database_task_config() -> dict[str, Any]:
    return get_retry_strategy("database").task_config()


def network_task_config() -> dict[str, Any]:
    return get_retry_strategy("network").task_config()


def llm_api_task_config() -> dict[str, Any]:
    return get_retry_strategy("llm").task_config()
