"""Whose large body is read, and whose is not."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from apps.onboarding_api.middleware.sign_in_door import SMALL_BYTES, SignInDoor, WsgiSignInDoor
from apps.onboarding_api.tests import served
from apps.onboarding_api.tests.api_world import PROBLEM_FIELDS, Caller
from apps.onboarding_api.tests.served import Client, Echo

DOCUMENTS = "/api/v1/onboarding/documents/"
Headers = list[tuple[bytes, bytes]]
LARGE: Headers = [(b"content-length", str(SMALL_BYTES + 1).encode())]
CHUNKED: Headers = [(b"transfer-encoding", b"chunked")]


def of_user(token: Token) -> str:
    token["user_id"] = "7"
    return str(token)


def bearer(token: str) -> Headers:
    return [(b"authorization", f"Bearer {token}".encode())]


def valid() -> str:
    return of_user(AccessToken())


def expired() -> str:
    token = AccessToken()
    token.set_exp(lifetime=timedelta(seconds=-1))
    return of_user(token)


def forged() -> str:
    head, content, _ = valid().split(".")
    return f"{head}.{content}.{valid().split('.')[2][::-1]}"


def asked(
    headers: Headers, *, path: str = DOCUMENTS, method: str = "POST", root: str = ""
) -> tuple[int, Any, int]:
    """Status, body, and how many pieces of the body had been read when the answer began."""
    sent: list[Any] = []
    read: list[int] = [0]

    async def receive() -> Any:
        read[0] += not sent
        return {"type": "http.request", "body": b"x" * 1000, "more_body": read[0] + len(sent) < 5}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "root_path": root, "headers": headers}
    asyncio.run(SignInDoor(Echo())(scope, receive, send))
    status = sent[0]["status"]
    return status, sent[0]["headers"] if status == 401 else None, read[0]


@pytest.mark.parametrize(
    "headers",
    [[], bearer("x"), bearer(forged()), bearer(expired()), bearer(of_user(RefreshToken())), bearer("x" * 9_000),
     [*bearer(valid()), *bearer(valid())], [*bearer("x"), *bearer("x"), (b"cookie", b"sessionid=whatever")],
     [(b"authorization", b"Bearer")], [(b"authorization", b"Basic eDp4")], [(b"cookie", b"theme=dark; csrftoken=1")]],
    ids=["nobody", "nonsense", "forged", "expired", "a token to refresh with", "too long", "two tokens",
         "two headers", "empty", "another scheme",
         "other cookies"],
)  # fmt: skip
@pytest.mark.parametrize(
    "size", [LARGE, CHUNKED, [(b"content-length", b"9" * 9_000)]], ids=["large", "chunked", "no length"]
)
def test_a_large_body_of_nobody_is_refused_unread(headers: Headers, size: Headers) -> None:
    status, told, read = asked([*headers, *size])
    assert (status, read) == (401, 0)
    assert (b"www-authenticate", b'Bearer realm="api"') in told


@pytest.mark.parametrize(
    "headers",
    [bearer(valid()), [(b"cookie", b"theme=dark; sessionid=whatever")]],
    ids=["a token", "a browser's session"],
)
def test_whoever_may_be_somebody_is_for_the_view_to_judge(headers: Headers) -> None:
    assert asked([*headers, *LARGE])[0] == 200


@pytest.mark.parametrize(
    ("headers", "path", "method"),
    [
        ([(b"content-length", str(SMALL_BYTES).encode())], DOCUMENTS, "POST"),
        ([], DOCUMENTS, "POST"),
        ([], DOCUMENTS, "GET"),
        ([(b"content-length", str(SMALL_BYTES).encode())], "/api/v1/auth/token/", "POST"),
    ],
    ids=["small", "none", "none to be expected", "signing in"],
)
def test_what_is_no_large_body_passes(headers: Headers, path: str, method: str) -> None:
    assert asked(headers, path=path, method=method)[0] == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", [DOCUMENTS, "/admin/auth/user/"])
def test_no_method_brings_a_large_body_of_nobody_in(method: str, path: str) -> None:
    assert asked(LARGE, path=path, method=method)[0] == 401


def test_a_prefix_of_the_server_hides_no_path() -> None:
    assert asked(LARGE, path=f"/onboarding{DOCUMENTS}", root="/onboarding")[0] == 401
    assert asked([*bearer(valid()), *LARGE], path=f"/onboarding{DOCUMENTS}", root="/onboarding")[0] == 200


MORE_THAN_A_FORM = [(b"content-length", b"1048577")]


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        (LARGE, "/api/v1/auth/token/"),
        (LARGE, "/files/token"),
        (LARGE, "/no/such/page"),
        ([*bearer(valid()), *MORE_THAN_A_FORM], "/api/v1/onboarding/experiments/"),
    ],
    ids=["signing in", "a page for everybody", "nothing", "an API that takes no files"],
)
def test_what_no_route_takes_is_refused_unread(headers: Headers, path: str) -> None:
    status, _, read = asked(headers, path=path)
    assert (status, read) == (413, 0)


@pytest.mark.parametrize("path", [DOCUMENTS, "/api/v1/onboarding/uploads/resumable/", "/admin/onboarding/x/"])
def test_where_files_are_taken_more_may_come(path: str) -> None:
    signed = [*bearer(valid()), (b"cookie", b"sessionid=whatever")]
    assert asked([*signed, *MORE_THAN_A_FORM], path=path)[0] == 200


def test_a_body_of_no_declared_length_is_counted() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"x" * 40_000, "more_body": not sent}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/auth/token/", "headers": CHUNKED}
    asyncio.run(SignInDoor(Echo())(scope, receive, send))
    assert sent[0]["status"] == 413


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 401),
        ({"HTTP_AUTHORIZATION": "Bearer x"}, 401),
        ({"HTTP_AUTHORIZATION": f"Bearer {valid()}"}, 200),
        ({"HTTP_COOKIE": "a=b; sessionid=whatever"}, 200),
        ({"PATH_INFO": "/api/v1/auth/token/"}, 413),
    ],
    ids=["nobody", "nonsense", "a token", "a browser's session", "signing in"],
)
@pytest.mark.parametrize(
    "size", [{"CONTENT_LENGTH": str(SMALL_BYTES + 1)}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_wsgi_has_the_same_door(given: dict[str, str], status: int, size: dict[str, str]) -> None:
    told: list[str] = []
    source = io.BytesIO(b"x" * (SMALL_BYTES + 1))
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": DOCUMENTS,
        "wsgi.input": source,
        "wsgi.input_terminated": True,
        **size,
        **given,
    }
    WsgiSignInDoor(Echo().wsgi)(environ, lambda said, _headers: told.append(said))
    assert told[0].startswith(str(status))
    assert status in (200, 413) or source.tell() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "nonsense"])
def test_the_door_says_what_the_view_would_say(token: str) -> None:
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    view = Caller(None, **sent)("POST", DOCUMENTS, {}).json()
    with served.asgi(SignInDoor(Echo())) as address:
        client = Client(address, path=DOCUMENTS, Content_Length=str(SMALL_BYTES + 1), **sent)
        status, told = client.answer()
    assert (status, told["code"]) == (401, view["code"])
    assert told.keys() >= PROBLEM_FIELDS
    assert {**told, "correlation_id": ""} == {**view, "correlation_id": ""}, json.dumps(told)
