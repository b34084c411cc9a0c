"""DOCX and XLSX: bounded ZIP archives of XML, by the standard library alone."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from apps.onboarding_api.services.document_service.errors import (
    DocumentEncrypted,
    DocumentTooComplex,
    DocumentUnreadable,
)
from apps.onboarding_api.services.document_service.extracted import MAX_ROWS, Extracted, Table, bounded
from apps.onboarding_api.services.document_service.plain import as_text

MAX_ENTRIES = 2_000
MAX_UNPACKED = 50 * 1024 * 1024
MAX_SHEETS = 20
MAX_COLUMNS = 100
ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An Office file with a password is an OLE container, not a ZIP."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_office(content: bytes) -> Extracted:
    """A ZIP that detection could not name: whichever of the two it is by its parts."""
    with _Archive(content) as archive:
        names = archive.names
    if "word/document.xml" in names:
        return read_docx(content)
    if "xl/workbook.xml" in names:
        return read_xlsx(content)
    raise DocumentUnreadable("neither a text document nor a workbook")


def read_docx(content: bytes) -> Extracted:
    """Paragraphs and tables in their order; each table also by itself."""
    with _Archive(content) as archive:
        body = archive.xml("word/document.xml").find(f"{_WORD}body")
        if body is None:
            raise DocumentUnreadable("no body")
        parts: list[str] = []
        tables: list[Table] = []
        for element in body:
            if element.tag == f"{_WORD}p":
                parts.append(_paragraph(element))
            elif element.tag == f"{_WORD}tbl":
                table = tuple(
                    tuple(
                        " ".join(_paragraph(p) for p in cell.iter(f"{_WORD}p"))
                        for cell in row.iter(f"{_WORD}tc")
                    )
                    for row in element.iter(f"{_WORD}tr")
                )
                tables.append(table[:MAX_ROWS])
                parts.append(as_text(table))
    return bounded("\n".join(parts), pages=1, tables=tuple(tables))


def read_xlsx(content: bytes) -> Extracted:
    """Every sheet as a table of the shown values; formulas by their last result."""
    with _Archive(content) as archive:
        shared = (
            [_joined(item) for item in archive.xml("xl/sharedStrings.xml")]
            if "xl/sharedStrings.xml" in archive.names
            else []
        )
        sheets = sorted(
            (name for name in archive.names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
            key=lambda name: int(re.sub(r"\D", "", name)),
        )
        if not sheets:
            raise DocumentUnreadable("no sheets")
        cut = len(sheets) > MAX_SHEETS
        tables: list[Table] = []
        for name in sheets[:MAX_SHEETS]:
            rows = list(_rows(archive.xml(name), shared))
            cut = cut or len(rows) > MAX_ROWS
            tables.append(tuple(rows[:MAX_ROWS]))
    text = "\n\n".join(as_text(table) for table in tables)
    return bounded(text, pages=len(sheets), truncated=cut, tables=tuple(tables))


class _Archive:
    """A ZIP whose size was counted before and while unpacking."""

    def __init__(self, content: bytes) -> None:
        if content.startswith(ENCRYPTED_OFFICE):
            raise DocumentEncrypted("an Office file with a password")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DocumentUnreadable("no ZIP archive") from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise DocumentTooComplex(f"{len(entries)} entries")
        if any(_escapes(entry.filename) for entry in entries):
            raise DocumentUnreadable("an entry points out of the archive")
        if any(entry.flag_bits & 1 for entry in entries):
            raise DocumentEncrypted("encrypted entries")
        self.names = frozenset(entry.filename for entry in entries)
        self._left = MAX_UNPACKED

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def xml(self, name: str) -> Xml.Element:
        try:
            with self._zip.open(name) as entry:
                # The directory's sizes are the sender's claim; what comes out is counted.
                content = entry.read(self._left + 1)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise DocumentUnreadable(f"the part {name} cannot be read") from error
        self._left -= len(content)
        if self._left < 0:
            raise DocumentTooComplex("unpacks to more than it claims")
        # No Office program writes a DTD, and entities are how a small XML becomes a large one.
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise DocumentUnreadable("the XML has a DTD")
        try:
            return Xml.fromstring(content)  # noqa: S314 -- bounded, and without a DTD
        except Xml.ParseError as error:
            raise DocumentUnreadable(f"the part {name} is no XML") from error


def _escapes(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\x00" in name


def _paragraph(element: Xml.Element) -> str:
    pieces = []
    for node in element.iter():
        if node.tag == f"{_WORD}t":
            pieces.append(node.text or "")
        elif node.tag in (f"{_WORD}tab", f"{_WORD}br"):
            pieces.append(" ")
    return "".join(pieces)


def _joined(element: Xml.Element) -> str:
    return "".join(node.text or "" for node in element.iter(f"{_SHEET}t"))


def _rows(sheet: Xml.Element, shared: list[str]) -> Iterator[tuple[str, ...]]:
    for row in sheet.iter(f"{_SHEET}row"):
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_SHEET}c")):
            column = _column(cell.get("r", ""), otherwise=place)
            if column < MAX_COLUMNS:
                cells[column] = _value(cell, shared)
        if any(cells.values()):
            yield tuple(cells.get(column, "") for column in range(max(cells) + 1))


def _column(reference: str, *, otherwise: int) -> int:
    """ "C7" is column 2."""
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        return otherwise
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Xml.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _joined(cell)
    value = cell.findtext(f"{_SHEET}v", default="")
    if cell.get("t") != "s":
        return value
    return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
