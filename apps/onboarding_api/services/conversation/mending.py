"""A net below `when_dead`: sessions that wait for a task that has ended, or is no more, go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.models import ConversationSession, Turn, Upload
from apps.onboarding_api.services.conversation.processing import fail_turn
from apps.onboarding_api.services.conversation.proposing import give_up
from apps.onboarding_api.services.uploads.understanding import fail_upload
from apps.task_ledger.models import TaskRecord

_PATIENCE = timedelta(minutes=2)
"""How long a task may have ended before what waits for it counts as forgotten."""
_ERROR = {"code": "task_ended_without_outcome"}


def mend_stuck() -> dict[str, int]:
    """Close turns and uploads whose task has ended, and leave GENERATING_RECOMMENDATIONS where no task makes any."""
    late = timezone.now() - _PATIENCE
    turns = _forgotten(Turn.objects.filter(status__in=Turn.OPEN_STATUSES, mdtz__lt=late))
    uploads = _forgotten(
        Upload.objects.filter(status=Upload.Status.RECEIVED, mdtz__lt=late, task_id__isnull=False)
    )
    for task_id in turns:
        fail_turn(task_id=task_id, error=_ERROR)
    for task_id in uploads:
        fail_upload(task_id=task_id, error=_ERROR)
    sessions = _waiting_for_nothing(late)
    for session_id in sessions:
        give_up(session_id=session_id, error=_ERROR)
    return {"turns": len(turns), "uploads": len(uploads), "sessions": len(sessions)}


def _forgotten(rows: QuerySet[Turn] | QuerySet[Upload]) -> list[UUID]:
    """Task ids of rows whose task is final or gone."""
    found = rows.values_list("task_id", flat=True)[:200]
    ids = [task_id for task_id in found if task_id is not None]
    alive = set(
        TaskRecord.objects.filter(pk__in=ids)
        .exclude(state__in=TaskRecord.FINAL_STATES)
        .values_list("pk", flat=True)
    )
    return [task_id for task_id in ids if task_id not in alive]


def _waiting_for_nothing(late: datetime) -> list[UUID]:
    waiting = ConversationSession.objects.filter(
        current_state=event_log.State.GENERATING_RECOMMENDATIONS, mdtz__lt=late
    ).exclude(turns__status__in=Turn.OPEN_STATUSES)
    ids = list(waiting.values_list("pk", flat=True)[:200])
    making = set(
        TaskRecord.objects.filter(name="generate_recommendations", subject_id__in=ids)
        .exclude(state__in=TaskRecord.FINAL_STATES)
        .values_list("subject_id", flat=True)
    )
    return [session_id for session_id in ids if session_id not in making]
