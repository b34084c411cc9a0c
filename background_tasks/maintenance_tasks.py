"""The platform's own tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.onboarding_api.services import dlq_alerting, idempotency
from apps.onboarding_api.services.conversation import mending
from apps.onboarding_api.services.pii_integration import vault
from apps.task_ledger import conservation, pulse
from apps.task_ledger.models import TaskRecord
from background_tasks.onboarding_base_task import OnboardingDatabaseTask
from background_tasks.onboarding_retry_strategies import database_task_config

_FORGOTTEN = (TaskRecord.State.DONE, TaskRecord.State.EXPIRED, TaskRecord.State.DISCARDED)
_MOST_AT_ONCE = 100_000


class CalendarTask(OnboardingDatabaseTask):
    abstract = True
    at_most_one_pending = True


@shared_task(base=OnboardingDatabaseTask, name=pulse.TASK, **database_task_config())
def ledger_pulse() -> None:
    """Being executed is all it does."""


@shared_task(base=CalendarTask, name="mend_stuck_sessions", **database_task_config())
def mend_stuck_sessions() -> dict[str, int]:
    """Let sessions go on that wait for a task that has ended."""
    return mending.mend_stuck()


@shared_task(base=CalendarTask, name="forget_expired", **database_task_config())
def forget_expired() -> dict[str, Any]:
    """Delete what has outlived its time: vault entries, idempotent answers, tasks and alerts long ended."""
    before = timezone.now() - timedelta(days=settings.TASK_LEDGER.retention_days)
    ended = TaskRecord.objects.filter(state__in=_FORGOTTEN, finished_at__lt=before)[:_MOST_AT_ONCE]
    return {
        "vault": vault.purge_expired(),
        "idempotency": idempotency.purge(),
        "tasks": conservation.forget(ended),
        "alerts": dlq_alerting.forget_resolved(before=before),
    }
