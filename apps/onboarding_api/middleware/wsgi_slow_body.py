"""The guard against trickling bodies for WSGI: the same bounds as under ASGI (`slow_body`).

Nobody can be woken from a read here. So where the connection is known, a watchdog ends its receiving side when the
time is over, and the read returns. Where it is not, time is looked at between reads of a few KiB; what a client that
sends nothing at all may cost is then the server's own timeout to bound.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import IO, Any

from apps.onboarding.errors import BodyTooSlow
from apps.onboarding_api.middleware import refusing
from apps.onboarding_api.middleware.wsgi_body_guard import StartResponse, WsgiApplication

_PIECE_BYTES = 8 * 1024
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
"""Where servers leave the connection in the environment."""


class WsgiSlowBodyGuard:
    """WSGI middleware, 408 for a body that makes one wait longer than `grace_seconds`, and a second more for every
    `min_bytes_per_second` that have come, or longer than `max_seconds` in all. Stands outside of `WsgiBodyGuard`."""

    def __init__(
        self,
        application: WsgiApplication,
        *,
        grace_seconds: float,
        min_bytes_per_second: int,
        max_seconds: float,
    ) -> None:
        self._application = application
        self._grace = grace_seconds
        self._rate = min_bytes_per_second
        self._longest = max_seconds

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = _Timed(environ["wsgi.input"], patience=self._patience, connection=_connection(environ))
        environ["wsgi.input"] = body
        has_begun = False

        def begin(*said: Any, **given: Any) -> Any:
            nonlocal has_begun
            if body.is_late:
                return _nowhere  # the answer is given below
            has_begun = True
            return start_response(*said, **given)

        try:
            answer = self._application(environ, begin)
        except Exception:  # whatever an application makes of a body that was cut off by us
            if has_begun or not body.is_late:
                raise
            answer = ()
        if has_begun or not body.is_late:
            return answer
        with contextlib.suppress(AttributeError):
            answer.close()  # type: ignore[attr-defined]  # only where there is such a method
        status, headers, told = refusing.problem(BodyTooSlow("the body came too slowly"))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [told]

    def _patience(self, received: int) -> float:
        return min(self._grace + received / self._rate, self._longest)


class _Timed:
    """The server's input, in small pieces. Raises `BodyTooSlow` once the patience is over, and from then on."""

    def __init__(
        self, source: IO[bytes], *, patience: Callable[[int], float], connection: int | None
    ) -> None:
        self._source = source
        self._patience = patience
        self._connection = connection
        self._received, self._waited = 0, 0.0
        self.is_late = False

    def read(self, size: int | None = -1) -> bytes:
        left = float("inf") if size is None or size < 0 else size
        pieces = []
        while left > 0:
            wanted = int(min(left, _PIECE_BYTES))
            piece = self._took(self._source.read, wanted)
            pieces.append(piece)
            left -= len(piece)
            if len(piece) < wanted:
                break
        return b"".join(pieces)

    def readline(self, size: int | None = -1) -> bytes:
        left = float("inf") if size is None or size < 0 else size
        line = b""
        while left > 0 and not line.endswith(b"\n"):
            piece = self._took(self._source.readline, int(min(left, _PIECE_BYTES)))
            line += piece
            left -= len(piece)
            if not piece:
                break
        return line

    def readlines(self, hint: int | None = None) -> list[bytes]:  # noqa: ARG002 -- the name of WSGI
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _took(self, read: Callable[[int], bytes], size: int) -> bytes:
        if self.is_late:
            raise BodyTooSlow("the body came too slowly")
        data, began = b"", time.monotonic()
        # What is asked for may take its time as well.
        with _watchdog.watching(self._connection, self._patience(self._received + size) - self._waited):
            try:
                data = read(size)
            finally:
                self._waited += time.monotonic() - began
                self._received += len(data)
                # Some servers raise where a body has no end: here it has none because of us.
                self.is_late = self._waited > self._patience(self._received)
        if self.is_late:
            raise BodyTooSlow("the body came too slowly")
        return data


class _Watchdog:
    """One thread for all connections of the process, begun with the first read: threads do not survive a fork."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[object, tuple[float, int]] = {}
        self._wakes_at = 0.0
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watching(self, connection: int | None, seconds: float) -> Iterator[None]:
        """If this takes longer, nothing more is received on the connection."""
        if connection is None:
            yield
            return
        token = object()
        with self._changed:
            at = time.monotonic() + seconds
            self._due[token] = at, connection
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="slow bodies", daemon=True)
                self._thread.start()
            elif at < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._due[token]

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                ends = [at for at, _ in self._due.values() if at > now]
                for at, connection in self._due.values():
                    if at <= now:
                        _stop_receiving(connection)
                self._wakes_at = min(ends, default=float("inf"))
                self._changed.wait(None if not ends else self._wakes_at - now)


_watchdog = _Watchdog()


def _stop_receiving(connection: int) -> None:
    """By a descriptor of its own: what the server keeps about the connection (its encryption) stays as it is."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection)) as own:
        own.shutdown(socket.SHUT_RD)


def _connection(environ: dict[str, Any]) -> int | None:
    """The descriptor of the connection, where the server lets it be known."""
    for holder in (*(environ.get(name) for name in _SOCKETS), environ["wsgi.input"]):
        try:
            found = holder.fileno()
            if stat.S_ISSOCK(os.fstat(found).st_mode):
                return int(found)
        except (AttributeError, OSError, TypeError, ValueError):
            continue
    return None


def _nowhere(data: bytes) -> None:
    """Where an application writes whose answer is not wanted any more."""
