"""What a reader takes out of a document."""

from __future__ import annotations

from dataclasses import dataclass

MAX_CHARACTERS = 200_000
MAX_PAGES = 200
MAX_ROWS = 2_000

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Extracted:
    """`pages` counts those of the whole document (sheets of a workbook, 1 for plain text); `truncated` when a bound cut
    the text or the tables."""

    text: str
    pages: int
    truncated: bool = False
    tables: tuple[Table, ...] = ()


def bounded(text: str, *, pages: int, truncated: bool = False, tables: tuple[Table, ...] = ()) -> Extracted:
    clean = text.replace("\x00", "").strip()
    return Extracted(
        text=clean[:MAX_CHARACTERS],
        pages=pages,
        truncated=truncated or len(clean) > MAX_CHARACTERS,
        tables=tables,
    )
