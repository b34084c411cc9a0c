"""Rows that the tests of one module share: built once, and each test's own changes are undone by its transaction.

Building a whole onboarding for each of a hundred small tests would take longer than the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction


@contextmanager
def committed(blocker: Any) -> Iterator[None]:
    """What is written inside is there for every test of the module, and all tables are empty afterwards.

    `blocker` is pytest-django's `django_db_blocker`; the module has the `django_db` mark as well.
    """
    with blocker.unblock():
        try:
            yield
        finally:
            call_command("flush", interactive=False, verbosity=0)
            connection.close()


@contextmanager
def building() -> Iterator[None]:
    """A transaction whose tasks are committed as rows and not published: nobody works in these tests."""
    with transaction.atomic():
        yield
        connection.run_on_commit.clear()
