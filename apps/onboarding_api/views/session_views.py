"""Sessions: list, snapshot with ETag, correction of answers."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.models import ConversationSession
from apps.onboarding_api.serializers import conversation_serializers as shapes
from apps.onboarding_api.services import access, conversation
from apps.onboarding_api.services.conversation.description import describe_session
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in

_CACHE = "private, no-cache"


@extend_schema(responses={200: shapes.SessionRowSerializer(many=True), **openapi.problems(400, 401)})
class SessionListView(ListAPIView):
    """The sessions of your clients, newest first."""

    serializer_class = shapes.SessionRowSerializer

    def get_queryset(self) -> QuerySet[ConversationSession]:
        return ConversationSession.objects.visible_to(signed_in(self.request))


class SessionView(APIView):
    """One session: the snapshot, and correcting answers in it."""

    @extend_schema(responses={200: shapes.SessionSerializer, 304: None, **openapi.problems(401, 404)})
    def get(self, request: Request, session_id: UUID) -> Response:
        session = access.visible_session(signed_in(request), session_id)
        if session.etag in _listed(request.headers.get("If-None-Match", "")):
            return Response(status=304, headers={"ETag": session.etag, "Cache-Control": _CACHE})
        return _snapshot(session)

    @extend_schema(
        request=shapes.CorrectionSerializer,
        responses={200: shapes.SessionSerializer, **openapi.problems(400, 401, 403, 404, 409, 412, 422, 428)},
        parameters=[openapi.IF_MATCH, openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def patch(self, request: Request, session_id: UUID) -> Response:
        session = access.visible_session(signed_in(request), session_id)
        access.require_role(signed_in(request), session.client_id, at_least=access.Role.CONTRIBUTOR)
        asked = shapes.CorrectionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        corrected = conversation.correct_answers(
            session_id=session_id,
            user=signed_in(request),
            patch=asked.validated_data["collected_data"],
            if_match=request.headers.get("If-Match"),
        )
        return _snapshot(corrected)


def _snapshot(session: ConversationSession) -> Response:
    return Response(describe_session(session), headers={"ETag": session.etag, "Cache-Control": _CACHE})


def _listed(header: str) -> set[str]:
    """The entity tags of an If-None-Match header, compared weakly (RFC 9110, 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
