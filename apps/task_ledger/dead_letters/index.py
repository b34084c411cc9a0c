"""The Redis index over the newest dead letters: a bounded, sorted set of task ids, for whoever may not ask PostgreSQL.

It holds ids only, at most `settings.DEAD_LETTERS.index_size` of them, none older than `retention_days`. What does not
fit stays in the table. Redis may forget or miss anything: `reconcile` makes the index equal to the rows again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.dlq")
KEY = "dlq:index"

_PUT = """
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
return redis.call('ZCARD', KEYS[1])
"""


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=0.5,
        socket_connect_timeout=0.2,
        retry=Retry(NoBackoff(), 0),
    )


def put(record: TaskRecord) -> None:
    """Add a dead letter; twice is once. Redis being away is no fault here."""
    died_at = record.finished_at or timezone.now()
    arguments = (str(record.pk), died_at.timestamp(), _oldest().timestamp(), settings.DEAD_LETTERS.index_size)
    try:
        _client().eval(_PUT, 1, KEY, *arguments)
    except redis.RedisError as error:
        logger.warning("task %s is not in the index yet: %s", record.pk, type(error).__name__)


def remove(task_ids: Iterable[UUID]) -> None:
    """Take out what is dead no more."""
    members = [str(task_id) for task_id in task_ids]
    if not members:
        return
    try:
        _client().zrem(KEY, *members)
    except redis.RedisError as error:
        logger.warning("%d tasks are still in the index: %s", len(members), type(error).__name__)


def newest(limit: int) -> list[UUID]:
    """Ids of the newest dead letters, newest first. Raises `redis.RedisError`."""
    return [UUID(str(member)) for member in _client().zrevrange(KEY, 0, limit - 1)]


def size() -> int | None:
    """How many the index holds; None where Redis does not say."""
    try:
        return int(_client().zcard(KEY))
    except redis.RedisError:
        return None


def reconcile() -> int:
    """Make the index equal to the rows; how many entries differed. Raises `redis.RedisError`."""
    held = {str(member) for member in _client().zrange(KEY, 0, -1)}  # before the rows: what comes later stays
    rows = (
        TaskRecord.objects.filter(state__in=TaskRecord.DEAD_LETTERS, finished_at__gte=_oldest())
        .order_by("-finished_at", "id")
        .values_list("pk", "finished_at")[: settings.DEAD_LETTERS.index_size]
    )
    wanted = {str(pk): died_at.timestamp() for pk, died_at in rows if died_at}
    missing = {member: score for member, score in wanted.items() if member not in held}
    surplus = held - wanted.keys()
    if missing:
        _client().zadd(KEY, missing)
    if surplus:
        _client().zrem(KEY, *surplus)
    return len(missing) + len(surplus)


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=settings.DEAD_LETTERS.retention_days)
