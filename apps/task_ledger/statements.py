"""Statements of the hot path, as PostgreSQL gets them: values bound by the server, rows as they come.

Django's cursor writes the values into the text of a statement, so that PostgreSQL parses each one anew. Here it is
parsed once for each connection (`DATABASE_PREPARE`), and planned each time: a plan that is kept comes of the moment at
which it was made, and one made while a table was small reads the whole table when it has grown.

`state || '' = 'queued'` beside an id keeps the planner on the primary key. Its counts are those of a moment ago: where
no row was queued then, it takes the index over states for as good, and reads every task of a backlog to start one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_plan_each_time: WeakSet[psycopg.Connection[Any]] = WeakSet()
"""Connections that have been told to. A statement that is prepared on another would soon keep its plan."""


def run(statement: str, values: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run it on Django's connection, in its transaction where there is one. Errors are those of `django.db`."""
    connection = connections[
        DEFAULT_DB_ALIAS
    ]  # looked up once: behind `django.db.connection` it is with each word
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        prepare = None if _plans_each_time(connection) else False
        return psycopg.Cursor(connection.connection).execute(statement, values, prepare=prepare)


def _plans_each_time(connection: BaseDatabaseWrapper) -> bool:
    """Told outside transactions only: with a transaction that is rolled back it would be taken back unseen."""
    line: psycopg.Connection[Any] = connection.connection
    if line in _plan_each_time:
        return True
    if connection.in_atomic_block or line.prepare_threshold is None:
        return False
    line.execute("SET plan_cache_mode = force_custom_plan")
    _plan_each_time.add(line)
    return True
