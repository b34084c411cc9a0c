"""What every task of the product shares: outcome words, scrubbed errors, and the decision about a retry."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction

from apps.onboarding.errors import DomainError
from apps.onboarding_api.services import circuit_breaker
from apps.onboarding_api.services.pii_integration import failures
from apps.task_ledger import correlation, sealing
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.verdict import Verdict
from background_tasks.onboarding_retry_strategies import DATABASE, TRANSIENT, decide, is_retryable

logger = logging.getLogger("celery.task")
T = TypeVar("T")


class OnboardingBaseTask(LedgerTask):
    """Base of the product's tasks. Retries follow `retry_kind`; a fault that no retry can mend is dead at once."""

    abstract = True
    retry_kind = "network"
    services: Collection[str] = ()
    """The services whose breakers must admit calls before a bulk sends dead tasks of this kind back."""

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
        except (DomainError, *TRANSIENT, *DATABASE) as error:
            return self.task_failure(error, **details)

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        return decide(error, kind=self.retry_kind, attempt=attempt, max_retries=self.max_retries or 0)

    def admitted_in(self) -> float:
        """Seconds until every service the task needs admits calls; 0 where they do now."""
        return max((circuit_breaker.admits(service) or 0.0 for service in self.services), default=0.0)

    def secrets_of(self, record: TaskRecord) -> Iterable[str]:
        try:
            args, kwargs = record.arguments()
        except sealing.CannotOpen:
            return ()
        return failures.secrets_of(args, kwargs)

    def describe_failure(self, error: BaseException, *, secrets: Iterable[str] = ()) -> dict[str, Any]:
        return describe_error(error, secrets=secrets)


def describe_error(error: BaseException, *, secrets: Iterable[str] = ()) -> dict[str, Any]:
    """The failure without any value. `secrets` are those of the task's arguments: no text may repeat them."""
    secrets = frozenset(secrets)
    named = error if isinstance(error, DomainError) else None
    told = failures.describe(error, secrets=secrets)
    return {
        "code": named.code if named else "unknown",
        "class": told.error_class,
        "message": told.message,
        "user_message": failures.clean_user_message(named, secrets=secrets) if named else "",
        "retryable": is_retryable(error),
        "cause": told.cause,
        "location": told.location,
        "traceback": told.traceback,
    }


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
