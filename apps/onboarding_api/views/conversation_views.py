"""`POST onboarding/conversation/`: one answer in, the next question out."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding.models import Turn
from apps.onboarding_api.parsers import StrictJSONParser
from apps.onboarding_api.serializers import conversation_serializers as shapes
from apps.onboarding_api.services import conversation, waiting
from apps.onboarding_api.services.conversation.description import describe_opening, describe_turn
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.onboarding_api.views.prefer import release_thread, wait_seconds
from apps.onboarding_api.views.quota_views import TellsQuota, fields_of
from apps.task_ledger.models import TaskRecord

_POLL_SECONDS = 1.0


class ConversationView(TellsQuota):
    """Takes an answer (text, choice or audio), or opens a session and asks the first question."""

    parser_classes = [StrictJSONParser, MultiPartParser]

    @extend_schema(
        request={
            "application/json": shapes.TurnRequestSerializer,
            "multipart/form-data": shapes.TurnRequestSerializer,
        },
        responses={
            200: shapes.TurnAnswerSerializer,
            202: OpenApiResponse(shapes.TurnAnswerSerializer, "Still being worked on: poll `Location`."),
            **openapi.problems(400, 401, 403, 404, 409, 413, 422, 429),
        },
        parameters=[openapi.PREFER_WAIT, openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    @transaction.atomic
    def post(self, request: Request) -> Response:
        asked = shapes.TurnRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        session, is_new = conversation.open_session(
            user=signed_in(request),
            session_id=given.get("session_id"),
            client_id=given.get("client_id"),
            language=given.get("language"),
            flow=given.get("flow"),
            device=request.headers.get("User-Agent", ""),
        )
        answer = conversation.Answer(
            text=given.get("text"), choice=given.get("choice"), audio=given.get("audio")
        )
        if answer == conversation.Answer():
            return Response(describe_opening(session, is_new=is_new))
        turn = conversation.submit_answer(
            session_id=session.session_id,
            user=signed_in(request),
            answer=answer,
            unasked=is_new,
            task_id=getattr(request, "turn_task_id", None),
        )
        told = fields_of(session.session_id) if answer.audio is not None else {}
        return _accepted(describe_turn(turn, task_state=TaskRecord.State.QUEUED), told)


@csrf_exempt  # the API view inside enforces CSRF for browser sessions itself
async def conversation_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The API view, then (holding neither thread nor connection) the end of the turn, as far as the client waits."""
    seconds = wait_seconds(request)
    if seconds <= 0:
        return await sync_to_async(_answer)(request, *args, **kwargs)
    # The turn's task gets an id of ours, so that its bell is listened for before it can ring.
    task_id = request.turn_task_id = uuid4()  # type: ignore[attr-defined]  # read in `post`
    async with waiting.hub().listening("task", task_id) as bell:
        response = await sync_to_async(_answer)(request, *args, **kwargs)
        if response.status_code != 202:
            return response
        if response.data["task_id"] != str(task_id):
            bell.set()  # an answer given before: its turn may have ended long ago
        return await _end_of_turn(response, bell, seconds)


async def _end_of_turn(accepted: Response, bell: asyncio.Event, seconds: float) -> Response:
    """The answer to the turn once its task has ended; the 202 where it is put off or takes longer."""
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        release_thread()
        await waiting.rings_within(bell, min(_POLL_SECONDS, left))
        try:
            state, ended = await sync_to_async(_look)(accepted)
        except (OperationalError, InterfaceError):
            return accepted  # the answer is safe; the client polls
        if ended is not None or state not in {TaskRecord.State.QUEUED, TaskRecord.State.RUNNING}:
            return ended or accepted
    return accepted


openapi.documents(conversation_view, ConversationView)


def _answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
    response: Response = _api_view(request, *args, **kwargs)
    response.render()
    connection.close()  # back to the pool: whoever waits holds none
    return response


_api_view = ConversationView.as_view()


def _accepted(body: dict[str, Any], told: dict[str, str]) -> Response:
    location = reverse("task", args=[body["task_id"]])
    return Response(body, status=202, headers={**told, "Location": location, "Retry-After": "1"})


def _look(accepted: Response) -> tuple[str, Response | None]:
    """The state of an accepted turn's task, and, where that is final, the answer in the place of the 202."""
    task_id = UUID(accepted.data["task_id"])
    state = TaskRecord.objects.values_list("state", flat=True).get(pk=task_id)
    if state not in TaskRecord.FINAL_STATES:
        connection.close()
        return state, None
    turn = Turn.objects.select_related("session").get(task_id=task_id)
    response = Response(describe_turn(turn, task_state=state), headers=_without_waiting(accepted))
    response.accepted_renderer = accepted.accepted_renderer
    response.accepted_media_type = accepted.accepted_media_type
    response.renderer_context = accepted.renderer_context  # type: ignore[attr-defined]  # DRF sets it so
    response.render()
    connection.close()
    return state, response


def _without_waiting(accepted: Response) -> dict[str, str]:
    return {
        name: value
        for name, value in accepted.items()
        if name not in {"Location", "Retry-After", "Content-Type"}
    }
