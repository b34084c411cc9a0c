"""The body guard for WSGI, where the application reads the body itself, as far as it was declared.

A body without a declared length (chunked) is read here, counted, and spooled, so that Django, which knows declared ones
only, sees it. How slowly a body may come is bounded by `wsgi_slow_body`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from apps.onboarding.errors import DomainError, LengthRequired, TooLarge
from apps.onboarding_api.middleware import refusing
from apps.onboarding_api.middleware.lengths import length_in

PIECE_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 1024 * 1024
StartResponse = Callable[..., Any]
WsgiApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class WsgiBodyGuard:
    """WSGI middleware. Of a body that is too large at most `max_bytes` and one piece are read."""

    def __init__(self, application: WsgiApplication, *, max_bytes: int) -> None:
        self._application = application
        self._max_bytes = max_bytes

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            declared = self._declared(environ)
            environ["wsgi.input"] = (
                self._spooled(environ) if declared is None else _Counted(environ["wsgi.input"], declared)
            )
        except DomainError as error:
            status, headers, body = refusing.problem(error)
            start_response(f"{status} {HTTPStatus(status).phrase}", headers)
            return [body]
        return self._application(environ, start_response)

    def _declared(self, environ: dict[str, Any]) -> int | None:
        """None: it has to be counted. `TooLarge` where what is declared is too much, or no number."""
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return None
        declared = length_in(environ.get("CONTENT_LENGTH") or "")
        if declared is None or declared > self._max_bytes:
            raise self._too_large()
        return declared

    def _spooled(self, environ: dict[str, Any]) -> IO[bytes]:
        if not environ.get("wsgi.input_terminated"):
            raise LengthRequired("this server does not tell where a body without a declared length ends")
        body = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 -- the request's, gone with it
        received = 0
        while piece := environ["wsgi.input"].read(PIECE_BYTES):
            received += len(piece)
            if received > self._max_bytes:
                body.close()
                raise self._too_large()
            body.write(piece)
        body.seek(0)
        environ["CONTENT_LENGTH"] = str(received)
        environ.pop("HTTP_TRANSFER_ENCODING")
        return body

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the body is larger than {self._max_bytes} bytes", max_bytes=self._max_bytes)


class _Counted:
    """The server's input, up to the declared length: some servers wait for ever when asked for more."""

    def __init__(self, source: IO[bytes], length: int) -> None:
        self._source = source
        self._left = length

    def read(self, size: int | None = -1) -> bytes:
        return self._took(self._source.read(self._bounded(size)))

    def readline(self, size: int | None = -1) -> bytes:
        return self._took(self._source.readline(self._bounded(size)))

    def readlines(self, hint: int | None = None) -> list[bytes]:  # noqa: ARG002 -- the name of WSGI
        return list(self)

    def __iter__(self) -> Any:
        return iter(self.readline, b"")

    def _bounded(self, size: int | None) -> int:
        return self._left if size is None or size < 0 else min(size, self._left)

    def _took(self, data: bytes) -> bytes:
        self._left -= len(data)
        return data
