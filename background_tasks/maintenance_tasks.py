"""The platform's own tasks."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.onboarding_api.services import dlq_alerting, idempotency, resumable_uploads, upload_storage
from apps.onboarding_api.services.antivirus import infected
from apps.onboarding_api.services.conversation import mending
from apps.onboarding_api.services.pii_integration import vault
from apps.onboarding_api.services.uploads import scanning_later
from apps.task_ledger import conservation, pulse
from apps.task_ledger.models import TaskRecord
from background_tasks.onboarding_base_task import OnboardingDatabaseTask
from background_tasks.onboarding_retry_strategies import database_task_config

_FORGOTTEN = (TaskRecord.State.DONE, TaskRecord.State.EXPIRED, TaskRecord.State.DISCARDED)
_FORGETTING_SECONDS = 120
"""Half of the soft time limit. It is done every hour, so what is left has its turn."""


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
    return {
        "vault": vault.purge_expired(),
        "idempotency": idempotency.purge(),
        "tasks": _forget_tasks(before),
        "alerts": dlq_alerting.forget_resolved(before=before),
        "infected": infected.forget(),
    }


@shared_task(base=CalendarTask, name="scan_waiting_uploads", **database_task_config())
def scan_waiting_uploads() -> dict[str, int]:
    """Scan what was taken while the virus scanner was away; note what a dying process left unnoted."""
    return {**scanning_later.scan_waiting(), "noted": infected.note_all()}


@shared_task(base=CalendarTask, name="tend_resumable_uploads", **database_task_config())
def tend_resumable_uploads() -> dict[str, int]:
    """Finish files that are whole, give up those whose time is over."""
    return resumable_uploads.tend()


@shared_task(base=CalendarTask, name="sweep_stored_files", **database_task_config())
def sweep_stored_files() -> dict[str, int]:
    """Delete files whose time is over and files that no upload names; tell of uploads whose file is not there."""
    forgotten = upload_storage.forget_old_files()
    swept = upload_storage.sweep()
    return {**forgotten, "orphans": swept.deleted, "missing": len(swept.missing)}


def _forget_tasks(before: datetime) -> int:
    """Batch by batch, each a transaction of its own."""
    ended = TaskRecord.objects.filter(state__in=_FORGOTTEN, finished_at__lt=before).order_by("finished_at")
    until, forgotten = time.monotonic() + _FORGETTING_SECONDS, 0
    while time.monotonic() < until and (n := conservation.forget(ended)):
        forgotten += n
    return forgotten
