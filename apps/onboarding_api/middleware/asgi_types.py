"""The names of ASGI, and answers that are given outside Django."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from apps.onboarding_api.middleware import refusing

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

MOST_LEFT_BYTES = 64 * 1024
_LINGER_SECONDS = 1.0


async def refuse(send: Send, error: Exception, *, ends: bool = True) -> None:
    """Answer with a problem. Where it does not end there, who calls sends the last, empty piece."""
    status, headers, body = refusing.problem(error)
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                *((name.lower().encode(), value.encode()) for name, value in headers),
                (b"connection", b"close"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": not ends})


async def refuse_unread(receive: Receive, send: Send, error: Exception) -> None:
    """Answer before the body was read, and read on for a moment: an end with unread bytes behind it is a reset, which
    may overtake the answer."""
    await refuse(send, error, ends=False)
    await _linger(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _linger(receive: Receive) -> None:
    left = MOST_LEFT_BYTES
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return
