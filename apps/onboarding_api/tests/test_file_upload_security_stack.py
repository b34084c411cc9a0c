"""Uploads as they come over the wire, through the web server that is shipped."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from apps.onboarding_api.tests import api_world, served
from apps.onboarding_api.tests.running_stack import RunningStack

pytestmark = pytest.mark.stack
BOUNDARY = "b0undary"
LIMIT = 11 * 1024 * 1024


def in_pieces(data: bytes, size: int = 8_192) -> Iterator[bytes]:
    """Sent so, a body is chunked: nobody says how long it is."""
    for at in range(0, len(data), size):
        yield data[at : at + size]


def form(session_id: str, content: bytes, name: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="session_id"\r\n\r\n{session_id}\r\n'
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n\r\n'
    return head.encode() + part.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def session_id(stack: RunningStack) -> Iterator[str]:
    with stack.client() as client:
        made = client.post("onboarding/conversation/", json={"session_id": str(uuid4())})
        yield made.json()["session_id"]


def post(stack: RunningStack, body: bytes) -> httpx.Response:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with stack.client() as client:
        return client.post("onboarding/site-audit/", content=in_pieces(body), headers=headers)


def test_chunked_photo_is_taken(stack: RunningStack, session_id: str) -> None:
    answer = post(stack, form(session_id, api_world.photo().read(), "gate.jpg"))
    assert (answer.status_code, answer.json()["scan"]) == (201, "off")


def test_chunked_answer_in_json_is_heard(stack: RunningStack, session_id: str) -> None:
    """Without its length Django would take it for no body at all, and only ask the question again."""
    told = f'{{"session_id": "{session_id}", "text": "a warehouse"}}'.encode()
    with stack.client() as client:
        answer = client.post(
            "onboarding/conversation/", content=in_pieces(told), headers={"Content-Type": "application/json"}
        )
    assert answer.json()["turn_id"]


def test_endless_body_is_refused_where_it_passes_the_limit(stack: RunningStack) -> None:
    host, port = stack.url.removeprefix("http://").split(":")
    # Where files are taken, and from whoever may be somebody: elsewhere a body is refused much earlier.
    path, somebody = "/api/v1/onboarding/documents/", "sessionid=whatever"
    client = served.Client((host, int(port)), path=path, Transfer_Encoding="chunked", Cookie=somebody)
    while not client.has_answer(within=0.001):
        client.chunk(b"x" * 65_536)
        assert client.sent < LIMIT * 2
    status, body = client.answer()
    assert (status, body["code"]) == (413, "too_large")
    assert client.sent > LIMIT


def test_name_that_is_a_path_is_refused(stack: RunningStack, session_id: str) -> None:
    answer = post(stack, form(session_id, api_world.photo().read(), "%2e%2e%2f%2e%2e%2fgate.jpg"))
    assert (answer.status_code, answer.json()["code"]) == (400, "unsafe_name")
