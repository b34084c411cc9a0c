"""Doorbells: a Redis message that says "look again", carrying nothing.

Who waits reads PostgreSQL first, then sleeps until the bell rings or a poll interval has passed; a lost ring costs a
moment, never an answer. So nobody who rings waits for Redis either: the connection is told to answer nothing.
"""

from __future__ import annotations

import logging
import os
import threading
from functools import lru_cache

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.retry import Retry

logger = logging.getLogger("celery.task")


def channel(kind: str, identity: object) -> str:
    return f"doorbell:{kind}:{identity}"


class _Bell:
    """One connection that only rings, shared by the threads of a process."""

    def __init__(self) -> None:
        pool = redis.ConnectionPool.from_url(
            settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0)
        )
        self._line: ConnectionInterface = pool.make_connection()
        self._lock = threading.Lock()

    def ring(self, name: str) -> None:
        """Raises `redis.RedisError`; the next ring begins anew."""
        with self._lock:
            try:
                if self._line.is_connected and self._is_hung_up():
                    self._line.disconnect()
                if not self._line.is_connected:
                    self._line.connect()
                    self._line.send_command("CLIENT", "REPLY", "OFF")
                self._line.send_command("PUBLISH", name, b"")
            except redis.RedisError:
                self._line.disconnect()
                raise

    def _is_hung_up(self) -> bool:
        """Nothing is ever said on this line but that it ends, or that Redis refuses to be silent."""
        try:
            return self._line.can_read()
        except redis.RedisError:
            return True


@lru_cache(maxsize=1)
def _bell(pid: int) -> _Bell:  # noqa: ARG001 -- a forked process has a line of its own
    return _Bell()


def ring(kind: str, identity: object) -> None:
    """Ring now. Redis being away is no fault here: the waiting side polls."""
    try:
        _bell(os.getpid()).ring(channel(kind, identity))
    except redis.RedisError as error:
        logger.warning("doorbell not rung: %s", type(error).__name__)


def ring_on_commit(kind: str, identity: object) -> None:
    transaction.on_commit(lambda: ring(kind, identity), robust=True)
