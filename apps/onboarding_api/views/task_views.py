"""`GET onboarding/tasks/{task_id}/`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Client, Turn
from apps.onboarding_api.serializers.conversation_serializers import TaskSerializer
from apps.onboarding_api.services.conversation.description import describe_turn, task_status
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.people import signed_in
from apps.task_ledger.models import TaskRecord


class TaskView(APIView):
    """Where a task stands: queued, running, waiting_retry, parked, completed or failed."""

    @extend_schema(responses={200: TaskSerializer, **openapi.problems(401, 404)})
    def get(self, request: Request, task_id: UUID) -> Response:
        record = TaskRecord.objects.filter(pk=task_id).first()
        if record is None or not _may_see(signed_in(request), record):
            raise NotFound("no such task")
        turn = Turn.objects.select_related("session").filter(task_id=task_id).first()
        return Response(_describe(record, turn, signed_in(request)))


def _may_see(user: User, record: TaskRecord) -> bool:
    if user.is_staff:
        return True
    return (
        record.client_id is not None and Client.objects.visible_to(user).filter(pk=record.client_id).exists()
    )


_UNKNOWN = {"code": "unknown", "user_message": "", "retryable": False}


def _failure(error: dict[str, Any] | None, user: User) -> dict[str, Any] | None:
    """What a client can act on; class and message are for those who run the platform."""
    if error is None:
        return None
    whole = _UNKNOWN | error  # one that somebody else put among the dead letters says less
    return whole if user.is_staff else {key: whole[key] for key in _UNKNOWN}


def _describe(record: TaskRecord, turn: Turn | None, user: User) -> dict[str, Any]:
    return {
        "task_id": str(record.pk),
        "name": record.name,
        "status": task_status(record.state),
        "attempt": record.attempt,
        "result": record.result,
        "error": _failure(record.error, user),
        "recommendation_id": (record.result or {}).get("recommendation_id"),
        "turn": describe_turn(turn) if turn else None,
    }
