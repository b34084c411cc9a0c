"""Signs of another format, or of program code, inside a recording or an image.

Nothing shorter than five telling bytes is looked for in the whole file: compressed data has every shorter sequence in
it by chance. At the places where another file would have to begin, short signatures count as well.
"""

from __future__ import annotations

import re

from apps.onboarding_api.services.file_types.errors import Reason, hostile
from apps.onboarding_api.services.file_types.source import Source

CODE = re.compile(
    rb"<(?=[?=sShHiI!%])(?:\?(?i:php)[\s(/#]|\?=\s?\$_[A-Z]|(?i:script)[\s>/]|(?i:html)[\s>]|(?i:!doctype)\s+(?i:html|svg)"
    rb"|(?i:iframe)[\s>]|(?i:svg)\s[^<>]{0,400}?(?i:xmlns|onload)|%@\s?(?i:page|import|language))"
)
_PHAR = re.compile(rb"__HALT_COMPILER")
_PDF = re.compile(rb"%PDF-[12]\.[0-9]")
_ELF = re.compile(rb"\x7fELF[\x01\x02][\x01\x02]\x01[\x00-\x12]\x00")
_WINDOWS = re.compile(rb"PE\x00\x00(?:\x4c\x01|\x64\x86|\x64\xaa|\xc0\x01|\xc4\x01)")
_ARCHIVE = re.compile(rb"Rar!\x1a\x07[\x00\x01]|7z\xbc\xaf\x27\x1c\x00")
_ZIP_END = re.compile(rb"PK\x05\x06\x00\x00\x00\x00", re.DOTALL)
ZIP_TAIL = 22 + 65_535
"""The end record and its longest comment: where every unpacker looks for it."""

_STARTS = (
    b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ", b"#!/",
    b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%!PS", b"MZ",
    b"MSCF", b"\x00asm", b"!<arch>", b"dex\n", b"GIF8", b"\x89PNG", b"RIFF", b"OggS", b"fLaC", b"\x1aE\xdf\xa3",
    b"BM", b"FWS", b"CWS", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_MARKUP = re.compile(rb"<[!?%a-zA-Z]")
_PADDING = b"\x00\xff \t\r\n"
_JPEG_START, _COMMENT_OPENED = b"\xff\xd8\xff", b"/*"
_COMMENT_CLOSED = re.compile(rb"\*/\s?[=;]")
UNKNOWN_TRAILER = 4 * 1024 * 1024
"""Cameras append depth maps and notes of their own; films and second pictures, which are larger, are recognised."""


def refuse_inside(source: Source) -> None:
    """Refuse code and other formats anywhere in a recording or an image."""
    if source.search(CODE, 0) or source.search(_PHAR, 0):
        raise hostile(Reason.SCRIPT, "program code or markup in it")
    for pattern, name in ((_PDF, "a PDF"), (_ELF, "a program"), (_ARCHIVE, "an archive")):
        if source.search(pattern, 0):
            raise hostile(Reason.POLYGLOT, f"{name} in it")
    _refuse_windows_program(source)
    # `GIF89a/*` and its like: what is a picture to one reader is a script to another.
    if _COMMENT_OPENED in source.read(0, 16) and source.search(_COMMENT_CLOSED, 0):
        raise hostile(Reason.SCRIPT, "a script is hidden behind its header")
    refuse_zip_tail(source)


def refuse_zip_tail(source: Source) -> None:
    """Refuse a ZIP directory where an unpacker would find it."""
    at = max(0, source.size - ZIP_TAIL)
    for _ in range(64):
        found = source.search(_ZIP_END, at)
        if found is None:
            return
        record = source.read(found.start, 22)
        if len(record) == 22:
            size = int.from_bytes(record[12:16], "little")
            if size == 0 or source.read(found.start - size, 4) == b"PK\x01\x02":
                raise hostile(Reason.POLYGLOT, "a ZIP archive at its end")
        at = found.end


def refuse_trailer(source: Source, end: int, *, camera: bool = False) -> None:
    """Refuse another format after `end`, where this one ended.

    Padding, a film or further pictures (with `camera`), and up to 4 MiB of what nobody else reads are taken.
    """
    at = source.skip(end, _PADDING)
    head = source.read(at, 16)
    if not head:
        return
    # The first bytes of a film are zeros, and were skipped with the padding.
    if camera and (head.startswith(_JPEG_START) or b"ftyp" in head[:8]):
        return
    if head.startswith(_STARTS) or _MARKUP.match(head):
        raise hostile(Reason.POLYGLOT, "another file follows its end")
    # Samsung's directory of what a camera appended ends the file.
    if camera and source.read(source.size - 4, 4) == b"SEFT":
        return
    if source.size - at > UNKNOWN_TRAILER:
        raise hostile(Reason.POLYGLOT, "more than a camera's notes follows its end")


def _refuse_windows_program(source: Source) -> None:
    at = 0
    for _ in range(256):
        found = source.search(_WINDOWS, at)
        if found is None:
            return
        start = max(0, found.start - 1024)
        before = source.read(start, found.start - start)
        at_mz = before.find(b"MZ")
        while at_mz >= 0:
            if int.from_bytes(before[at_mz + 60 : at_mz + 64], "little") == len(before) - at_mz:
                raise hostile(Reason.POLYGLOT, "a program in it")
            at_mz = before.find(b"MZ", at_mz + 1)
        at = found.end
    raise hostile(Reason.POLYGLOT, "programs in it")
