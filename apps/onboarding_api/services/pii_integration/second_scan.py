"""Whether the workers that redact what they hear and read can check it with Presidio; told over Redis.

A worker that cannot goes on: what it redacts is never `safe_for_llm`, so no model outside sees it. That would go unseen
without this: the readiness and the metrics are asked of web processes, which never load Presidio.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis
from django.conf import settings

KEY = "pii:second_scan_away"
"""A hash: name of a worker -> class of its error. Gone where no worker told so for `_LASTS_SECONDS`."""
_LASTS_SECONDS = 24 * 3600
_TIMEOUT_SECONDS = 0.5
_log = logging.getLogger("security")


class SecondScanAway(Exception):
    """This process could not load Presidio: what it redacts stays unchecked."""


def refusing(*, worker: str, error: BaseException) -> Callable[[str], int]:
    """A second scan that always fails, which makes every text unsafe, and tells that it is away."""
    fault = type(error).__name__
    _tell_away(worker, fault)

    def scan(_: str) -> int:
        _tell_away(worker, fault)
        raise SecondScanAway(fault)

    return scan


def tell_loaded(worker: str) -> None:
    """The worker of this name has Presidio."""
    try:
        _client().hdel(KEY, worker)
    except redis.RedisError as error:
        _log.warning("Redis was not told that the second scan is there: %s", type(error).__name__)


def away() -> dict[str, str]:
    """Name of a worker without Presidio -> class of its error. Raises `redis.RedisError`."""
    return {_text(worker): _text(fault) for worker, fault in _client().hgetall(KEY).items()}


def _tell_away(worker: str, fault: str) -> None:
    try:
        with _client().pipeline() as pipe:
            pipe.hset(KEY, worker, fault)
            pipe.expire(KEY, _LASTS_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        _log.warning("Redis was not told that the second scan is away: %s", type(error).__name__)


def _client() -> redis.Redis:
    # One for each call: a worker forks after it has told, and a connection must not be shared with its children.
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
