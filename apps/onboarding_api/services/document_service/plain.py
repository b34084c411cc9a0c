"""TXT and CSV."""

from __future__ import annotations

import csv
import io
from itertools import islice

from apps.onboarding_api.services.document_service.errors import DocumentUnreadable
from apps.onboarding_api.services.document_service.extracted import MAX_ROWS, Extracted, bounded

DELIMITERS = ",;\t"
SAMPLE_LINES = 20


def read_txt(content: bytes) -> Extracted:
    """Text, or a table where detection took a CSV for plain text."""
    text = _text(content)
    lines = text.splitlines()[:SAMPLE_LINES]
    counts = {mark: {line.count(mark) for line in lines} for mark in DELIMITERS}
    if len(lines) > 1 and any(len(found) == 1 and found != {0} for found in counts.values()):
        return read_csv(content)
    return bounded(text, pages=1)


def read_csv(content: bytes) -> Extracted:
    """One table. Comma, semicolon or tab, whichever the first line has most of."""
    text = _text(content)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), MAX_ROWS + 1))
    except csv.Error as error:
        raise DocumentUnreadable("the table cannot be parsed") from error
    table = tuple(tuple(cell.strip() for cell in row) for row in rows[:MAX_ROWS] if any(row))
    return bounded(as_text(table), pages=1, truncated=len(rows) > MAX_ROWS, tables=(table,))


def as_text(table: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join(" | ".join(row) for row in table)


def _text(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252, in that order."""
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentUnreadable("the text has NUL bytes")
    for encoding in (
        ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    ):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentUnreadable("the text is in no encoding that we know")
