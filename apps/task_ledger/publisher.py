"""Sending the message that carries a row's id, and nothing else.

Publishing is a courtesy: the relay sends again what did not go out. So it may not hold up a web request: timeouts are
short, nothing is tried twice, and after a failure this process leaves it to the relay for a moment.
"""

from __future__ import annotations

import os
import time
from functools import lru_cache

from celery import current_app
from kombu.connection import Connection
from kombu.exceptions import KombuError
from kombu.pools import ProducerPool
from redis import RedisError

from apps.task_ledger.models import TaskRecord

_TIMEOUT_SECONDS = 0.5
_LEAVE_TO_RELAY_SECONDS = 2.0
_MOST_CONNECTIONS = 20
_ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
"""In kombu's words: it would else knock for seconds at a closed door."""
_NO_ARGUMENTS = {"argsrepr": "()", "kwargsrepr": "{}"}
_resting = {"until": 0.0}
"""Monotonic time until which this process leaves publishing to the relay."""

_REDIS_TIMEOUTS = {
    "socket_timeout": _TIMEOUT_SECONDS,
    "socket_connect_timeout": _TIMEOUT_SECONDS,
    "retry_on_timeout": False,
}
_AMQP_TIMEOUTS = {
    "connect_timeout": _TIMEOUT_SECONDS,
    "read_timeout": _TIMEOUT_SECONDS,
    "write_timeout": _TIMEOUT_SECONDS,
}


class PublishFailed(Exception):
    """The broker does not take messages now. The row is committed; the relay sends it."""


def publish(record: TaskRecord) -> None:
    """Send the message of a committed row; `PublishFailed` within about half a second where that cannot be."""
    if time.monotonic() < _resting["until"]:
        raise PublishFailed("the broker did not answer a moment ago")
    # `send_task` would ask for routes, parents, results and expiries, which are none of this message's business.
    messages = current_app.amqp
    message = messages.create_task_message(str(record.pk), record.name, ignore_result=True, **_NO_ARGUMENTS)
    try:
        with _producers(os.getpid()).acquire(block=True, timeout=_TIMEOUT_SECONDS) as producer:
            messages.send_task_message(producer, record.name, message, queue=record.queue, retry=False)
    except _errors() as error:
        _remember_failure()
        raise PublishFailed(type(error).__name__) from error


def _remember_failure() -> None:
    _resting["until"] = time.monotonic() + _LEAVE_TO_RELAY_SECONDS
    _producers.cache_clear()  # a connection that hangs is not asked again


@lru_cache(maxsize=1)
def _producers(pid: int) -> ProducerPool:  # noqa: ARG001 -- a forked process makes connections of its own
    pool = _connection().Pool(limit=_MOST_CONNECTIONS)
    return ProducerPool(pool, limit=_MOST_CONNECTIONS)


@lru_cache(maxsize=1)
def _connection() -> Connection:
    options = {**current_app.conf.broker_transport_options, **_ONE_TRY}
    options |= _REDIS_TIMEOUTS if "visibility_timeout" in options else _AMQP_TIMEOUTS
    return current_app.connection_for_write(
        transport_options=options, connect_timeout=_TIMEOUT_SECONDS, heartbeat=0
    )


def _errors() -> tuple[type[Exception], ...]:
    connection = _connection()
    return (KombuError, RedisError, OSError, *connection.connection_errors, *connection.channel_errors)
