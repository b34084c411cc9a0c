"""Plain Celery as its documentation recommends it for work that must not be lost: late acks, requeue when the worker is
lost, a prefetch of one. No ledger, no fence; the same effect.
"""

from __future__ import annotations

import os
import random
import time

import psycopg
from celery import Celery

QUEUE = "plain"
VISIBILITY_SECONDS = 10
app = Celery("plain", broker=os.environ.get("CHAOS_PLAIN_BROKER"), set_as_current=False)
app.conf.update(
    task_default_queue=QUEUE,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_soft_shutdown_timeout=3,
    # An hour by default. Shortened in Celery's favour, so that it returns what it can return while the harness waits.
    broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS, "socket_timeout": 10},
)
_connection: dict[int, psycopg.Connection] = {}


@app.task(name="chaos_plain", autoretry_for=(psycopg.OperationalError,), retry_backoff=1, max_retries=5)
def plain(key: str) -> None:
    time.sleep(random.uniform(0, 0.02))
    try:
        _database().execute("INSERT INTO chaos_effect (key) VALUES (%s)", [key])
    except psycopg.OperationalError:
        _connection.clear()
        raise


def _database() -> psycopg.Connection:
    pid = os.getpid()
    if pid not in _connection:
        _connection.clear()
        _connection[pid] = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    return _connection[pid]
