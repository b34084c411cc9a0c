"""The floor: the smallest Celery app there is, over the same Redis, with a Redis result backend and no database."""

from __future__ import annotations

import os

from celery import Celery

QUEUE = "floor"
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
    worker_hijack_root_logger=False,
)


@app.task(name="floor.nothing")
def nothing() -> str:
    """No work at all: what remains is the way there and back."""
    return "done"
