"""The event log of a session: as JSON, or as a stream of server-sent events that resumes where it broke off."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import InvalidInput
from apps.onboarding.models import SessionEvent
from apps.onboarding_api.serializers.conversation_serializers import EventsSerializer
from apps.onboarding_api.services import access, waiting
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.people import signed_in
from apps.onboarding_api.views.prefer import release_thread

_PAGE = 200


class EventStreamRenderer(BaseRenderer):
    """Lets `Accept: text/event-stream` through negotiation; problems are still JSON."""

    media_type = "text/event-stream"
    format = "sse"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return JSONRenderer().render(data) if data is not None else b""


@dataclass(frozen=True)
class Start:
    """Whose stream it is, and after which event it begins."""

    user: User
    after: int


class StreamResponse(Response):
    """Tells the asynchronous view to stream."""

    def __init__(self, stream: Start) -> None:
        super().__init__()
        self.stream = stream


class EventsView(APIView):
    """Events after a number, oldest first; at most 200 at a time as JSON."""

    renderer_classes = [JSONRenderer, EventStreamRenderer]

    @extend_schema(
        parameters=[
            OpenApiParameter("after", OpenApiTypes.INT, description="Only events with a higher number."),
            OpenApiParameter(
                "Last-Event-ID",
                OpenApiTypes.INT,
                OpenApiParameter.HEADER,
                description="The same, for streams.",
            ),
        ],
        responses={
            (200, "application/json"): EventsSerializer,
            (200, "text/event-stream"): OpenApiTypes.STR,
            **openapi.problems(400, 401, 404),
        },
    )
    def get(self, request: Request, session_id: UUID) -> Response:
        access.visible_session(signed_in(request), session_id)
        after = _after(request)
        if request.accepted_renderer.media_type == EventStreamRenderer.media_type:
            return StreamResponse(Start(signed_in(request), after))
        return Response({"results": _read(signed_in(request), session_id, after)})


async def events_view(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """JSON as it is; a stream goes on without thread or connection between events."""
    response = await sync_to_async(_answer)(request, session_id=session_id)
    if not isinstance(response, StreamResponse):
        return response
    stream = StreamingHttpResponse(_stream(response.stream, session_id), content_type="text/event-stream")
    stream["Cache-Control"] = "no-cache"
    stream["X-Accel-Buffering"] = "no"
    return stream


openapi.documents(events_view, EventsView)
_api_view = EventsView.as_view()


def _answer(request: HttpRequest, session_id: UUID) -> Response:
    response: Response = _api_view(request, session_id=session_id)
    response.render()
    connection.close()
    return response


def _after(request: Request) -> int:
    raw = request.headers.get("Last-Event-ID") or request.query_params.get("after") or "0"
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise InvalidInput("after (or Last-Event-ID) is an event number: 0, 1, 2 ...")
    return int(raw)


def _read(user: User, session_id: UUID, after: int) -> list[dict[str, Any]]:
    """A page of events; empty where the user may no longer see the session."""
    events = SessionEvent.objects.filter(session_id=session_id, number__gt=after).order_by("number")
    if not user.is_staff:
        events = events.filter(session__client__memberships__user_id=user.pk)
    rows = events.values("number", "kind", "data", "actor", "correlation_id", "occurred_at")[:_PAGE]
    return [dict(row) for row in rows]


def _read_and_close(user: User, session_id: UUID, after: int) -> list[dict[str, Any]]:
    try:
        return _read(user, session_id, after)
    finally:
        connection.close()


async def _stream(start: Start, session_id: UUID) -> AsyncIterator[bytes]:
    after = start.after
    pace = settings.ONBOARDING
    ends_at = time.monotonic() + pace.sse_max_seconds
    yield b"retry: 2000\n\n"
    async with waiting.hub().listening("session", session_id) as bell:
        while time.monotonic() < ends_at:
            events = await sync_to_async(_read_and_close)(start.user, session_id, after)
            for event in events:
                after = event["number"]
                yield _frame(event)
            if len(events) == _PAGE:
                continue
            release_thread()
            if not await waiting.rings_within(bell, pace.sse_heartbeat_seconds):
                yield b": heartbeat\n\n"


def _frame(event: dict[str, Any]) -> bytes:
    data = json.dumps(event, ensure_ascii=False, cls=DjangoJSONEncoder)
    return f"id: {event['number']}\nevent: {event['kind']}\ndata: {data}\n\n".encode()
