"""What every task of the product shares: outcome words, scrubbed errors, and the decision about a retry."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import django.db
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from redis import RedisError

from apps.onboarding.errors import DomainError
from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.task_ledger import correlation
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.verdict import Dead, Park, Retry, Verdict
from background_tasks.onboarding_retry_strategies import get_retry_strategy

logger = logging.getLogger("celery.task")
T = TypeVar("T")

_TRANSIENT = (
    django.db.OperationalError,
    django.db.InterfaceError,
    RedisError,
    ConnectionError,
    TimeoutError,
    SoftTimeLimitExceeded,
)


class OnboardingBaseTask(LedgerTask):
    """Base of the product's tasks. Retries follow `retry_kind`; a fault that no retry can mend is dead at once."""

    abstract = True
    retry_kind = "network"

    def get_correlation_id(self) -> str:
        """The id that joins request, task, log line and event; a new one outside any."""
        return correlation.current() or uuid4().hex

    def task_success(self, result: Any = None, **details: Any) -> dict[str, Any]:
        return {"status": "success", "result": result, "correlation_id": self.get_correlation_id(), **details}

    def task_failure(self, error: BaseException, **details: Any) -> dict[str, Any]:
        """The failure as it may be shown: scrubbed."""
        return {
            "status": "failed",
            "error": self.describe_failure(error),
            "correlation_id": self.get_correlation_id(),
            **details,
        }

    def handle_task_error(self, error: BaseException, *, attempt: int = 0) -> Verdict:
        """Log the error, scrubbed, and say what becomes of the task: `Retry`, `Park` or `Dead`."""
        verdict = self.decide_failure(error, attempt=attempt)
        logger.warning("task %s failed (%s): %s", self.name, self.describe_failure(error)["code"], verdict)
        return verdict

    def with_transaction(self, work: Callable[[], T]) -> T:
        """Run `work` in one transaction."""
        with transaction.atomic():
            return work()

    def safe_execute(self, work: Callable[[], Any], **details: Any) -> dict[str, Any]:
        """`task_success` or `task_failure` of `work`; a named fault becomes the latter, an unknown one is raised."""
        try:
            return self.task_success(work(), **details)
        except (DomainError, *_TRANSIENT) as error:
            return self.task_failure(error, **details)

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        parked_for = getattr(error, "park_seconds", None)
        if parked_for is not None:
            return Park(delay_seconds=float(parked_for))
        if not is_retryable(error) or attempt >= (self.max_retries or 0):
            return Dead()
        asked_for = error.extra.get("retry_after") if isinstance(error, DomainError) else None
        delay = get_retry_strategy(self.retry_kind).calculate_delay(attempt)
        return Retry(delay_seconds=max(delay, float(asked_for or 0)))

    def describe_failure(self, error: BaseException) -> dict[str, Any]:
        named = error if isinstance(error, DomainError) else None
        return {
            "code": named.code if named else "unknown",
            "class": f"{type(error).__module__}.{type(error).__qualname__}",
            "message": get_pii_service().scrub(str(error))[:2000],
            "user_message": named.user_message if named else "",
            "retryable": is_retryable(error),
        }


def is_retryable(error: BaseException) -> bool:
    """Whether another attempt can help: named faults say so themselves, of the others only transient ones."""
    return error.retryable if isinstance(error, DomainError) else isinstance(error, _TRANSIENT)


class OnboardingDatabaseTask(OnboardingBaseTask):
    abstract = True
    retry_kind = "database"
    max_retries = 3


class OnboardingNetworkTask(OnboardingBaseTask):
    abstract = True
    retry_kind = "network"
    max_retries = 5


class OnboardingLLMTask(OnboardingBaseTask):
    abstract = True
    retry_kind = "llm"
    max_retries = 4
