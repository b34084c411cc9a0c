"""Answers of the API hold people's own words: no cache keeps them, unless a view says what may be kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

Answering = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class PrivateAnswersMiddleware:
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
        return _kept_private(request, self.get_response(request))  # type: ignore[arg-type]  # sync: a response

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        return _kept_private(request, await self.get_response(request))  # type: ignore[misc]  # async: an awaitable


def _kept_private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if request.path.startswith("/api/v1/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
