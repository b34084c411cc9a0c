"""TXT and CSV: text in an encoding that the reader of documents knows, and nothing but text.

The rule for markup: what begins like a program's source for a browser, a shell or a printer, or has the opening of a
script, a page or an SVG anywhere, is no text here. A sentence with `<` and `>` in it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BEGINNING = re.compile(
    r"[\ufeff\s]*(?:<\?|<!|#!|%!PS|%PDF-|\{\\rtf|<%|MIME-Version:|\[InternetShortcut\])", re.IGNORECASE
)
_ANYWHERE = re.compile(
    r"<(?=[?sShHiIoOeEbB!/%])(?:\?(?:php|xml|=)|/?(?:script|svg|html|head|body|iframe|object|embed)(?![\w-])|!doctype|!entity|%[@=])",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_KEPT = 64


def walk(source: Source) -> Structure:
    head = source.read(0, 4)
    if head.startswith(_WIDE):
        _check(source, "utf-16")
        return Structure()
    if not _is_decodable(source, "utf-8-sig"):
        # What Excel writes in Europe, as the reader takes it.
        if not _is_decodable(source, "cp1252"):
            raise mismatch("no text in an encoding that is known")
        _check(source, "cp1252")
    else:
        _check(source, "utf-8-sig")
    return Structure()


def _is_decodable(source: Source, encoding: str) -> bool:
    try:
        for _ in _decoded(source, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(source: Source, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in source.pieces(0, source.size):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _check(source: Source, encoding: str) -> None:
    kept, first, some = "", True, False
    try:
        for piece in _decoded(source, encoding):
            text = kept + piece
            if _CONTROLS.search(piece):
                raise mismatch("bytes that stand in no text")
            if (first and _BEGINNING.match(text)) or _ANYWHERE.search(text):
                raise hostile(Reason.SCRIPT, "markup or program code, not text")
            some = some or bool(text.strip("\ufeff \t\r\n"))
            first, kept = first and not text.strip(), text[-_KEPT:]
    except UnicodeDecodeError:
        raise damaged("no text in the encoding that its first bytes name") from None
    if not some:
        raise damaged("a text without a word")
