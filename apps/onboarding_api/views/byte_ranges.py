"""`Range` of RFC 9110: one range of bytes. Several at once are answered with the whole."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


class NotSatisfiable(ValueError):
    """The range begins behind the end."""


def wanted(header: str, *, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None: the whole. `NotSatisfiable`."""
    found = _ONE.fullmatch(header.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        if int(found[2]) == 0 or size == 0:
            raise NotSatisfiable
        return max(0, size - int(found[2])), size
    start, end = int(found[1]), int(found[2]) + 1 if found[2] else size
    if found[2] and end <= start:
        return None  # no range at all: the field is ignored
    if start >= size:
        raise NotSatisfiable
    return start, min(end, size)
