"""DOCX and XLSX: a sound archive whose main part is what the name says, without macros and outside templates."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding_api.services.document_service.office import MAX_UNPACKED
from apps.onboarding_api.services.file_types.documents.archive import Archive
from apps.onboarding_api.services.file_types.errors import HostileFile, Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An Office file with a password, or one of before 2007."""
_ENCRYPTED_PACKAGE = re.compile("EncryptedPackage".encode("utf-16-le"))
_TYPES = "[Content_Types].xml"
MAX_XML = 4 * 1024 * 1024
MAX_RELATIONS, MAX_ALL_RELATIONS = 256 * 1024, 1024 * 1024
"""Bytes of one part of relations and of all; a relation has some 150, and a long document some hundred of them."""
MAX_EMBEDDED = 4 * 1024 * 1024
"""A table or text inside of a document is unpacked into memory to be looked at like one that was sent."""

_PROGRAMS = re.compile(
    r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar|docm|dotm|xlsm|xltm|xlam|xlsb|pptm)$",
    re.IGNORECASE,
)
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!/", OLE[:4])
"""OLE containers hold macros, packages and equations; a plain document has none."""
_ZIP_START = b"PK\x03\x04"
_FETCHED = (
    "/attachedTemplate", "/oleObject", "/frame", "/subDocument", "/control", "/package", "/image", "/externalLinkPath",
    "/audio", "/video", "/media",
)  # fmt: skip
"""Kinds of relations whose target is fetched, or run, by opening the document. Links to click are not among them."""
_ELSEWHERE = re.compile(
    r"\s*(?:(?:https?|ftp|mhtml|ms-\w+|script|javascript|data|smb):|\\\\|//|file:/{0,3}\\\\|file://[^/\\])",
    re.I,
)
_CHUNK = "/aFChunk"
_FIELDS = re.compile(rb"\bDDE(?:AUTO)?\s+[\"'a-zA-Z\\]|<ddeLink\b")
_SPLIT = re.compile(rb"<(?:\w{1,16}:)?(?:instrText|delInstrText)(?:\s[^<>]{0,200})?>([^<]{0,4000})<")
_SPLIT_FIELD = re.compile(rb"\bDDE(?:AUTO)?(?:\s|&quot;|[\"\\])")


def walk_docx(source: Source) -> Structure:
    return _walk(source, main=WORD)


def walk_xlsx(source: Source) -> Structure:
    return _walk(source, main=SHEET)


def _walk(source: Source, *, main: str, nested: bool = False) -> Structure:
    if source.read(0, 8) == OLE:
        if source.search(_ENCRYPTED_PACKAGE, 0):
            raise hostile(Reason.ENCRYPTED, "an Office file with a password")
        raise mismatch("an Office file of before 2007, or renamed")
    archive = Archive(source)
    for name in archive.entries:
        if "vbaproject" in name.lower() or "/macrosheets/" in name.lower() or "/activex/" in name.lower():
            raise hostile(Reason.MACRO, "a document with macros")
        if _PROGRAMS.search(name):
            raise hostile(Reason.EMBEDDED_FILE, "a program is attached to it")
    if _TYPES not in archive.entries:
        raise mismatch("a ZIP archive, but no Office document")
    _check_types(archive, main=main)
    relations = inside = 0
    for name, entry in archive.entries.items():
        if name.lower().endswith(".rels"):
            relations += entry.unpacked
            if entry.unpacked > MAX_RELATIONS or relations > MAX_ALL_RELATIONS:
                raise hostile(Reason.BOMB, "more relations than any honest file")
            _check_relations(archive, name)
            continue
        if "/embeddings/" in f"/{name.lower()}":
            if not nested and entry.unpacked and not name.endswith("/"):
                inside += _check_embedded(archive, name, left=MAX_UNPACKED - inside)
                continue
            if entry.unpacked:
                raise hostile(Reason.EMBEDDED_FILE, "a document in a document in it")
        is_text, kept, first, fields = name.lower().endswith(".xml"), b"", True, b""
        for piece in archive.pieces(entry):
            if first and piece.startswith(_PROGRAM_STARTS):
                raise hostile(Reason.EMBEDDED_FILE, "a program is attached to it")
            if first and piece.startswith(_ZIP_START):
                raise hostile(Reason.EMBEDDED_FILE, "an archive is attached to it")
            first = first and not piece
            if is_text:
                text = kept + piece
                if (b"DDE" in text or b"ddeLink" in text) and _FIELDS.search(text):
                    raise hostile(Reason.SCRIPT, "a field that runs a program")
                if b"nstrText" in text:
                    # A field may be written letter by letter.
                    fields = fields[-64:] + b"".join(_SPLIT.findall(text))
                    if _SPLIT_FIELD.search(fields):
                        raise hostile(Reason.SCRIPT, "a field that runs a program")
                    kept = text[max(text.rfind(b"<"), text.rfind(b"nstrText") - 32, len(text) - 4_096) :]
                else:
                    kept = text[-64:]
    return Structure()


def _check_embedded(archive: Archive, name: str, *, left: int) -> int:
    """What it unpacks to, at most `left`. Refuses what is no plain document or workbook, or has another in it."""
    main = {"docx": WORD, "xlsx": SHEET}.get(name.lower().rpartition(".")[2])
    if main is None or archive.entries[name].unpacked > MAX_EMBEDDED:
        raise hostile(Reason.EMBEDDED_FILE, "something is attached to it")
    try:
        source = Source(io.BytesIO(archive.content(name, limit=MAX_EMBEDDED)))
        if source.read(0, 4) != _ZIP_START:
            raise hostile(Reason.EMBEDDED_FILE, "something is attached to it that is no plain document")
        unpacked = sum(entry.unpacked for entry in Archive(source).entries.values())
        if unpacked > left:
            raise hostile(Reason.BOMB, "documents in it unpack to too much")
        _walk(source, main=main, nested=True)
        return unpacked
    except HostileFile:
        raise
    except UnsupportedMedia:
        raise hostile(Reason.EMBEDDED_FILE, "something is attached to it that is no plain document") from None


def _check_types(archive: Archive, *, main: str) -> None:
    types = _xml(archive, _TYPES)
    named = [(node.get("PartName", ""), node.get("ContentType", "")) for node in types]
    if any(
        "macroenabled" in kind.lower() or "vbaproject" in kind.lower() or "macrosheet" in kind.lower()
        for _, kind in named
    ):
        raise hostile(Reason.MACRO, "a document with macros")
    parts = [part for part, kind in named if kind.strip().lower() == main]
    if not parts:
        raise mismatch("the main part is of another kind")
    # An extension may stand for its parts; then the part is named nowhere.
    if all(part and part.lstrip("/") not in archive.entries for part in parts):
        raise damaged("the main part is missing")


def _check_relations(archive: Archive, name: str) -> None:
    for relation in _relations(archive, name):
        if relation.get("Type", "").endswith(_CHUNK):
            raise hostile(Reason.EMBEDDED_FILE, "a part that is another document")
        if relation.get("TargetMode") != "External":
            continue
        if relation.get("Type", "").endswith(_FETCHED) and _ELSEWHERE.match(relation.get("Target", "")):
            raise hostile(Reason.EXTERNAL_CONTENT, "opening it would fetch something from elsewhere")


def _relations(archive: Archive, name: str) -> Iterator[Xml.Element]:
    """Every element, one in memory at a time."""
    try:
        for _, node in Xml.iterparse(io.BytesIO(_plain(archive, name, limit=MAX_RELATIONS))):  # noqa: S314 -- the same
            yield node
            node.clear()
    except (Xml.ParseError, ValueError, LookupError):
        raise damaged(f"the part {name[:60]} is no XML") from None


def _plain(archive: Archive, name: str, *, limit: int) -> bytes:
    content = archive.content(name, limit=limit)
    # No Office program writes a DTD, or these parts in UTF-16, which would hide one.
    if b"<!" in content.replace(b"<!--", b"") or b"\x00" in content:
        raise hostile(Reason.BOMB, f"the part {name[:60]} has a DTD")
    return content


def _xml(archive: Archive, name: str) -> Xml.Element:
    content = _plain(archive, name, limit=MAX_XML)
    try:
        return Xml.fromstring(content)  # noqa: S314 -- bounded, and without a DTD
    except (Xml.ParseError, ValueError, LookupError):
        raise damaged(f"the part {name[:60]} is no XML") from None
