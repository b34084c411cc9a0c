"""The names of ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from apps.onboarding.errors import DomainError
from apps.onboarding_api.middleware import refusing

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


async def refuse(send: Send, error: DomainError, *, ends: bool = True) -> None:
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
