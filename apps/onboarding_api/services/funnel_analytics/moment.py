"""Reading everything of one answer from one state of the database, nothing of it twice, and much of it at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
Statement = tuple[str, Sequence[Any]]
"""One SELECT and what it needs."""
_seen: ContextVar[dict[Any, Any] | None] = ContextVar("what was read in one moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """All reading inside sees the same state of the database, so that figures of one answer agree.

    Without compiling queries to machine code: that takes longer than any of them. Inside of somebody else's
    transaction its isolation is theirs.
    """
    if connection.in_atomic_block:
        with _remembered():
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off")
        with _remembered():
            yield


@contextmanager
def _remembered() -> Iterator[None]:
    if _seen.get() is not None:
        yield
        return
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


def ahead(statements: Iterable[Statement]) -> None:
    """Ask all of these in one go: `rows` of the same moment has their answers then.

    Most of them take the database less time than the way there and back takes. Outside of a moment nothing is asked.
    """
    seen = _seen.get()
    if seen is None:
        return
    asked = {key: one for one in statements if (key := _key(one)) not in seen}
    if not asked:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(sql for sql, _ in asked.values()), [x for _, given in asked.values() for x in given]
        )
        for key in asked:
            seen[key] = cursor.fetchall()
            cursor.nextset()


def rows(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT: asked now, unless that was done in this moment."""
    return once(_key((sql, given)), lambda: _asked(sql, given))


def _asked(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def _key(statement: Statement) -> tuple[str, str]:
    return statement[0], repr(statement[1])
