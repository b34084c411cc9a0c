"""Packed rows that have not changed since this process read them: unpacked once, not for every answer.

The days and weeks of the past make up nearly all of an answer's bytes, and hardly ever change. Each answer asks the
database for the version of every row, which is another one after every change of the row, and for the bytes of those
rows alone whose version is not known here. So nothing is ever told that the database would not tell at this moment.

The version is which transaction wrote the row and where it lies (`xmin`, `ctid`), in this run of the server: a server
that was put back, or another one in its place, has none of the versions of before. The same one would name other bytes
only where a process outlived four thousand million transactions.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from threading import Lock
from typing import Any

from apps.onboarding_api.services.funnel_analytics import lanes, moment
from apps.onboarding_api.services.funnel_analytics.moment import Statement

MOST_BYTES = 16_000_000
MOST_ROWS = 500
"""Of one read: more would only drive each other out."""
_VERSION = "concat(xmin, ' ', ctid, (SELECT concat(' ', pg_postmaster_start_time())))"
Held = tuple[str, int, int]
"""Version, the row as one large integer, bytes."""


class Unpacked:
    """The last version of each row, the least lately used go first. Safe between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._rows: OrderedDict[Hashable, Held] = OrderedDict()
        self._most, self._size, self._lock = most_bytes, 0, Lock()

    def of(self, keys: Sequence[Hashable]) -> dict[Hashable, Held]:
        found = {}
        with self._lock:
            for key in keys:
                held = self._rows.get(key)
                if held is not None:
                    self._rows.move_to_end(key)
                    found[key] = held
        return found

    def keep(self, key: Hashable, held: Held) -> None:
        with self._lock:
            before = self._rows.pop(key, None)
            self._size += held[2] - (before[2] if before else 0)
            self._rows[key] = held
            while self._size > self._most:
                _, oldest = self._rows.popitem(last=False)
                self._size -= oldest[2]

    def forget(self) -> None:
        with self._lock:
            self._rows.clear()
            self._size = 0

    def __len__(self) -> int:
        return len(self._rows)


unpacked = Unpacked()


@dataclass(frozen=True)
class Read:
    """Rows of one table with their lanes in the column `packed`.

    `keys`: which rows there may be, by `columns`; of none, nothing is kept.
    """

    table: str
    columns: tuple[str, ...]
    packed: str
    where: str
    given: Sequence[Any]
    keys: tuple[tuple[Any, ...], ...] = ()

    def statement(self) -> Statement:
        """What `rows` asks the database in the same moment."""
        return self._statement(self._held())

    def rows(self) -> list[tuple[Any, ...]]:
        """Of each row its key, and its lanes as one large integer."""
        held = self._held()
        answer = moment.rows(*self._statement(held))
        if any(packed is None and held[tuple(key)][0] != version for *key, version, packed in answer):
            held = {}  # a row lies where another one lay, as after VACUUM FULL
            answer = moment.rows(*self._statement(held))
        return [(*key, self._number(tuple(key), version, packed, held)) for *key, version, packed in answer]

    def _number(
        self,
        key: tuple[Any, ...],
        version: str,
        packed: bytes | memoryview | None,
        held: Mapping[tuple[Any, ...], Held],
    ) -> int:
        if packed is None:
            return held[key][1]
        number = lanes.unpack(packed)
        if self.keys:
            unpacked.keep((self.table, *key), (version, number, len(packed)))
        return number

    def _statement(self, held: Mapping[tuple[Any, ...], Held]) -> Statement:
        names = ", ".join(self.columns)
        if not held:  # as of a cohort that nobody has asked about lately
            return (
                f"SELECT {names}, {_VERSION}, {self.packed} FROM {self.table} WHERE {self.where}",  # noqa: S608 -- ours
                self.given,
            )
        return (
            f"""SELECT {names}, version,
                       CASE WHEN version = ANY(string_to_array(%s, ';')) THEN NULL ELSE {self.packed} END
                  FROM (SELECT {names}, {self.packed}, {_VERSION} AS version FROM {self.table} WHERE {self.where}) r""",  # noqa: S608 -- names of our own
            [";".join(version for version, _, _ in held.values()), *self.given],
        )

    def _held(self) -> Mapping[tuple[Any, ...], Held]:
        """What is known at the beginning of the moment: the bytes of just that are left out."""
        if not self.keys:
            return {}
        return moment.once(("held", self.table, self.where, repr(self.given)), self._found)

    def _found(self) -> dict[tuple[Any, ...], Held]:
        found = unpacked.of([(self.table, *key) for key in self.keys])
        return {key: found[self.table, *key] for key in self.keys if (self.table, *key) in found}


def keys(*parts: Sequence[Any]) -> tuple[tuple[Any, ...], ...]:
    """One value of each; none where these would be too many to keep."""
    return tuple(product(*parts)) if prod(map(len, parts)) <= MOST_ROWS else ()
