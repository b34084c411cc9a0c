"""The floor: the smallest Celery app there is, over the same Redis, with a Redis result backend and no database."""

from __future__ import annotations

import os
from functools import lru_cache

import redis
from celery import Celery

QUEUE = "floor"
RAN = "floor:ran"
app = Celery(
    "floor",
    broker=os.environ.get("FLOOR_BROKER"),
    backend=os.environ.get("FLOOR_RESULTS"),
    set_as_current=False,  # tests load this beside the product, whose app must stay the current one
)
app.conf.update(
    task_default_queue=QUEUE,
    result_expires=60,
    broker_pool_limit=32,  # one connection for each of the clients at once, so that none waits for another
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)


@app.task(name="floor.late", acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def late() -> None:
    """No work, acknowledged when it is done; that it ran is counted, so that the end of many can be seen."""
    counter().incr(RAN)


@app.task(name="floor.nothing")
def nothing() -> str:
    """No work at all: what remains is the way there and back."""
    return "done"


@lru_cache(maxsize=1)
def counter() -> redis.Redis:
    """Where finished late tasks are counted: the broker's Redis."""
    address = str(app.conf.broker_url)
    if address.startswith("redis+socket://"):
        path, _, number = address.removeprefix("redis+socket://").partition("?virtual_host=")
        return redis.Redis(unix_socket_path=path, db=int(number))
    return redis.Redis.from_url(address)
