"""A body that no route takes is refused before Django reads it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from apps.onboarding_api.middleware.body_guard import BodyGuard


async def _echo_length(scope: Any, receive: Any, send: Any) -> None:
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def post(*chunks: bytes, declared: bytes | None = None) -> tuple[int, bytes, int]:
    """Status, body, and how many chunks were read when the answer began."""
    sent: list[Any] = []
    read_then: list[int] = []
    left = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    left.append({"type": "http.request", "body": b"", "more_body": False})
    total = len(left)

    async def receive() -> Any:
        return left.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)
        read_then.append(total - len(left))

    headers = [(b"content-length", declared)] if declared is not None else []
    guard = BodyGuard(_echo_length, max_bytes=100)
    asyncio.run(guard({"type": "http", "headers": headers}, receive, send))
    return sent[0]["status"], sent[1]["body"], read_then[0]


def test_body_within_the_limit_passes_whole() -> None:
    assert post(b"x" * 60, b"y" * 40, declared=b"100") == (200, b"100", 3)


@pytest.mark.parametrize("declared", [b"101", b"-1", b"many", b"9" * 30, b"9" * 9_000, b"\xb2"])
def test_declared_length_is_refused_before_a_byte_is_read(declared: bytes) -> None:
    status, body, read = post(b"x", declared=declared)
    assert (status, read, json.loads(body)["code"]) == (413, 0, "too_large")


def test_chunked_body_is_counted_and_refused_where_it_passes_the_limit() -> None:
    status, _, read = post(*[b"x" * 60] * 50)
    assert (status, read) == (413, 2)


def test_after_the_answer_at_most_64_kib_more_are_read() -> None:
    left = [{"type": "http.request", "body": b"x" * 10_000, "more_body": True} for _ in range(50)]

    async def receive() -> Any:
        return left.pop()

    async def send(message: Any) -> None:
        """Nobody reads it."""

    guard = BodyGuard(_echo_length, max_bytes=100)
    asyncio.run(guard({"type": "http", "headers": [(b"content-length", b"500000")]}, receive, send))
    assert 50 - len(left) == 7


def test_body_longer_than_declared_is_refused() -> None:
    assert post(*[b"x" * 60] * 3, declared=b"60")[0] == 413
