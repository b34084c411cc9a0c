"""The outermost door: refuses a body that no route takes before Django has spooled it to disk.

Django under ASGI reads a whole body before any middleware or view can answer, signed in or not. Here the declared
length is looked at first, and what really arrives is counted, chunked or not.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

_PROBLEM = {
    "type": "urn:intelliwiz:problem:too_large",
    "title": "Request Entity Too Large",
    "status": 413,
    "code": "too_large",
    "user_message": "This is too large. Please send something smaller.",
    "retryable": False,
    "next_actions": ["send_smaller"],
}


class BodyTooLarge(Exception):
    """More arrived than was declared or is taken."""


class BodyGuard:
    """ASGI middleware. `max_bytes` is of the whole body, multipart boundaries and fields included."""

    def __init__(self, application: Application, *, max_bytes: int) -> None:
        self._application = application
        self._max_bytes = max_bytes

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._max_bytes:
            await _refuse(send, self._max_bytes)
            return
        received = 0
        answered = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise BodyTooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._application(scope, counted, watched)
        except BodyTooLarge:
            if not answered:
                await _refuse(send, self._max_bytes)


async def _refuse(send: Send, max_bytes: int) -> None:
    body = json.dumps({**_PROBLEM, "detail": f"the body is larger than {max_bytes} bytes"}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
