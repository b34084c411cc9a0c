"""Lists come in pages behind an opaque cursor, newest first."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class CursorPage(CursorPagination):
    """`?cursor=...&limit=1..200` -> `{next, previous, results}`."""

    ordering = "-cdtz"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
