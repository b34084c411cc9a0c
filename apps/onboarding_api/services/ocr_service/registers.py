"""A page of a paper register: visitors, keys, patrols, materials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.onboarding_api.services.ocr_service import layout
from apps.onboarding_api.services.ocr_service.port import TextLine

MIN_CELLS = 3
"""A row of fewer pieces is a heading or a remark, not a row of a table."""

_HEADING_WORDS = frozenset(
    """no sl sr s date time in out name visitor visitors guest phone mobile contact number tel purpose reason company
    address from to meet whom host vehicle sign signature remarks remark id badge key keys quantity qty item material
    guard shift floor department email serial""".split()  # noqa: SIM905 -- seventy quoted words would be harder to read
)
_PERSONAL_COLUMNS = {
    "NAME": frozenset({"name", "visitor", "guest", "host", "whom", "guard"}),
    "PHONE": frozenset({"phone", "mobile", "contact", "tel", "telephone"}),
    "EMAIL": frozenset({"email"}),
}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """`columns` are the headings as read, or "Column 1", ... where no heading was found; every row has a cell (perhaps
    an empty one, confidence 0) for each column. `remarks` are the pieces outside the table."""

    columns: tuple[str, ...]
    header_detected: bool
    rows: tuple[tuple[Cell, ...], ...]
    remarks: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """Of the least certain tenth: one bad cell in ten is what a person must look for."""
        sure = sorted(cell.confidence for row in self.rows for cell in row if cell.text)
        return sure[len(sure) // 10] if sure else 0.0


def read_page(lines: Sequence[TextLine]) -> RegisterPage:
    """The table on the page. No rows where nothing on it looks like one."""
    found = layout.rows(layout.upright(lines))
    table = [row for row in found if len(row) >= MIN_CELLS]
    remarks = tuple(piece.line.text for row in found if len(row) < MIN_CELLS for piece in row)
    if not table:
        return RegisterPage(columns=(), header_detected=False, rows=(), remarks=remarks)
    edges = layout.column_edges(table) or [0.0]
    cells = [_cells(row, edges) for row in table]
    has_header = _is_heading(cells[0])
    columns = tuple(
        (cells[0][index].text if has_header else "") or f"Column {index + 1}" for index in range(len(edges))
    )
    return RegisterPage(
        columns=columns,
        header_detected=has_header,
        rows=tuple(cells[1:] if has_header else cells),
        remarks=remarks,
    )


def personal_kind(column: str) -> str | None:
    """What personal values a column of this heading holds: "NAME", "PHONE", "EMAIL" or None."""
    words = _words(column)
    return next((kind for kind, names in _PERSONAL_COLUMNS.items() if words & names), None)


def _cells(row: Sequence[layout.Placed], edges: Sequence[float]) -> tuple[Cell, ...]:
    pieces: list[list[layout.Placed]] = [[] for _edge in edges]
    for piece in row:
        pieces[layout.column_of(piece, edges)].append(piece)
    return tuple(
        Cell(
            text=" ".join(piece.line.text for piece in inside),
            confidence=min((piece.line.confidence for piece in inside), default=0.0),
        )
        for inside in pieces
    )


def _is_heading(cells: Sequence[Cell]) -> bool:
    """At least half of its texts hold a heading's word, and none a number of three digits."""
    texts = [cell.text for cell in cells if cell.text]
    known = sum(bool(_words(text) & _HEADING_WORDS) for text in texts)
    return known * 2 >= len(texts) and not any(re.search(r"\d{3}", text) for text in texts)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower()))
