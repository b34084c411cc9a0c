"""Uploads in pieces, by tus 1.0. Where things stand is in header fields; problems are problem details."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding.models import ResumableUpload
from apps.onboarding_api.serializers import file_serializers as shapes
from apps.onboarding_api.services import resumable_uploads, uploads
from apps.onboarding_api.services.resumable_uploads.errors import OffsetMismatch, VersionUnsupported
from apps.onboarding_api.views import openapi, tus_protocol, tus_taking
from apps.onboarding_api.views.idempotent import idempotent
from apps.onboarding_api.views.people import signed_in
from apps.onboarding_api.views.quota_views import TellsQuota, fields_of

State = ResumableUpload.State
_PARAMETERS = [
    OpenApiParameter(
        "Tus-Resumable", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="`1.0.0`."
    ),
]
_LENGTH = OpenApiParameter(
    "Upload-Length", OpenApiTypes.INT, OpenApiParameter.HEADER, required=True, description="Bytes in all."
)
_METADATA = OpenApiParameter(
    "Upload-Metadata",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="`session_id`, `filename`, `kind`, ... with values in base64.",
)
_OFFSET = OpenApiParameter(
    "Upload-Offset",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    required=True,
    description="Where this piece begins; by it a repetition is known.",
)
_CHECKSUM = OpenApiParameter(
    "Upload-Checksum",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="`sha256` or `sha1`, and the piece's digest in base64.",
)


class TusView(TellsQuota):
    """Version in, version out."""

    parser_classes = [tus_protocol.PieceParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in {"POST", "HEAD", "PATCH", "DELETE"}:
            tus_protocol.require_version(request)

    def get_permissions(self) -> Any:
        """What the server can do is told to everybody."""
        return [] if self.request.method == "OPTIONS" else super().get_permissions()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(
            status=204, headers={**tus_protocol.announced(), "Allow": ", ".join(self.allowed_methods)}
        )

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, VersionUnsupported):
            response.headers["Tus-Version"] = tus_protocol.VERSION
        if isinstance(exc, OffsetMismatch):
            response.headers["Upload-Offset"] = str(exc.extra["offset"])
        return response

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Tus-Resumable"] = tus_protocol.VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer


class ResumableUploadsView(TusView):
    """Begins an upload that is sent in pieces."""

    fields_of_identity = ("Upload-Length", "Upload-Metadata")

    @extend_schema(
        request={tus_protocol.MEDIA_TYPE: OpenApiTypes.BINARY},
        responses={
            201: shapes.ResumableUploadSerializer,
            **openapi.problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 429),
        },
        parameters=[*_PARAMETERS, _LENGTH, _METADATA, openapi.IDEMPOTENCY_KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = shapes.ResumableRequestSerializer(data=tus_protocol.metadata_of(request))
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        piece = request.data if isinstance(request.data, tus_protocol.Piece) else None
        made = resumable_uploads.begin(
            session_id=given["session_id"],
            user=signed_in(request),
            kind=given["kind"],
            declared_bytes=tus_protocol.length_of(request),
            name=given["filename"],
            told=uploads.Told(
                given["document_type"],
                given.get("latitude"),
                given.get("longitude"),
                given.get("captured_at"),
            ),
            goes_on=piece is not None,
        )
        try:
            if piece is not None:
                tus_protocol.require_media_type(request)
                made = resumable_uploads.append(resumable_id=made.pk, at=0, data=piece.data)
            if made.is_whole:
                resumable_uploads.finish(resumable_id=made.pk)
                made.refresh_from_db()
        except BaseException:
            # It has no address yet that its sender could know.
            resumable_uploads.discard(made)
            raise
        resumable_uploads.leave_place(made)
        headers = {"Location": reverse("resumable-upload", args=[made.pk]), **fields(made)}
        return Response(shown(made), status=201, headers={**headers, **fields_of(made.session_id)})


class ResumableUploadView(TusView):
    """An upload that is sent in pieces."""

    @extend_schema(
        responses={200: shapes.ResumableUploadSerializer, **openapi.problems(401, 403, 404)},
        description="Where it stands, in words.",
    )
    def get(self, request: Request, resumable_id: UUID) -> Response:
        return Response(shown(resumable_uploads.visible(signed_in(request), resumable_id)))

    @extend_schema(exclude=True)
    def head(self, request: Request, resumable_id: UUID) -> Response:
        found = resumable_uploads.visible(signed_in(request), resumable_id)
        resumable_uploads.require_alive(found)
        if found.is_whole and found.state == State.OPEN:
            # Its last request died after the last piece: whoever asks now believes it to be done.
            resumable_uploads.finish(resumable_id=found.pk)
            found.refresh_from_db()
        kept = {"filename": found.display_name, "session_id": str(found.session_id), "kind": found.kind}
        headers = {"Upload-Metadata": tus_protocol.metadata_field(kept), **fields(found)}
        return Response(status=200, headers=headers)

    @extend_schema(
        request={tus_protocol.MEDIA_TYPE: OpenApiTypes.BINARY},
        responses={
            204: None,
            **openapi.problems(400, 401, 403, 404, 409, 410, 412, 413, 415, 429, 460),
        },
        parameters=[*_PARAMETERS, _OFFSET, _CHECKSUM],
        description="The next piece. What arrives of one that breaks off is kept.",
    )
    def patch(self, request: Request, resumable_id: UUID) -> Response:
        tus_protocol.require_media_type(request)
        at, checksum = tus_protocol.offset_of(request), tus_protocol.checksum_of(request)
        found = resumable_uploads.visible(signed_in(request), resumable_id)
        resumable_uploads.require_alive(found)
        resumable_uploads.require_place(found, at=at, length=tus_protocol.content_length_of(request))
        if found.state == State.OPEN and at == found.declared_bytes:
            # No bytes may come any more, and the place is for whoever finishes it.
            resumable_uploads.finish(resumable_id=found.pk)
            found.refresh_from_db()
        if found.state == State.DONE:
            return Response(status=204, headers=fields(found))
        token = resumable_uploads.new_token()
        resumable_uploads.take_place(found, token=token)
        return tus_taking.Taking(found=found, at=at, token=token, checksum=checksum)

    @extend_schema(
        responses={204: None, **openapi.problems(400, 401, 403, 404, 409, 412, 422)},
        parameters=[*_PARAMETERS, openapi.IDEMPOTENCY_KEY],
        description="Give it up. What it has become stays.",
    )
    @idempotent
    def delete(self, request: Request, resumable_id: UUID) -> Response:
        resumable_uploads.terminate(resumable_id=resumable_id, user=signed_in(request))
        return Response(status=204)


def fields(found: ResumableUpload) -> dict[str, str]:
    """Where it stands; what it has become, if it is done."""
    headers = {
        "Upload-Offset": str(resumable_uploads.offset_of(found)),
        "Upload-Length": str(found.declared_bytes),
    }
    if found.state == State.DONE:
        return {**headers, "Content-Location": reverse("upload", args=[found.upload_id])}
    return {**headers, "Upload-Expires": tus_protocol.expires_field(found.expires_at)}


def shown(found: ResumableUpload) -> Any:
    found.offset = resumable_uploads.offset_of(found)  # type: ignore[attr-defined]  # for the serializer alone
    return shapes.ResumableUploadSerializer(found).data


@csrf_exempt  # REST framework asks for the token where a browser session signs the request
async def resumable_view(request: HttpRequest, resumable_id: UUID) -> HttpResponseBase:
    """A piece is taken in as it comes, without a thread or a connection in between; all else is answered at once."""
    return await tus_taking.answer(request, _api_view, fields=fields, resumable_id=resumable_id)


openapi.documents(resumable_view, ResumableUploadView)
_api_view = ResumableUploadView.as_view()
