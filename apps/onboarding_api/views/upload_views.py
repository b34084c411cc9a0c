"""Uploads: documents in, what was understood out, readings confirmed."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Upload
from apps.onboarding_api.serializers import upload_serializers as shapes
from apps.onboarding_api.services import access, uploads
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.onboarding_api.views.quota_views import TellsQuota, fields_of


class DocumentView(TellsQuota):
    """Takes a document."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": shapes.DocumentRequestSerializer},
        responses={201: shapes.UploadSerializer, **openapi.problems(400, 401, 403, 404, 409, 413, 422, 429)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = shapes.DocumentRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        require_contributor(request, given["session_id"])
        upload = uploads.receive(
            session_id=given["session_id"],
            user=signed_in(request),
            file=given["document"],
            kind=Upload.Kind.DOCUMENT,
            document_type=given["document_type"],
        )
        return created(upload)


class UploadView(APIView):
    """What was understood of an upload."""

    @extend_schema(responses={200: shapes.UploadSerializer, **openapi.problems(401, 404)})
    def get(self, request: Request, upload_id: UUID) -> Response:
        upload = (
            Upload.objects.visible_to(signed_in(request))
            .select_related("reading")
            .filter(pk=upload_id)
            .first()
        )
        if upload is None:
            raise NotFound("no such upload")
        return Response(shapes.UploadSerializer(upload).data)


class ReadingConfirmationView(APIView):
    """A person confirms what the meter shows."""

    @extend_schema(
        request=shapes.ReadingConfirmationSerializer,
        responses={200: shapes.ReadingSerializer, **openapi.problems(400, 401, 403, 404, 409, 422)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, reading_id: UUID) -> Response:
        asked = shapes.ReadingConfirmationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        reading = uploads.confirm_reading(
            reading_id=reading_id, user=signed_in(request), **asked.validated_data
        )
        return Response(shapes.ReadingSerializer(reading).data)


def require_contributor(request: Request, session_id: UUID) -> None:
    session = access.visible_session(signed_in(request), session_id)
    access.require_role(signed_in(request), session.client_id, at_least=access.Role.CONTRIBUTOR)


def created(upload: Upload) -> Response:
    headers = {"Location": reverse("upload", args=[upload.pk]), **fields_of(upload.session_id)}
    return Response(shapes.UploadSerializer(upload).data, status=201, headers=headers)
