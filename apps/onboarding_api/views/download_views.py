"""Files back to people: a link for those who may see the upload, and what a link leads to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import DomainError, NotFound
from apps.onboarding_api.serializers import file_serializers as shapes
from apps.onboarding_api.services import upload_storage
from apps.onboarding_api.services.upload_storage import Served, Variant
from apps.onboarding_api.views import byte_ranges, error_views, openapi
from apps.onboarding_api.views.people import signed_in

_CHUNK_BYTES = 256 * 1024
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "bytes",
}


class UploadFileView(APIView):
    """A short-lived link to the file of an upload, or to the thumbnail of a photo."""

    @extend_schema(
        parameters=[shapes.FileRequestSerializer],
        responses={200: shapes.LinkSerializer, 302: None, **openapi.problems(400, 401, 404, 409, 410)},
    )
    def get(self, request: Request, upload_id: UUID) -> Response:
        asked = shapes.FileRequestSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        made = upload_storage.link(
            user=signed_in(request), upload_id=upload_id, variant=Variant(given["variant"])
        )
        url = reverse("file", args=[made.token])
        if given["redirect"]:
            return Response(status=302, headers={"Location": url})
        return Response(shapes.LinkSerializer({"url": url, "expires_at": made.expires_at}).data)


@dataclass(frozen=True)
class _Opened:
    served: Served
    file: IO[bytes]
    size: int


@require_safe
async def file_view(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a link, whole or a range of it. No thread waits for who reads slowly."""
    try:
        opened = await sync_to_async(_open)(token)
    except DomainError as error:
        refusal = error_views.refused(request, error)
        refusal.headers["Cache-Control"] = "no-store"
        return refusal
    served, size = opened.served, opened.size
    headers = {**_HEADERS, "Content-Disposition": served.disposition, "ETag": served.etag}
    try:
        found = byte_ranges.wanted(_range(request, served), size=size)
    except byte_ranges.NotSatisfiable:
        await sync_to_async(opened.file.close)()
        return HttpResponse(status=416, headers={**_HEADERS, "Content-Range": f"bytes */{size}"})
    start, end = found or (0, size)
    if found is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    status = 200 if found is None else 206
    if request.method == "HEAD":
        await sync_to_async(opened.file.close)()
        return HttpResponse(status=status, headers=headers, content_type=served.content_type)
    pieces = _pieces if isinstance(request, ASGIRequest) else _pieces_at_once
    return StreamingHttpResponse(
        pieces(opened.file, start, end), status=status, headers=headers, content_type=served.content_type
    )


def _open(token: str) -> _Opened:
    served = upload_storage.follow(token)
    connection.close()
    try:
        file = upload_storage.open_file(served.key).__enter__()
    except FileNotFoundError as error:
        raise NotFound("the file is not there") from error
    return _Opened(served, file, file.seek(0, 2))


def _range(request: HttpRequest, served: Served) -> str:
    """The asked range; empty where it was asked for of another version of the file."""
    condition = request.headers.get("If-Range")
    return "" if condition is not None and condition != served.etag else request.headers.get("Range", "")


async def _pieces(file: IO[bytes], start: int, end: int) -> AsyncIterator[bytes]:
    # Any thread of the common pool: nothing of the request's own thread is needed, and none is kept between pieces.
    run = sync_to_async(_read_at, thread_sensitive=False)
    try:
        while start < end and (piece := await run(file, start, min(_CHUNK_BYTES, end - start))):
            start += len(piece)
            yield piece
    finally:
        file.close()


def _pieces_at_once(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        while start < end and (piece := _read_at(file, start, min(_CHUNK_BYTES, end - start))):
            start += len(piece)
            yield piece


def _read_at(file: IO[bytes], place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(size)
