"""Uploads that go to the object store without passing through here, and are judged when they are there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding_api.serializers import file_serializers as shapes
from apps.onboarding_api.serializers.upload_serializers import UploadSerializer
from apps.onboarding_api.services import resumable_uploads, uploads
from apps.onboarding_api.services.upload_storage import presigning
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.onboarding_api.views.quota_views import TellsQuota, fields_of
from apps.onboarding_api.views.upload_views import created, require_contributor


class DirectUploadsView(TellsQuota):
    """A form to post a photo or document to the object store with."""

    @extend_schema(
        request=shapes.DirectRequestSerializer,
        responses={
            201: shapes.DirectFormSerializer,
            **openapi.problems(400, 401, 403, 404, 409, 413, 422, 429),
        },
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = shapes.DirectRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        require_contributor(request, given["session_id"])
        presigning.require_store()
        made = resumable_uploads.begin(
            session_id=given["session_id"],
            user=signed_in(request),
            kind=given["kind"],
            declared_bytes=given["byte_size"],
            name=given["filename"],
            told=uploads.Told(
                given["document_type"],
                given.get("latitude"),
                given.get("longitude"),
                given.get("captured_at"),
            ),
        )
        form = presigning.presigned_form(made.pk, byte_size=made.declared_bytes)
        told = {
            "resumable_id": made.pk,
            "url": form.url,
            "fields": form.fields,
            "expires_at": timezone.now() + timedelta(seconds=form.expires_in_seconds),
        }
        return Response(
            shapes.DirectFormSerializer(told).data, status=201, headers=fields_of(made.session_id)
        )


class DirectUploadView(TellsQuota):
    """Takes in what was posted to the object store."""

    @extend_schema(
        request=None,
        responses={201: UploadSerializer, **openapi.problems(400, 401, 403, 404, 409, 410, 422, 429)},
        parameters=[openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request, resumable_id: UUID) -> Response:
        return created(resumable_uploads.complete(resumable_id=resumable_id, user=signed_in(request)))
