"""Reading everything of one answer from one state of the database, and nothing of it twice."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
_seen: ContextVar[dict[Any, Any] | None] = ContextVar("what was read in one moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """All reading inside sees the same state of the database, so that figures of one answer agree.

    Without compiling queries to machine code: that takes longer than any of them.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off")
        before = _seen.set({})
        try:
            yield
        finally:
            _seen.reset(before)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, asked once in one moment: nothing changes in it. Outside of one it is asked each time."""
    seen = _seen.get()
    if seen is None:
        return read()
    if key not in seen:
        seen[key] = read()
    found: T = seen[key]
    return found
