"""What the bench of tasks does inside the product's own environment; prints one JSON object per line of input.

Started as a process of its own: the bench's process is not the product's. Input lines: `{"do": "enqueue", "n": 100}`.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()
logging.getLogger("celery.dlq").setLevel(logging.CRITICAL)  # each capture is told of, by design; not here

from django.db import connection, transaction  # noqa: E402 -- Django has to be set up first

from apps.task_ledger import conservation, outcomes  # noqa: E402
from apps.task_ledger.enqueue import enqueue  # noqa: E402
from apps.task_ledger.models import TaskRecord  # noqa: E402
from apps.task_ledger.pulse import TASK  # noqa: E402
from background_tasks.maintenance_tasks import ledger_pulse  # noqa: E402

_LONGEST_SECONDS = 120
QUEUE = "default"


def each_alone(n: int) -> dict[str, Any]:
    """Commit `n` tasks, each in a transaction of its own: seconds of each call, and until all are done."""
    calls = []
    started = time.perf_counter()
    for _ in range(n):
        began = time.perf_counter()
        enqueue(TASK, queue=QUEUE)
        calls.append(time.perf_counter() - began)
    _wait_until_done()
    return {"calls": calls, "all": time.perf_counter() - started}


def drain(n: int) -> dict[str, Any]:
    """Commit `n` tasks in one transaction: seconds until committed and sent, and until all are done."""
    began = time.perf_counter()
    with transaction.atomic():
        for _ in range(n):
            enqueue(TASK, queue=QUEUE)
    sent = time.perf_counter() - began
    _wait_until_done()
    return {"sent": sent, "all": time.perf_counter() - began}


def capture(n: int) -> dict[str, Any]:
    """Seconds to describe a failure and to write it as dead, with history, commit and index."""
    calls = []
    for number in range(n):
        record = _claimed()
        error = _failed(number)
        began = time.perf_counter()
        outcomes.write_failure(ledger_pulse, record, error)
        calls.append(time.perf_counter() - began)
    conservation.forget(TaskRecord.objects.filter(state=TaskRecord.State.DEAD, name=TASK))
    return {"calls": calls}


def _claimed() -> TaskRecord:
    """A running task that no worker runs."""
    record = enqueue(TASK, queue="nobody-listens")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE task_ledger_taskrecord SET state = 'running', fence = 1, lease_expires_at = now() + '1h' "
            "WHERE id = %s",
            [record.pk],
        )
    record.refresh_from_db()
    return record


def _failed(number: int) -> ValueError:
    try:
        raise ValueError(f"no reading of meter {number} for asha@demo.example")
    except ValueError as error:
        return error


def _wait_until_done() -> None:
    until = time.perf_counter() + _LONGEST_SECONDS
    pending = TaskRecord.objects.filter(name=TASK, queue=QUEUE, state__in=["queued", "running"])
    while pending.exists():
        if time.perf_counter() > until:
            raise SystemExit("the product's tasks were not all done")
        time.sleep(0.002)


DEEDS: dict[str, Callable[[int], dict[str, Any]]] = {"alone": each_alone, "drain": drain, "capture": capture}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(DEEDS[asked["do"]](asked["n"])), flush=True)
