"""Pieces of text on a page become rows and columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from apps.onboarding_api.services.ocr_service.port import TextLine


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece with its place on the page turned upright."""

    line: TextLine
    left: float
    right: float
    middle: float
    height: float


def upright(lines: Sequence[TextLine]) -> list[Placed]:
    """Every piece turned about the origin by the page's own slant, the median of the longer pieces' upper edges."""
    slants = [
        math.atan2(line.box[1][1] - line.box[0][1], line.box[1][0] - line.box[0][0])
        for line in lines
        if line.box[1][0] - line.box[0][0] > 2 * line.height
    ]
    slant = median(slants) if slants else 0.0
    cosine, sine = math.cos(-slant), math.sin(-slant)
    placed = []
    for line in lines:
        corners = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in line.box]
        xs, ys = [x for x, _y in corners], [y for _x, y in corners]
        placed.append(
            Placed(
                line=line,
                left=min(xs),
                right=max(xs),
                middle=sum(ys) / 4,
                height=line.height,
            )
        )
    return placed


def rows(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Pieces whose middles are within half a line of their row's, top to bottom, each row from left to right."""
    if not placed:
        return []
    usual = median(piece.height for piece in placed)
    found: list[list[Placed]] = []
    for piece in sorted(placed, key=lambda one: one.middle):
        if found and piece.middle - median(one.middle for one in found[-1]) <= 0.6 * usual:
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(row, key=lambda one: one.left) for row in found]


def column_edges(table: Sequence[Sequence[Placed]]) -> list[float]:
    """Left edges of the columns: where at least a third of the rows, or all of two, begin a cell."""
    pieces = sorted((piece.left, number) for number, row in enumerate(table) for piece in row)
    usual = median(piece.height for row in table for piece in row)
    groups: list[list[tuple[float, int]]] = []
    for left, number in pieces:
        if groups and left - groups[-1][-1][0] <= usual:
            groups[-1].append((left, number))
        else:
            groups.append([(left, number)])
    needed = max(2, math.ceil(len(table) / 3)) if len(table) > 1 else 1
    return [
        median(left for left, _number in group)
        for group in groups
        if len({number for _left, number in group}) >= needed
    ]


def column_of(piece: Placed, edges: Sequence[float]) -> int:
    """The last column that begins at or before the piece, half a line of slack given."""
    return max(
        (index for index, edge in enumerate(edges) if edge <= piece.left + piece.height / 2), default=0
    )


def reading_order(lines: Sequence[TextLine]) -> list[str]:
    """The texts of a page row by row, pieces of one row joined by a space."""
    return [" ".join(piece.line.text for piece in row) for row in rows(upright(lines))]
