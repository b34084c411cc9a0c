"""One correlation id from the request through tasks, log lines and events, back to the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

from apps.onboarding_api.services.pii_integration import shape
from apps.onboarding_api.services.pii_integration.strict import scrub
from apps.task_ledger import correlation, sealing

HEADER = "X-Correlation-ID"
_DIGEST_CHARS = 32
Answering = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class CorrelationMiddleware:
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
        with correlation.correlated(_id_of(request)) as current:
            response = self.get_response(request)
            response[HEADER] = current  # type: ignore[index]  # sync: a response, not an awaitable
            return response

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        with correlation.correlated(_id_of(request)) as current:
            response = await self.get_response(request)  # type: ignore[misc]  # async: an awaitable
            response[HEADER] = current
            return response


def _id_of(request: HttpRequest) -> str:
    """The client's id, where a machine made it or it can spell nobody: it is written to logs, tasks and events.

    Any other is replaced by a keyed digest: requests of one id stay together, and nobody can read what it was.
    """
    given = request.headers.get(HEADER)
    sane = given and (shape.is_machine_made(given) or shape.spells_nobody(given)) and scrub(given) == given
    if given and not sane:
        given = sealing.fingerprint(given, purpose="correlation")[0][:_DIGEST_CHARS]
    return correlation.accept(given)
