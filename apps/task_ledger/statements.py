"""Statements of the hot path: values bound by the server, rows as they come, no model in between.

Django's cursor writes the values into the text of a statement, so that PostgreSQL plans each one anew; planning took
a third of a claim's time there. Here a statement is planned once for each connection (`DATABASE_PREPARE`).

`state || '' = 'queued'` beside an id keeps the planner on the primary key. Its counts are those of a moment ago: where
no row was queued then, it takes the index over states for as good, and reads every task of a backlog to start one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def run(statement: str, values: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run it on Django's connection, in its transaction where there is one. Errors are those of `django.db`."""
    connection = connections[
        DEFAULT_DB_ALIAS
    ]  # looked up once: behind `django.db.connection` it is with each word
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        return psycopg.Cursor(connection.connection).execute(statement, values)
