"""Which errors say that the service is down.

Counted: the provider said it cannot (`ProviderUnavailable` and what derives from it), the network failed, or time ran
out while the service was being asked. Everything else counts as neither failure nor success: a fault of the input
(`InvalidInput`, `SafetyRefused`), a file that is missing here, a bug of ours say nothing about the service. After a
probe that ends so its permit is given back, and the next call may probe.
"""

from __future__ import annotations

import errno
import socket
import ssl

import redis
from celery.exceptions import SoftTimeLimitExceeded

from apps.onboarding.errors import ProviderUnavailable

_DOWN = (
    ProviderUnavailable,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    ssl.SSLError,
    redis.ConnectionError,
    redis.TimeoutError,
    SoftTimeLimitExceeded,  # the task's time ran out inside this very call: the service hangs
)
_NO_WAY_THERE = {
    errno.ENETDOWN,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.EADDRNOTAVAIL,
}
"""An `OSError` may as well be a missing file or an unreadable image; these are the network's."""

_CLIENTS = ("httpx", "requests")
_CLIENT_CLASSES = {"TransportError", "ConnectionError", "Timeout"}
"""Told by name, since neither client is a requirement of the product: an adapter brings its own."""


def says_down(error: BaseException) -> bool:
    if isinstance(error, _DOWN):
        return True
    if isinstance(error, OSError) and error.errno in _NO_WAY_THERE:
        return True
    return any(
        kind.__name__ in _CLIENT_CLASSES and kind.__module__.split(".")[0] in _CLIENTS
        for kind in type(error).__mro__
    )


def class_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
