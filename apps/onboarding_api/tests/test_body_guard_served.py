"""The guards of bodies behind real servers, against clients that do what no library does."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest

from apps.onboarding.errors import BodyTooSlow
from apps.onboarding_api.middleware.body_guard import BodyGuard
from apps.onboarding_api.middleware.slow_body import SlowBodyGuard
from apps.onboarding_api.middleware.wsgi_body_guard import PIECE_BYTES, WsgiBodyGuard
from apps.onboarding_api.middleware.wsgi_slow_body import WsgiSlowBodyGuard
from apps.onboarding_api.tests import served
from apps.onboarding_api.tests.api_world import PROBLEM_FIELDS
from apps.onboarding_api.tests.served import Client, Echo

LIMIT = 1024 * 1024
SLACK = 64 * 1024
SERVERS = ("httptools", "h11")


def guarded(echo: Echo, *, grace: float = 0.3, rate: int = 100_000, longest: float = 2.0) -> BodyGuard:
    slow = SlowBodyGuard(echo, grace_seconds=grace, min_bytes_per_second=rate, max_seconds=longest)
    return BodyGuard(slow, max_bytes=LIMIT)


def assert_refused(client: Client, status: int, code: str) -> None:
    got, body = client.answer()
    assert (got, body["code"]) == (status, code)
    assert body.keys() >= PROBLEM_FIELDS
    assert body["correlation_id"]


@pytest.mark.parametrize("http", SERVERS)
def test_declared_length_is_refused_unread(http: str) -> None:
    echo = Echo()
    with served.asgi(guarded(echo), http=http) as address:
        assert_refused(Client(address, Content_Length=str(LIMIT + 1)), 413, "too_large")
    assert echo.received == 0


@pytest.mark.parametrize("http", SERVERS)
def test_chunked_body_is_refused_64_kib_past_the_limit_at_the_latest(http: str) -> None:
    echo = Echo()
    with served.asgi(guarded(echo, grace=30, longest=60), http=http) as address:
        client = Client(address, Transfer_Encoding="chunked")
        while not client.has_answer(within=0.02):
            client.chunk(b"x" * 16_384)
            assert client.sent <= LIMIT + SLACK
        assert client.sent > LIMIT
        assert_refused(client, 413, "too_large")
    assert echo.received <= LIMIT


def test_client_that_writes_on_before_it_reads_still_gets_the_answer() -> None:
    with served.asgi(guarded(Echo(), grace=30, longest=60)) as address:
        client = Client(address, Content_Length=str(LIMIT + SLACK))
        client.socket.sendall(b"x" * SLACK)
        assert_refused(client, 413, "too_large")


@pytest.mark.parametrize("http", SERVERS)
def test_body_of_exactly_the_limit_passes(http: str) -> None:
    with served.asgi(guarded(Echo(), grace=30, longest=60), http=http) as address:
        client = Client(address, Content_Length=str(LIMIT), Connection="close")
        client.socket.sendall(b"x" * LIMIT)
        assert client.answer() == (200, {"text": str(LIMIT)})


@pytest.mark.parametrize("http", SERVERS)
def test_body_that_never_comes_is_408_after_the_grace(http: str) -> None:
    with served.asgi(guarded(Echo()), http=http) as address:
        client = Client(address, Content_Length="100")
        began = time.monotonic()
        assert_refused(client, 408, "body_too_slow")
        assert 0.25 <= time.monotonic() - began < 2


def test_body_that_trickles_is_408() -> None:
    with served.asgi(guarded(Echo(), rate=10_000)) as address:
        client = Client(address, Content_Length="100000")
        while not client.has_answer(within=0.05):
            client.socket.sendall(b"x")
            client.sent += 1
            assert client.sent < 100
        assert_refused(client, 408, "body_too_slow")


def test_body_that_is_fast_enough_may_take_longer_than_the_grace() -> None:
    with served.asgi(guarded(Echo(), grace=0.3, rate=1_000, longest=30)) as address:
        client = Client(address, Content_Length="10000", Connection="close")
        began = time.monotonic()
        for _ in range(9):
            client.socket.sendall(b"x" * 1_000)
            assert not client.has_answer(within=0.08)
        client.socket.sendall(b"x" * 1_000)
        assert time.monotonic() - began > 0.3
        assert client.answer() == (200, {"text": "10000"})


def test_no_body_takes_longer_than_the_longest() -> None:
    with served.asgi(guarded(Echo(), grace=0.2, rate=1, longest=0.6)) as address:
        client = Client(address, Transfer_Encoding="chunked")
        began = time.monotonic()
        while not client.has_answer(within=0.05):
            client.chunk(b"x" * 100)
            assert time.monotonic() - began < 5
        assert_refused(client, 408, "body_too_slow")
        assert time.monotonic() - began >= 0.3


# WSGI


def call(body: bytes, **environ: Any) -> tuple[str, bytes, io.BytesIO]:
    source, told = io.BytesIO(body), []
    guard = WsgiBodyGuard(Echo().wsgi, max_bytes=LIMIT)
    given = {"wsgi.input": source, "REQUEST_METHOD": "POST", **environ}
    answer = guard(given, lambda status, _headers: told.append(status))
    return told[0], b"".join(answer), source


def test_wsgi_server_refuses_a_declared_length_unread() -> None:
    echo = Echo()
    with served.wsgi(WsgiBodyGuard(echo.wsgi, max_bytes=LIMIT)) as address:
        assert_refused(Client(address, Content_Length=str(LIMIT + 1)), 413, "too_large")
    assert echo.received == 0


def test_wsgi_server_passes_a_body_of_the_limit() -> None:
    with served.wsgi(WsgiBodyGuard(Echo().wsgi, max_bytes=LIMIT)) as address:
        client = Client(address, Content_Length=str(LIMIT))
        client.socket.sendall(b"x" * LIMIT)
        assert client.answer() == (200, {"text": str(LIMIT)})


def test_wsgi_server_that_cannot_tell_the_end_of_a_chunked_body_gets_411() -> None:
    with served.wsgi(WsgiBodyGuard(Echo().wsgi, max_bytes=LIMIT)) as address:
        client = Client(address, Transfer_Encoding="chunked")
        assert_refused(client, 411, "length_required")


def slow_guarded(
    application: Any, *, grace: float = 0.3, rate: int = 100_000, longest: float = 2.0
) -> WsgiSlowBodyGuard:
    guarded = WsgiBodyGuard(application, max_bytes=LIMIT)
    return WsgiSlowBodyGuard(guarded, grace_seconds=grace, min_bytes_per_second=rate, max_seconds=longest)


def test_wsgi_body_that_never_comes_is_408_after_the_grace() -> None:
    with served.wsgi(slow_guarded(Echo().wsgi)) as address:
        client = Client(address, Content_Length="100")
        began = time.monotonic()
        assert_refused(client, 408, "body_too_slow")
        assert 0.25 <= time.monotonic() - began < 2


def test_wsgi_body_that_trickles_is_408() -> None:
    with served.wsgi(slow_guarded(Echo().wsgi, rate=10_000)) as address:
        client = Client(address, Content_Length="100000")
        while not client.has_answer(within=0.05):
            client.socket.sendall(b"x")
            client.sent += 1
            assert client.sent < 100
        assert_refused(client, 408, "body_too_slow")


def test_wsgi_body_that_is_fast_enough_may_take_longer_than_the_grace() -> None:
    with served.wsgi(slow_guarded(Echo().wsgi, grace=0.3, rate=1_000, longest=30)) as address:
        client = Client(address, Content_Length="10000")
        began = time.monotonic()
        for _ in range(9):
            client.socket.sendall(b"x" * 1_000)
            assert not client.has_answer(within=0.08)
        client.socket.sendall(b"x" * 1_000)
        assert time.monotonic() - began > 0.3
        assert client.answer() == (200, {"text": "10000"})


class Trickle(io.BytesIO):
    """The input of a server that says nothing of its connection: each read takes its time."""

    def read(self, size: int | None = -1) -> bytes:
        time.sleep(0.02)
        return super().read(size)


@pytest.mark.parametrize("raises", [False, True], ids=["answers", "raises"])
def test_wsgi_server_without_a_known_connection_is_looked_at_between_reads(raises: bool) -> None:
    def fails(environ: dict[str, Any], _start: Any) -> list[bytes]:
        try:
            return [environ["wsgi.input"].read()]
        except BodyTooSlow:
            raise RuntimeError from None

    told: list[str] = []
    source = Trickle(b"x" * LIMIT)
    guard = slow_guarded(fails if raises else Echo().wsgi, grace=0.1, rate=10**9)
    answer = b"".join(
        guard(
            {"wsgi.input": source, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(LIMIT)},
            lambda status, _headers: told.append(status),
        )
    )
    assert told == ["408 Request Timeout"]
    assert b"body_too_slow" in answer
    assert source.tell() < LIMIT / 4


class Torn(io.BytesIO):
    """The input of a server that raises where a body has no end."""

    def read(self, _size: int | None = -1) -> bytes:
        time.sleep(0.02)
        raise OSError


@pytest.mark.parametrize(("grace", "told"), [(0.001, "408 Request Timeout"), (30, None)])
def test_wsgi_server_that_raises_is_answered_if_it_took_too_long(grace: float, told: str | None) -> None:
    statuses: list[str] = []
    given = {"wsgi.input": Torn(), "CONTENT_LENGTH": "10"}
    guard = slow_guarded(Echo().wsgi, grace=grace)
    if told is None:
        with pytest.raises(OSError):
            guard(given, lambda status, _headers: statuses.append(status))
    else:
        guard(given, lambda status, _headers: statuses.append(status))
        assert statuses == [told]


def test_wsgi_slow_guard_reads_as_its_source_does() -> None:
    text = b"".join(b"%d\n" % number * 700 for number in range(30))

    def lines(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        source = environ["wsgi.input"]
        return [source.readline(), source.read(10_000), source.read(7), *source]

    guard = slow_guarded(lines)
    given = {"wsgi.input": io.BytesIO(text), "CONTENT_LENGTH": str(len(text))}
    assert b"".join(guard(given, lambda *_: None)) == text


CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def test_wsgi_chunked_body_reaches_the_application_with_its_length() -> None:
    status, body, _ = call(b"x" * 200_000, **CHUNKED)
    assert (status, body) == ("200 OK", b"200000")


def test_wsgi_chunked_body_is_read_one_piece_past_the_limit_at_most() -> None:
    status, _, source = call(b"x" * (LIMIT * 3), **CHUNKED)
    assert status.startswith("413 ")
    assert LIMIT < source.tell() <= LIMIT + PIECE_BYTES


@pytest.mark.parametrize("declared", [str(LIMIT + 1), "-1", "many", "9" * 9_000, "1e3", "\xb2"])
def test_wsgi_length_that_is_none_is_refused_unread(declared: str) -> None:
    status, _, source = call(b"x" * 10, CONTENT_LENGTH=declared)
    assert status.startswith("413 ")
    assert source.tell() == 0


def test_shipped_wsgi_application_is_guarded() -> None:
    from intelliwiz_config import wsgi  # loads Django once more: not where the tests are collected

    with served.wsgi(wsgi.application) as address:
        assert_refused(Client(address, Content_Length=str(64 * LIMIT)), 413, "too_large")
        answer = Client(address, Content_Length="0").answer()
    assert answer[0] == 403  # Django: no token of a form


def test_wsgi_application_cannot_read_past_the_declared_length() -> None:
    status, body, source = call(b"x" * 100, CONTENT_LENGTH="60")
    assert (status, body, source.tell()) == ("200 OK", b"60", 60)
