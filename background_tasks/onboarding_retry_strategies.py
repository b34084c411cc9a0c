"""When a failed task is tried again: one table of strategies, one place that decides.

delay(n) = min(cap, first x factor^n) x uniform(0.5, 1), n counting retries from 0. The jitter keeps tasks that failed
together from returning together.

| Category | Examples | Verdict |
|---|---|---|
| refused | the breaker of a service is open, or its probe failed | parked, no attempt spent |
| database | connection lost, deadlock, serialisation failure | once more at once, then a retry |
| rate limit | a provider's 429 with Retry-After | a retry, never sooner than asked |
| transient | timeout, connection refused, a retryable domain error | a retry |
| final | everything else | dead: another attempt cannot help |
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import django.db
from celery.exceptions import SoftTimeLimitExceeded
from redis import RedisError

from apps.onboarding.errors import DomainError
from apps.task_ledger.verdict import Again, Dead, Park, Retry, Verdict

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


class Category(StrEnum):
    """What kind of fault it is, as far as trying again is concerned."""

    REFUSED = "refused"
    DATABASE = "database"
    RATE_LIMIT = "rate_limit"
    TRANSIENT = "transient"
    FINAL = "final"


TRANSIENT = (RedisError, ConnectionError, TimeoutError, SoftTimeLimitExceeded)
DATABASE = (django.db.OperationalError, django.db.InterfaceError)


def categorise(error: BaseException) -> Category:
    """Named faults say so themselves; of the others only transient ones are worth another attempt."""
    if getattr(error, "park_seconds", None) is not None:
        return Category.REFUSED
    if isinstance(error, DomainError):
        if not error.retryable:
            return Category.FINAL
        return Category.RATE_LIMIT if error.extra.get("retry_after") else Category.TRANSIENT
    if isinstance(error, DATABASE):
        return Category.DATABASE
    return Category.TRANSIENT if isinstance(error, TRANSIENT) else Category.FINAL


def is_retryable(error: BaseException) -> bool:
    """Whether another attempt can help."""
    return categorise(error) is not Category.FINAL


def decide(error: BaseException, *, kind: str, attempt: int, max_retries: int) -> Verdict:
    """What becomes of a task of this kind whose run failed after `attempt` retries."""
    delay = get_retry_strategy(kind).calculate_delay(attempt) if attempt < max_retries else None
    match categorise(error):
        case Category.REFUSED:
            seconds = float(getattr(error, "park_seconds", 0))
            return Park(delay_seconds=seconds, service=str(getattr(error, "service", "")))
        case Category.DATABASE:
            return Again(else_delay_seconds=delay)
        case Category.RATE_LIMIT if delay is not None and isinstance(error, DomainError):
            asked = float(error.extra["retry_after"])
            return Retry(delay_seconds=max(delay, asked * _jitter(1.0, 1.1)))
        case Category.TRANSIENT if delay is not None:
            return Retry(delay_seconds=delay)
    return Dead()
