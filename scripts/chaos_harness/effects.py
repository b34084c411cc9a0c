"""What the harness's tasks do to the world: a row under the fence, a call of the outside service, a note of a start."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

from django.db import connection

from apps.onboarding.errors import ProviderUnavailable
from apps.task_ledger import execution, failpoints
from scripts.chaos_harness.asked import chaos


def write(key: str, result: Any = None) -> None:
    """The effect and DONE, in one transaction."""
    failpoints.reach("before_effect")
    task = execution.current()
    with execution.fenced():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO chaos_effect (key, task_id) VALUES (%s, %s)",
                [key, task.task_id if task else None],
            )
        failpoints.reach("inside_effect")
        execution.finish(result)


def ask_outside(key: str) -> None:
    """One call of the outside service, which does each key once. `ProviderUnavailable` where it does not answer."""
    request = urllib.request.Request(
        chaos().outside_url, data=b"", headers={"Idempotency-Key": key}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=5):
            pass
    except (urllib.error.URLError, TimeoutError) as error:
        raise ProviderUnavailable("the outside service does not answer", service="outside") from error


def note_start() -> int:
    """Write down that the running task has started, at once; how often it has by now."""
    task = execution.current()
    assert task is not None
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO chaos_start (task_id) VALUES (%s)", [task.task_id])
        cursor.execute("SELECT count(*) FROM chaos_start WHERE task_id = %s", [task.task_id])
        row = cursor.fetchone()
    return int(row[0])
