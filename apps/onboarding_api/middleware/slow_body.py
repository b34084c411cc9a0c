"""A body that trickles holds a connection and a place for hours: this lets it have so much time and no more.

Only the waiting counts, not what the application does with the bytes. Headers that trickle are the web server's, or the
proxy's, to bound.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from apps.onboarding.errors import BodyTooSlow
from apps.onboarding_api.middleware.asgi_types import Application, Message, Receive, Send, refuse


class _TooSlow(Exception):
    """Carried through the application, which is not to answer it."""


class SlowBodyGuard:
    """ASGI middleware, 408 for a body that makes one wait longer than `grace_seconds`, and a second more for every
    `min_bytes_per_second` that have come, or longer than `max_seconds` in all."""

    def __init__(
        self, application: Application, *, grace_seconds: float, min_bytes_per_second: int, max_seconds: float
    ) -> None:
        self._application = application
        self._grace = grace_seconds
        self._rate = min_bytes_per_second
        self._longest = max_seconds

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        received, waited, is_whole, answered = 0, 0.0, False, False

        async def timely() -> Message:
            nonlocal received, waited, is_whole
            if is_whole or answered:
                return await receive()  # waits for the end of the connection
            began = time.monotonic()
            try:
                async with asyncio.timeout(self._patience(received) - waited):
                    message = await receive()
            except TimeoutError:
                raise _TooSlow from None
            waited += time.monotonic() - began
            received += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._application(scope, timely, watched)
        except _TooSlow:
            if not answered:
                await refuse(send, BodyTooSlow("the body came too slowly"))

    def _patience(self, received: int) -> float:
        return min(self._grace + received / self._rate, self._longest)
