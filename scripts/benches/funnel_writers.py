"""Writers of transitions at once, with the trigger that notes changes for the funnel, and without it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

_TRIGGER = "session_change_noted_for_funnel"
_TABLE = "onboarding_conversationsession"


class Writer:
    """Each call is one transition of the next session; the connection is that of the thread that calls."""

    def __init__(self, pks: Sequence[UUID]) -> None:
        self._pks = pks
        self._done = 0

    def __call__(self) -> float:
        pk = self._pks[self._done % len(self._pks)]
        self._done += 1
        with connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(
                f"UPDATE {_TABLE} SET language = CASE language WHEN 'hi' THEN 'en' ELSE 'hi' END, version = version + 1"  # noqa: S608 -- a name of our own
                " WHERE session_id = %s",
                [pk],
            )
            return time.perf_counter() - began


@contextmanager
def trigger(*, on: bool) -> Iterator[None]:
    """The noting trigger is on or off inside, and on afterwards."""
    _switch(on=on)
    try:
        yield
    finally:
        _switch(on=True)


def _switch(*, on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {_TABLE} {'ENABLE' if on else 'DISABLE'} TRIGGER {_TRIGGER}")
