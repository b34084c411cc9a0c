"""Small pictures of figures: a line as an SVG path, and shades of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 600, 60
_SHADES = 5


@dataclass(frozen=True)
class Line:
    """A path in a box of 600 x 60, with what it shows in words."""

    path: str
    words: str


def line_of(counts: Sequence[int]) -> Line:
    """The largest count touches the top; of nothing there is no line."""
    if not counts:
        return Line("", "No days")
    top = max(counts) or 1
    step = _WIDTH / max(1, len(counts) - 1)
    points = (
        f"{n * step:.1f} {_HEIGHT - 2 - count / top * (_HEIGHT - 4):.1f}" for n, count in enumerate(counts)
    )
    return Line(
        "M" + "L".join(points), f"Sessions by day: from {min(counts)} to {max(counts)}, last {counts[-1]}"
    )


def shade(n: int, largest: int) -> int:
    """0 for none, else 1 to 5 by the share of the largest."""
    return 0 if not n or not largest else max(1, -(-_SHADES * n // largest))
