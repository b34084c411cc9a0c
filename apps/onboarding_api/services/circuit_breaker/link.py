"""The way to Redis that the breakers of a process share: short timeouts, and a pause after a failure.

While Redis is away only one call in each pause finds out whether it is back; the others do not wait for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

logger = logging.getLogger("celery.task")
_TIMEOUT_SECONDS = 0.2


class Link:
    def __init__(self, url: str, *, pause_seconds: float) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._scripts: dict[str, Script] = {}
        self._pause_seconds = pause_seconds
        self._lock = threading.Lock()
        self._away_until: float | None = None

    def run(self, script: str, *, keys: Sequence[str], reset_ms: int, arguments: Sequence[Any]) -> Any | None:
        """The script's answer, or None where Redis is away or has just been. Never raises what Redis raises."""
        is_away = self._away_until is not None
        if is_away and not self._may_look_again():
            return None
        try:
            found = self._script(script)(keys=keys, args=[reset_ms, int(is_away), *arguments])
        except redis.RedisError as error:
            self._lost(error)
            return None
        if is_away:
            self._back()
        return found

    def counts(self, key: str) -> Mapping[str, str] | None:
        """A hash, or None where Redis is away."""
        if self._away_until is not None:
            return None  # a read proves nothing about writing, so it does not end the pause
        try:
            return self._client.hgetall(key)  # type: ignore[return-value]  # the client's types also cover the asynchronous one
        except redis.RedisError as error:
            self._lost(error)
            return None

    def _script(self, text: str) -> Script:
        """Called by its digest; a server that does not know it is given the text."""
        if text not in self._scripts:
            self._scripts[text] = self._client.register_script(text)
        return self._scripts[text]

    def _may_look_again(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if self._away_until is not None and now < self._away_until:
                return False
            self._away_until = now + self._pause_seconds
            return True

    def _lost(self, error: redis.RedisError) -> None:
        with self._lock:
            is_news = self._away_until is None
            self._away_until = time.monotonic() + self._pause_seconds
        if is_news:
            logger.warning("breakers: Redis is away (%s), this process decides alone", type(error).__name__)

    def _back(self) -> None:
        with self._lock:
            self._away_until = None
        logger.info("breakers: Redis is back, state is shared again")


@cache
def get_link() -> Link:
    """One for the process. Redis-py opens new connections after a fork by itself."""
    return Link(settings.REDIS_URL, pause_seconds=settings.CIRCUIT_BREAKERS.redis_pause_seconds)
