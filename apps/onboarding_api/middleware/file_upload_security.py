"""Where files are taken (`FILE_UPLOAD_PATHS`), and how: everywhere else none gets in.

Refused here: bodies that are declared larger than any, and, on pages, bodies that are no forms (of the API the views
say so by their parsers, once they know who asks). Refused while the form is read, by the handler that is put in here:
files past the limit, names that are paths, infected files. Counts of parts and files are Django's
(`DATA_UPLOAD_MAX_NUMBER_*`).
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apps.onboarding.errors import DomainError, TooLarge, UnsupportedContentType
from apps.onboarding_api.middleware.lengths import length_in
from apps.onboarding_api.services.antivirus import infected
from apps.onboarding_api.upload_handlers import ReceivingHandler
from apps.onboarding_api.views import error_views

Answering = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_FORM = "multipart/form-data"
_FORMS = (_FORM, "application/x-www-form-urlencoded")
_API = "/api/"


class FileUploadSecurityMiddleware:
    """Stands after the middleware of authentication: pages of the admin take files of staff only."""

    async_capable = True
    sync_capable = True

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer(request)
        handler = ReceivingHandler(request)
        try:
            refusal = _admit(request, handler)
            if refusal is not None:
                return refusal
            return self.get_response(request)
        finally:
            handler.let_go()
            infected.note_new()

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        handler = ReceivingHandler(request)
        # Who asks for a page of the admin is asked of the database, and its form is read: both in a thread.
        reads = _path_of(request) is not None and not request.path_info.startswith(_API)
        try:
            refusal = await sync_to_async(_admit)(request, handler) if reads else _admit(request, handler)
            if refusal is not None:
                return refusal
            return await self.get_response(request)  # type: ignore[misc]  # async: an awaitable
        finally:
            handler.let_go()
            if infected.has_new():
                await sync_to_async(infected.note_new)()


def _path_of(request: HttpRequest) -> str | None:
    """The upload path that this request sends a body to."""
    if request.method not in _WITH_BODY:
        return None
    return next((one for one in settings.FILE_UPLOAD_PATHS if request.path_info.startswith(one)), None)


def _admit(request: HttpRequest, handler: ReceivingHandler) -> HttpResponseBase | None:
    """Put the handler where it belongs; the refusal, where there is one."""
    _tell_length(request)
    if _path_of(request) is None:
        return None
    try:
        _require_fitting(request)
        if request.content_type == _FORM:
            _let_in(request, handler)
    except DomainError as error:
        return error_views.refused(request, error)
    return None


def _let_in(request: HttpRequest, handler: ReceivingHandler) -> None:
    """The API's views read their form after they know who asks. Django's own pages read it on the way to them, where
    nobody would translate a refusal: so it is read here."""
    if request.path_info.startswith(_API):
        request.upload_handlers = [handler]
    elif request.user.is_authenticated and request.user.is_staff:
        request.upload_handlers = [handler]
        _ = request.POST


def _require_fitting(request: HttpRequest) -> None:
    declared = _declared_bytes(request)
    if declared == 0:
        return
    if declared > settings.FILE_UPLOAD.max_body_bytes:
        limit = settings.FILE_UPLOAD.max_body_bytes
        raise TooLarge(f"the body has {declared} bytes; at most {limit} are taken", max_bytes=limit)
    if not request.path_info.startswith(_API) and request.content_type not in _FORMS:
        raise UnsupportedContentType(f"this page takes {' or '.join(_FORMS)}", allowed=list(_FORMS))


def _declared_bytes(request: HttpRequest) -> int:
    return length_in(str(request.META.get("CONTENT_LENGTH") or "")) or 0


def _tell_length(request: HttpRequest) -> None:
    """A chunked body has come whole by now and is spooled, but Django takes a body without a declared length for
    none: so its length is told."""
    stream = getattr(request, "_stream", None)
    if (
        request.META.get("CONTENT_LENGTH")
        or "chunked" not in request.headers.get("Transfer-Encoding", "").lower()
    ):
        return
    if stream is not None and hasattr(stream, "rollover"):  # the spooled file of ASGI
        request.META["CONTENT_LENGTH"] = str(stream.seek(0, os.SEEK_END))
        stream.seek(0)
