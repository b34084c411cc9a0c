"""Small applications behind real servers, and clients that send byte by byte."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import uvicorn

Address = tuple[str, int]


class Echo:
    """Answers with the length of the body it got; remembers how much it was given, whether it ended or not."""

    def __init__(self) -> None:
        self.received = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.received += len(message.get("body", b""))
            more = message.get("more_body", False)
        said = str(self.received).encode()
        head = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": said})

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.received += len(data)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(data)).encode()]


@contextlib.contextmanager
def asgi(application: Any, *, http: str = "httptools") -> Iterator[Address]:
    """uvicorn in a thread."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, lifespan="off", log_config=None, http=http)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=[[listening]], daemon=True)
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def wsgi(application: Any) -> Iterator[Address]:
    """The server of the standard library in a thread."""
    with make_server("127.0.0.1", 0, application, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield ("127.0.0.1", server.server_port)
        finally:
            server.shutdown()


class Client:
    """A connection that has sent its head."""

    def __init__(self, address: Address, *, path: str = "/", **headers: str) -> None:
        self.sent = 0
        self.socket = socket.create_connection(address, timeout=10)
        head = {"Host": "test", **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def chunk(self, data: bytes) -> None:
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))
        self.sent += len(data)

    def has_answer(self, *, within: float) -> bool:
        self.socket.settimeout(within)
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(10)

    def answer(self) -> tuple[int, dict[str, Any]]:
        """Status and JSON body; the connection is closed behind it."""
        read = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := self.socket.recv(65_536):
                read += piece
        head, _, body = read.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body) if body.startswith(b"{") else {"text": body.decode()}


def wait_for(holds: Callable[[], bool], *, seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)
