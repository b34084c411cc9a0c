"""Parked tasks return when the service they wait for is well again, not only when their time is up."""

from __future__ import annotations

from django.db import connection, transaction

from apps.task_ledger.models import TaskRecord

_SPREAD_SECONDS = 5.0


def release(service: str, *, over_seconds: float = _SPREAD_SECONDS) -> int:
    """Have the tasks parked on `service` start within `over_seconds` from now, the oldest first; how many.

    Spread, so that a service that has just recovered is not met by all of them at once. A task that would be due
    earlier anyway stays so. One statement; rows that a relay holds at this moment are due already and left to it. If it
    never runs, each task still comes back when its own time is up.
    """
    table = TaskRecord._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""WITH held AS (
                    SELECT id, created_at FROM {table}
                     WHERE state = 'parked' AND parked_on = %s
                       FOR UPDATE SKIP LOCKED),
                placed AS (
                    SELECT id, (row_number() OVER (ORDER BY created_at, id) - 1)::float8 / count(*) OVER () AS place
                      FROM held)
                UPDATE {table} AS task
                   SET due_at = least(task.due_at, clock_timestamp() + make_interval(secs => %s * placed.place))
                  FROM placed
                 WHERE task.id = placed.id""",  # noqa: S608 -- the table's own name
            [service, float(over_seconds)],
        )
        return cursor.rowcount
