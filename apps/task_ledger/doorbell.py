"""Doorbells: a Redis message that says "look again", carrying nothing.

Who waits reads PostgreSQL first, then sleeps until the bell rings or a poll interval has passed; a lost ring costs a
moment, never an answer.
"""

from __future__ import annotations

import logging
from functools import lru_cache

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger("celery.task")


def channel(kind: str, identity: object) -> str:
    return f"doorbell:{kind}:{identity}"


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0)
    )


def ring(kind: str, identity: object) -> None:
    """Ring now. Redis being away is no fault here: the waiting side polls."""
    try:
        _client().publish(channel(kind, identity), b"")
    except redis.RedisError as error:
        logger.warning("doorbell not rung: %s", type(error).__name__)


def ring_on_commit(kind: str, identity: object) -> None:
    transaction.on_commit(lambda: ring(kind, identity), robust=True)
