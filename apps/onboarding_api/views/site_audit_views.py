"""`POST onboarding/site-audit/`: a photo of the scene, of a register page or of a meter."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding_api.serializers import upload_serializers as shapes
from apps.onboarding_api.services import uploads
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.onboarding_api.views.quota_views import TellsQuota
from apps.onboarding_api.views.upload_views import created, require_contributor


class SiteAuditView(TellsQuota):
    """Takes a photo."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": shapes.PhotoRequestSerializer},
        responses={201: shapes.UploadSerializer, **openapi.problems(400, 401, 403, 404, 409, 413, 422, 429)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = shapes.PhotoRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        require_contributor(request, given["session_id"])
        upload = uploads.receive(
            session_id=given["session_id"],
            user=signed_in(request),
            file=given["photo"],
            kind=given["kind"],
            latitude=given.get("latitude"),
            longitude=given.get("longitude"),
            captured_at=given.get("captured_at"),
        )
        return created(upload)
