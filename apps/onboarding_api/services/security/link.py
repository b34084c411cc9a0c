"""The limiter's own way to Redis: one deadline over everything a check needs, connecting included.

Connections are redis-py's, so addresses, TLS and passwords mean what they mean elsewhere. They are opened in threads
of their own: name resolution and handshakes have no timeout that could be trusted, and whoever asks waits for the
connection only as long as its deadline lasts. One that comes too late serves the next.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.exceptions import NoScriptError
from redis.retry import Retry

_MOST_CONNECTIONS = 64
_MOST_OPENING = 8
_HANDSHAKE_SECONDS = 1.0
_LEAST_SECONDS = 0.001  # what has arrived already is still read when a busy machine ran us late


class CacheAway(Exception):
    """Redis gave no answer in time, or one that means it cannot count. The text names the class of the error."""


class Link:
    """To be shared by the threads of a process; a forked child gets connections of its own."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        made = redis.ConnectionPool.from_url(
            url,
            socket_timeout=_HANDSHAKE_SECONDS,
            socket_connect_timeout=_HANDSHAKE_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._make = lambda: made.connection_class(**made.connection_kwargs)
        self._timeout_seconds = timeout_seconds
        self._begin_anew()

    def run(
        self,
        script: str,
        *,
        keys: Sequence[str],
        arguments: Sequence[Any],
        timeout_seconds: float | None = None,
    ) -> Any:
        """The script's answer. `CacheAway` where there is none within the timeout."""
        if self._pid != os.getpid():
            self._begin_anew()
        deadline = time.monotonic() + (timeout_seconds or self._timeout_seconds)
        if not self._places.acquire(timeout=_left(deadline)):
            raise CacheAway("no connection was free")
        try:
            connection = self._idle_one() or self._opened(deadline)
            try:
                answer = _ask(connection, script, keys, arguments, deadline)
            except BaseException:
                connection.disconnect()  # an answer may still be under way in it
                raise
            self._idle.append(connection)
        except (redis.RedisError, OSError) as error:
            raise CacheAway(type(error).__name__) from error
        finally:
            self._places.release()
        return answer

    def hash(self, key: str) -> dict[str, int]:
        """A hash of counters. `CacheAway` as above."""
        flat = self.run("return redis.call('HGETALL', KEYS[1])", keys=[key], arguments=[])
        return {name.decode(): int(value) for name, value in zip(flat[::2], flat[1::2], strict=True)}

    def close(self) -> None:
        while self._idle:
            self._idle.pop().disconnect()

    def _begin_anew(self) -> None:
        self._idle: deque[ConnectionInterface] = deque()
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._opening = threading.BoundedSemaphore(_MOST_OPENING)
        self._news = threading.Condition()
        self._pid = os.getpid()

    def _idle_one(self) -> ConnectionInterface | None:
        """The one used last, where the server has not closed it meanwhile."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            try:
                if not connection.can_read(0):
                    return connection
            except (redis.RedisError, OSError):
                pass  # closed by the server: that is known before anything was asked
            connection.disconnect()

    def _opened(self, deadline: float) -> ConnectionInterface:
        attempt = _Attempt()
        if not self._opening.acquire(timeout=_left(deadline)):
            raise CacheAway("too many connections are being opened")
        opening, idle = self._opening, self._idle
        threading.Thread(
            target=self._open, args=(attempt, opening, idle), name="limiter-connects", daemon=True
        ).start()
        return attempt.wait(_left(deadline))

    def _open(
        self, attempt: _Attempt, opening: threading.BoundedSemaphore, idle: deque[ConnectionInterface]
    ) -> None:
        try:
            connection = self._make()
            connection.connect()
        except (redis.RedisError, OSError, ValueError) as error:
            attempt.settle(error)
        else:
            if not attempt.settle(connection):
                idle.append(connection)
        finally:
            opening.release()


class _Attempt:
    """A connection that is being opened, and whether somebody still waits for it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._outcome: ConnectionInterface | Exception | None = None
        self._is_given_up = False

    def wait(self, seconds: float) -> ConnectionInterface:
        with self._condition:
            self._condition.wait_for(lambda: self._outcome is not None, seconds)
            outcome = self._outcome
            self._is_given_up = outcome is None
        if outcome is None:
            raise CacheAway("connecting took too long")
        if isinstance(outcome, Exception):
            raise CacheAway(type(outcome).__name__) from outcome
        return outcome

    def settle(self, outcome: ConnectionInterface | Exception) -> bool:
        """False where nobody waits any more."""
        with self._condition:
            self._outcome = outcome
            self._condition.notify_all()
            return not self._is_given_up


def _ask(
    connection: ConnectionInterface,
    script: str,
    keys: Sequence[str],
    arguments: Sequence[Any],
    deadline: float,
) -> Any:
    """By the script's digest; a server that does not know it (new, or flushed) is given the text."""
    connection.send_command("EVALSHA", digest(script), len(keys), *keys, *arguments)
    try:
        return connection.read_response(timeout=_left(deadline))
    except NoScriptError:
        connection.send_command("EVAL", script, len(keys), *keys, *arguments)
        return connection.read_response(timeout=_left(deadline))


@lru_cache(maxsize=32)
def digest(script: str) -> str:
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


def _left(deadline: float) -> float:
    return max(_LEAST_SECONDS, deadline - time.monotonic())
