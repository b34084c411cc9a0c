"""Bodies that a view takes in itself, as they arrive: pieces of resumable uploads.

Django under ASGI calls a view when the whole body is there; of one that breaks off it knows nothing. What has arrived
until then is just what a resumable upload is about. Here Django is told that the body is empty, and the view finds what
comes in the request's scope.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, UnreadablePostError

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

_KEY = "onboarding.streamed_body"
_PATH = re.compile(r".*/api/v1/onboarding/uploads/resumable/[0-9a-f-]{36}/")
_OVERRIDE = b"x-http-method-override"
_OVERRIDDEN = {b"PATCH": "PATCH", b"DELETE": "DELETE"}
_READ_BYTES = 64 * 1024


class BrokenOff(Exception):
    """The client is gone before the end of its body; or a guard outside of here has had enough of it."""


class StreamedBodies:
    """ASGI middleware; guards of bodies stand outside of it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _PATH.fullmatch(scope["path"]):
            await self._application(scope, receive, send)
            return
        method = _method(scope)
        if method != "PATCH":
            await self._application({**scope, "method": method}, receive, send)
            return
        body = _Body(receive)
        ended = asyncio.Event()
        begun = False

        async def empty() -> Message:
            """An empty body at once; after it nothing until the answer is given: the view looks who is there."""
            nonlocal begun
            if not begun:
                begun = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await ended.wait()
            return {"type": "http.disconnect"}

        async def answered(message: Message) -> None:
            # Where a guard has stopped the body, it is the guard that answers.
            if body.fault is None:
                await send(message)

        try:
            await self._application({**scope, "method": method, _KEY: body}, empty, answered)
        finally:
            ended.set()
        if body.fault is not None:
            raise body.fault


class _Body:
    """`fault`: what a guard outside raised while it was read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.fault: Exception | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        while True:
            try:
                message = await self._receive()
            except Exception as error:
                self.fault = error
                raise BrokenOff from error
            if message["type"] == "http.disconnect":
                raise BrokenOff
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return


async def body_of(request: HttpRequest) -> AsyncIterator[bytes]:
    """The body in pieces of any size, as it arrives. `BrokenOff` where it ends too early, after what came before."""
    streamed: _Body | None = getattr(request, "scope", {}).get(_KEY)
    if streamed is not None:
        async for piece in streamed.pieces():
            yield piece
        return
    while True:
        try:
            piece = await sync_to_async(request.read)(_READ_BYTES)
        except UnreadablePostError as error:
            raise BrokenOff from error
        if not piece:
            return
        yield piece


def _method(scope: dict[str, Any]) -> str:
    """tus lets clients that can only POST say what they mean."""
    method: str = scope["method"]
    if method == "POST":
        return _OVERRIDDEN.get(dict(scope["headers"]).get(_OVERRIDE, b"").upper(), method)
    return method
