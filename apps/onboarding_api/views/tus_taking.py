"""The body of a piece: taken in as it arrives, on the disk every 256 KiB, every second, and at its end."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from rest_framework.response import Response

from apps.onboarding.errors import ChecksumMismatch, DomainError, TooLarge
from apps.onboarding.models import ResumableUpload
from apps.onboarding_api import exception_handler
from apps.onboarding_api.middleware.streamed_bodies import BrokenOff, body_of
from apps.onboarding_api.services import resumable_uploads
from apps.onboarding_api.services.resumable_uploads.errors import OffsetMismatch
from apps.onboarding_api.services.upload_throttling import UploadRefused
from apps.onboarding_api.views import quota_views, tus_protocol
from apps.onboarding_api.views.prefer import release_thread

_LONGEST_IN_MEMORY_SECONDS = 1.0
_LOOKS_AT_PLACE_SECONDS = 1.0
"""So soon a request that brings bytes finds out that another one brings the same upload."""
Fields = Callable[[ResumableUpload], Mapping[str, str]]


class Taking(Response):
    """Tells the asynchronous view that the piece may come."""

    def __init__(
        self, *, found: ResumableUpload, at: int, token: int, checksum: tus_protocol.Checksum | None
    ) -> None:
        super().__init__()
        self.found = found
        self.at = at
        self.token = token
        self.checksum = checksum
        self._held_at = time.monotonic()

    async def keep_place(self) -> None:
        """Called as long as bytes come: the place among those at once is this request's, for a lease each time.
        `OffsetMismatch` where another request has it by now."""
        if time.monotonic() - self._held_at > _LOOKS_AT_PLACE_SECONDS:
            await sync_to_async(_renew)(self.found, self.token)
            self._held_at = time.monotonic()


async def answer(
    request: HttpRequest, view: Callable[..., Any], *, fields: Fields, resumable_id: UUID
) -> HttpResponseBase:
    response = await sync_to_async(_ask)(request, view, resumable_id)
    if not isinstance(response, Taking):
        return response
    try:
        await (_take_checked if response.checksum else _take)(request, response)
        headers = await sync_to_async(_end)(response.found.pk, fields)
    except BrokenOff:
        return HttpResponse(status=400)  # to nobody: the client is gone
    except (DomainError, DatabaseError) as error:
        return _problem(error)
    finally:
        await sync_to_async(resumable_uploads.leave_place)(response.found, token=response.token)
    return HttpResponse(status=204, headers={**headers, **_COMMON})


_COMMON = {"Tus-Resumable": tus_protocol.VERSION, "Cache-Control": "no-store"}


async def _take(request: HttpRequest, taking: Taking) -> None:
    at, written_at, waiting = taking.at, time.monotonic(), bytearray()
    try:
        async for piece in body_of(request):
            waiting += piece
            is_late = time.monotonic() - written_at >= _LONGEST_IN_MEMORY_SECONDS
            if len(waiting) >= settings.UPLOAD_STORAGE.resumable_piece_bytes or (waiting and is_late):
                data, waiting = bytes(waiting), bytearray()
                await sync_to_async(_append)(taking.found.pk, at, data)
                at, written_at = at + len(data), time.monotonic()
            await taking.keep_place()
            release_thread()
    finally:
        # Also of a client that is gone: that is what it will go on from.
        if waiting:
            await sync_to_async(_append)(taking.found.pk, at, bytes(waiting))


async def _take_checked(request: HttpRequest, taking: Taking) -> None:
    """Nothing is kept before the digest of the whole piece was compared."""
    assert taking.checksum is not None
    limit = settings.FILE_UPLOAD.max_file_bytes
    digest = hashlib.new(taking.checksum.algorithm, usedforsecurity=False)
    with SpooledTemporaryFile(max_size=settings.UPLOAD_STORAGE.resumable_piece_bytes) as spool:
        async for piece in body_of(request):
            digest.update(piece)
            spool.write(piece)
            if spool.tell() > limit:
                raise TooLarge(f"at most {limit} bytes are taken", max_bytes=limit)
            await taking.keep_place()
        if not hmac.compare_digest(digest.digest(), taking.checksum.digest):
            raise ChecksumMismatch("the piece has another digest than its sender says")
        spool.seek(0)
        await sync_to_async(_append)(taking.found.pk, taking.at, spool.read())


def _ask(request: HttpRequest, view: Callable[..., Any], resumable_id: UUID) -> Response:
    try:
        response: Response = view(request, resumable_id=resumable_id)
        response.render()
    finally:
        connection.close()
    return response


def _append(resumable_id: UUID, at: int, data: bytes) -> None:
    try:
        resumable_uploads.append(resumable_id=resumable_id, at=at, data=data)
    finally:
        connection.close()


def _renew(found: ResumableUpload, token: int) -> None:
    try:
        resumable_uploads.keep_place(found, token=token)
    except UploadRefused as error:
        found.refresh_from_db()
        offset = resumable_uploads.offset_of(found)
        raise OffsetMismatch("another request brings it, or its place is gone", offset=offset) from error
    finally:
        connection.close()


def _end(resumable_id: UUID, fields: Fields) -> dict[str, str]:
    """The fields of the answer; the file is finished where this was its last piece."""
    try:
        found = ResumableUpload.objects.get(pk=resumable_id)
        if not found.is_whole:
            return dict(fields(found))
        resumable_uploads.finish(resumable_id=resumable_id)
        found.refresh_from_db()
        return {**fields(found), **quota_views.fields_of(found.session_id)}
    finally:
        connection.close()


def _problem(error: Exception) -> HttpResponseBase:
    told = exception_handler.to_problem(error, {})
    if told is None:
        raise error
    response = JsonResponse(told.data, status=told.status_code, content_type=exception_handler.MEDIA_TYPE)
    for name, value in {**told.headers, **_COMMON}.items():
        if name != "Content-Type":
            response.headers[name] = value
    if isinstance(error, OffsetMismatch):
        response.headers["Upload-Offset"] = str(error.extra["offset"])
    return response
