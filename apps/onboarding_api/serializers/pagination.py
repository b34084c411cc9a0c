"""Lists come in pages behind an opaque cursor, newest first."""

from __future__ import annotations

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class CursorPage(CursorPagination):
    """`?cursor=...&limit=1..200` -> `{next, previous, results}`."""

    ordering = "-cdtz"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor that was given out; `NotFound` for anything else, which would start from the front in silence."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and not _was_given_out(cursor):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _was_given_out(cursor: Cursor) -> bool:
    """Each of ours has a position, which is a time, or an offset."""
    if cursor.position is None:
        return cursor.offset > 0 or cursor.reverse
    try:
        return parse_datetime(str(cursor.position)) is not None
    except ValueError:
        return False
