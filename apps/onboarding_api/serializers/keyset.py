"""Pages of a list that is ordered by a time, newest first, and among equal times by id: none is seen twice or missed.

A cursor is the place after which a page begins. It is signed: what this service did not give out is `InvalidCursor`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from apps.onboarding_api.serializers.pagination import InvalidCursor

MAX_CURSOR_CHARS = 300


@dataclass(frozen=True)
class _Place:
    """The row that the page begins after; `backwards` leads to newer rows."""

    time: datetime
    id: UUID
    backwards: bool


@dataclass(frozen=True)
class Keyset:
    """One list: which column orders it. `name` keeps the cursors of one list from being used in another."""

    name: str
    time: str
    """A column of times without empty values; the second column of the order is `id`."""

    def page(
        self,
        request: Request,
        rows: QuerySet[Any],
        *,
        limit: int,
        cursor: str | None,
        show: Callable[[list[Any]], list[dict[str, Any]]],
    ) -> dict[str, Any]:
        """`{next, previous, results, total}`; `total` counts all of `rows`. `InvalidCursor` for a foreign one."""
        place = self._read(cursor) if cursor else None
        backwards = place is not None and place.backwards
        found = list(self._from(rows, place)[: limit + 1])
        more, chosen = len(found) > limit, found[:limit]
        if backwards:
            chosen.reverse()
        here = request.build_absolute_uri()
        return {
            "next": self._link(here, chosen, -1) if more or backwards else None,
            "previous": self._link(here, chosen, 0) if (more if backwards else place) else None,
            "results": show(chosen),
            "total": rows.order_by().count(),
        }

    def _from(self, rows: QuerySet[Any], place: _Place | None) -> QuerySet[Any]:
        backwards = place is not None and place.backwards
        rows = rows.order_by(*((self.time, "-id") if backwards else (f"-{self.time}", "id")))
        if place is None:
            return rows
        beyond, later = ("gt", "lt") if backwards else ("lt", "gt")
        return rows.filter(
            Q(**{f"{self.time}__{beyond}": place.time}) | Q(**{f"id__{later}": place.id}),
            **{f"{self.time}__{beyond}e": place.time},  # lets the index find the place
        )

    def _link(self, here: str, chosen: list[Any], end: int) -> str:
        """To the page after the row at an end of this page; to the first page where this one is empty."""
        if not chosen:
            return str(remove_query_param(here, "cursor"))
        row = chosen[end]
        place = [getattr(row, self.time).isoformat(), str(row.pk), end == 0]
        return str(replace_query_param(here, "cursor", signing.dumps(place, salt=self._salt)))

    def _read(self, cursor: str) -> _Place:
        try:
            time, identity, backwards = signing.loads(cursor, salt=self._salt)
        except signing.BadSignature as error:
            raise InvalidCursor("the cursor was not given out for this list") from error
        return _Place(datetime.fromisoformat(time), UUID(identity), backwards)

    @property
    def _salt(self) -> str:
        return f"keyset.{self.name}"
