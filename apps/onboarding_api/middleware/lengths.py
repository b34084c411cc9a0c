"""`Content-Length`, as it is to be read: digits of ASCII, few enough to be a length of anything."""

from __future__ import annotations

_MOST_DIGITS = 18
"""Python itself refuses to read numbers of some thousand digits."""


def length_in(field: str | bytes) -> int | None:
    """None where the field tells no length; 0 where it is empty."""
    if not field:
        return 0
    return int(field) if field.isascii() and field.isdigit() and len(field) <= _MOST_DIGITS else None
