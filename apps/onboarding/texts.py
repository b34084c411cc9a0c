"""What of a value people may have written: its texts, and numbers long enough to dial."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

SMALLEST_THAT_DIALS = 1_000_000
"""Numbers below have too few digits for a telephone, a card or an identity."""


def texts_of(value: Any, *, other: Callable[[Any], None]) -> Iterator[str]:
    """Every text in a value of JSON, names of fields and large numbers too. `other` is called with what is no JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from texts_of(name, other=other)
            yield from texts_of(item, other=other)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item, other=other)
    elif isinstance(value, int | float):
        if not abs(value) < SMALLEST_THAT_DIALS:  # so that NaN is looked at too
            yield str(int(value) if isinstance(value, int) or value.is_integer() else value)
    elif value is not None:
        other(value)
