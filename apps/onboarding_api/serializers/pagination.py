"""Lists come in pages behind an opaque cursor, newest first."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from apps.onboarding.errors import InvalidInput


class InvalidCursor(InvalidInput):
    """A cursor that this list did not give out: passed over, it would start from the front in silence."""

    code = "invalid_cursor"
    user_message = "This page cannot be opened any more. Please begin with the first page."
    next_actions = ("open_the_first_page",)


class CursorPage(CursorPagination):
    """`?cursor=...&limit=1..200` -> `{next, previous, results}`."""

    ordering = "-cdtz"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor that was given out; `InvalidCursor` for anything else."""
        try:
            cursor: Cursor | None = super().decode_cursor(request)
        except NotFound as error:
            raise InvalidCursor("the cursor was not given out for this list") from error
        if cursor is not None and not _was_given_out(cursor):
            raise InvalidCursor("the cursor was not given out for this list")
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """In the words of OpenAPI 3.1, which knows no `nullable`."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


def _was_given_out(cursor: Cursor) -> bool:
    """Each of ours has a position, which is a time, or an offset."""
    if cursor.position is None:
        return cursor.offset > 0 or cursor.reverse
    try:
        return parse_datetime(str(cursor.position)) is not None
    except ValueError:
        return False
