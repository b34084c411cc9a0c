"""The outermost door: refuses a body that no route takes before Django has spooled it to disk.

Django under ASGI reads a whole body before any middleware or view can answer, signed in or not. Here the declared
length is looked at first, and what really arrives is counted, chunked or not. For WSGI there is `wsgi_body_guard`.
"""

from __future__ import annotations

from typing import Any

from apps.onboarding.errors import TooLarge
from apps.onboarding_api.middleware.asgi_types import Application, Message, Receive, Send, refuse_unread
from apps.onboarding_api.middleware.lengths import length_in


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
        declared = length_in(dict(scope["headers"]).get(b"content-length", b""))
        if declared is None or declared > self._max_bytes:
            await self._refuse(receive, send)
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
                await self._refuse(receive, send)

    async def _refuse(self, receive: Receive, send: Send) -> None:
        error = TooLarge(f"the body is larger than {self._max_bytes} bytes", max_bytes=self._max_bytes)
        await refuse_unread(receive, send, error)
