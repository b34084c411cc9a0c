"""DOCX and XLSX: a sound archive whose main part is what the name says, without macros and outside templates."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from apps.onboarding_api.services.file_types.documents.archive import Archive
from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An Office file with a password, or one of before 2007."""
_ENCRYPTED_PACKAGE = re.compile("EncryptedPackage".encode("utf-16-le"))
_TYPES = "[Content_Types].xml"
MAX_XML = 4 * 1024 * 1024

_PROGRAMS = re.compile(
    r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar|docm|dotm|xlsm|xltm|xlam|xlsb|pptm)$",
    re.IGNORECASE,
)
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!/")
_FETCHED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument", "/aFChunk", "/control", "/package")
"""Kinds of relations whose target is fetched, or run, by opening the document. Links to click are not among them."""
_ELSEWHERE = re.compile(
    r"\s*(?:(?:https?|ftp|mhtml|ms-\w+|script|javascript|data|smb):|\\\\|//|file:/{0,3}\\\\|file://[^/\\])",
    re.I,
)
_FIELDS = re.compile(rb"\bDDE(?:AUTO)?\s+[\"'a-zA-Z\\]|<ddeLink\b")


def walk_docx(source: Source) -> Structure:
    return _walk(source, main=WORD)


def walk_xlsx(source: Source) -> Structure:
    return _walk(source, main=SHEET)


def _walk(source: Source, *, main: str) -> Structure:
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
    for name, entry in archive.entries.items():
        if name.lower().endswith(".rels"):
            _check_relations(archive, name)
            continue
        is_text, kept, first = name.lower().endswith(".xml"), b"", True
        for piece in archive.pieces(entry):
            if first and piece.startswith(_PROGRAM_STARTS):
                raise hostile(Reason.EMBEDDED_FILE, "a program is attached to it")
            first = first and not piece
            if is_text:
                text = kept + piece
                if (b"DDE" in text or b"ddeLink" in text) and _FIELDS.search(text):
                    raise hostile(Reason.SCRIPT, "a field that runs a program")
                kept = text[-64:]
    return Structure()


def _check_types(archive: Archive, *, main: str) -> None:
    types = _xml(archive, _TYPES)
    named = [(node.get("PartName", ""), node.get("ContentType", "")) for node in types]
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for _, kind in named):
        raise hostile(Reason.MACRO, "a document with macros")
    parts = [part for part, kind in named if kind.strip().lower() == main]
    if not parts:
        raise mismatch("the main part is of another kind")
    # An extension may stand for its parts; then the part is named nowhere.
    if all(part and part.lstrip("/") not in archive.entries for part in parts):
        raise damaged("the main part is missing")


def _check_relations(archive: Archive, name: str) -> None:
    for relation in _xml(archive, name):
        if relation.get("TargetMode") != "External":
            continue
        if relation.get("Type", "").endswith(_FETCHED) and _ELSEWHERE.match(relation.get("Target", "")):
            raise hostile(Reason.EXTERNAL_CONTENT, "opening it would fetch something from elsewhere")


def _xml(archive: Archive, name: str) -> Xml.Element:
    content = archive.content(name, limit=MAX_XML)
    # No Office program writes a DTD, or these parts in UTF-16, which would hide one.
    if b"<!" in content.replace(b"<!--", b"") or b"\x00" in content:
        raise hostile(Reason.BOMB, f"the part {name[:60]} has a DTD")
    try:
        return Xml.fromstring(content)  # noqa: S314 -- bounded, and without a DTD
    except (Xml.ParseError, ValueError, LookupError):
        raise damaged(f"the part {name[:60]} is no XML") from None
