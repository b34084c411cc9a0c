"""The upload quotas of a session: as an answer, and in the header fields of answers to uploads."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding_api.serializers import quota_serializers as shapes
from apps.onboarding_api.services import access, upload_throttling
from apps.onboarding_api.services.security import headers
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.people import signed_in


class QuotaView(APIView):
    """What a session may still take in."""

    @extend_schema(responses={200: shapes.QuotaStateSerializer, **openapi.problems(401, 404)})
    def get(self, request: Request, session_id: UUID) -> Response:
        session = access.visible_session(signed_in(request), session_id)
        state = upload_throttling.quota_state(session.pk)
        body = shapes.QuotaStateSerializer({"session_id": session.pk, "state": state}).data
        return Response(body, headers={**headers.fields(state), "Cache-Control": "private, no-store"})


class TellsQuota(APIView):
    """A view that takes uploads: its refusals carry the fields of the quotas that refused."""

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, upload_throttling.UploadRefused):
            for name, value in headers.fields(exc.decision).items():
                response.headers[name] = value
        return response


def fields_of(session_id: UUID) -> dict[str, str]:
    """For the answer to an upload that was taken."""
    return headers.fields(upload_throttling.quota_state(session_id))
