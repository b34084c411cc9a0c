"""One POST: certificates verified, no redirect followed, no address in any error."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from django.conf import settings

from apps.onboarding_api.services.dlq_alerting.channels.port import DeliveryFailed

_WHOLE_SECONDS = 10.0
"""Of a request, once connected: an answer that drips in is cut off."""
_LONGEST_PAUSE_SECONDS = 3600.0
_MOST_READ = 64_000


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> None:
    """Post `body`; any 2xx is success, everything else `DeliveryFailed`."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.connect()
        with cut_after(_WHOLE_SECONDS, connection.sock):
            connection.request("POST", path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            answer.read(_MOST_READ)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DeliveryFailed(fault_of(error)) from None  # its text would name the address
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise DeliveryFailed(f"http_{answer.status}", retry_after_seconds=_pause(answer))


def fault_of(error: Exception) -> str:
    """A word for what went wrong on the way."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, socket.gaierror):
        return "unknown_host"
    return "no_answer" if isinstance(error, OSError | http.client.HTTPException) else "bad_request"


@contextmanager
def cut_after(seconds: float, sock: socket.socket | None) -> Iterator[None]:
    """Shut the socket when the time is over: each read has its own timeout, all of them together have none."""
    timer = threading.Timer(seconds, _shut, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(sock: socket.socket | None) -> None:
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    timeout = settings.ALERTS.timeout_seconds
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _pause(answer: http.client.HTTPResponse) -> float:
    """`Retry-After` in seconds; other forms of it are left to our own pauses."""
    said = answer.headers.get("Retry-After", "")
    return min(float(said), _LONGEST_PAUSE_SECONDS) if said.isdecimal() else 0.0
