"""PDF: header, cross-reference and end; nothing that acts, encrypts or carries files.

Names may be spelled with `#` and two hexadecimal digits, and objects may stand compressed in object streams: both are
looked through.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.foreign import CODE, refuse_zip_tail
from apps.onboarding_api.services.file_types.source import Match, Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\x0c\r ]{0,64}%PDF-([12])\.[0-9]")
END_WITHIN = 2_048
"""Readers look for the end mark in the last kilobyte or two; printers append blanks."""
MAX_STREAMS = 50_000
MAX_UNPACKED = 32 * 1024 * 1024
"""Of all object streams together. Those of a document of 10 MB are a few MB."""
_DICTIONARY: Final = 4 * 1024

_REFUSED: dict[str, Reason] = {
    "Encrypt": Reason.ENCRYPTED,
    "JavaScript": Reason.SCRIPT,
    "Launch": Reason.SCRIPT,
    "EmbeddedFile": Reason.EMBEDDED_FILE,
    "EmbeddedFiles": Reason.EMBEDDED_FILE,
    "RichMedia": Reason.EMBEDDED_FILE,
}
_END_OF_NAME = rb"(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"


def _spelled(name: str) -> bytes:
    """A pattern of the name, each letter by itself or as `#` and its code."""
    return b"".join(
        rb"(?:%c|#%s)"
        % (letter, b"".join(b"[%c%c]" % (ord(d.lower()), ord(d.upper())) for d in f"{letter:02x}"))
        for letter in name.encode()
    )


def _any_of(names: list[str]) -> re.Pattern[bytes]:
    spelled = b"|".join(b"(?P<%s>%s)" % (name.encode(), _spelled(name)) for name in names)
    return re.compile(
        rb"/(?=[#" + bytes(sorted({ord(n[0]) for n in names})) + rb"])(?:" + spelled + rb")" + _END_OF_NAME
    )


_LONG_NAMES = _any_of(list(_REFUSED))
"""Long enough not to stand in compressed data by chance: refused wherever they are."""
_SHORT_NAME = _any_of(["JS"])
"""Refused outside of data only."""
_OBJECT_STREAM = _any_of(["ObjStm"])
_FILTER = re.compile(rb"/" + _spelled("Filter") + rb"\s{0,16}(\[[^\]]{0,200}\]|/[^\s/<>\[\]()]{1,64})")
_FLATE_ONLY = re.compile(rb"\[?\s*/(?:FlateDecode|Fl)\s*\]?")
_PREDICTED = re.compile(rb"/Predictor\s{0,16}(?:[2-9]|1[0-9])")
_DATA = re.compile(rb">>(?:\s|%[^\r\n]{0,64}[\r\n]){0,16}stream(?:\r?\n|\r)")
_DATA_END = re.compile(rb"endstream")
_START = re.compile(rb"startxref[\s\x00]{1,16}(\d{1,12})")
_TABLE = re.compile(rb"[\x00\s]{0,32}(?:xref|\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj)")
_TRAILER = re.compile(rb"trailer|/" + _spelled("XRef") + _END_OF_NAME)


def walk(source: Source) -> Structure:
    header = HEADER.match(source.read(0, 1_024))
    if header is None:
        raise mismatch("no PDF header at its start")
    if CODE.search(source.read(0, 1_024)) or CODE.search(
        source.read(max(0, source.size - END_WITHIN), END_WITHIN)
    ):
        raise hostile(Reason.POLYGLOT, "markup before or behind it")
    found = source.search(_LONG_NAMES, 0)
    if found is not None:
        _refuse(found.found)
    _check_end(source, header.start(1) - len(b"%PDF-"))
    _look_through(source)
    refuse_zip_tail(source)
    return Structure()


def _check_end(source: Source, offset: int) -> None:
    tail_at = max(0, source.size - END_WITHIN)
    tail = source.read(tail_at, END_WITHIN)
    mark = tail.rfind(b"%%EOF")
    if mark < 0:
        raise damaged("no end mark")
    if tail[mark + 5 :].strip(b"\x00\t\n\x0c\r \x1a"):
        raise hostile(Reason.POLYGLOT, "something follows its end")
    starts = list(_START.finditer(tail, 0, mark))
    if not starts:
        raise damaged("no address of the cross-reference table")
    address = int(starts[-1][1])
    if not any(_TABLE.match(source.read(at, 64)) for at in (address, address + offset)):
        raise damaged("no cross-reference table where it should be")
    if source.search(_TRAILER, 0) is None:
        raise damaged("no trailer")


def _look_through(source: Source) -> None:
    """Short names outside of data, and all names inside of object streams."""
    at, streams, unpacked = 0, Steps(MAX_STREAMS), 0
    while True:
        begin = source.search(_DATA, at)
        names = source.search(_SHORT_NAME, at, begin.end if begin else None)
        if names is not None:
            raise hostile(Reason.SCRIPT, "a script in it")
        if begin is None:
            return
        streams.step()
        dictionary = _dictionary(source, at, begin)
        end = source.search(_DATA_END, begin.end)
        at = source.size if end is None else end.end
        if _OBJECT_STREAM.search(dictionary):
            stop = source.size if end is None else end.start
            unpacked += _check_objects(source, dictionary, begin.end, stop, limit=MAX_UNPACKED - unpacked)
        elif end is None:
            return


def _dictionary(source: Source, at: int, begin: Match) -> bytes:
    """What stands before the data, back to where its object begins."""
    start = max(at, begin.start - _DICTIONARY)
    text = source.read(start, begin.start + 2 - start)
    return text[max(text.rfind(b" obj"), 0) :]


def _check_objects(source: Source, dictionary: bytes, at: int, stop: int, *, limit: int) -> int:
    """Unpacked size of an object stream in which nothing is refused."""
    coding = _FILTER.search(dictionary)
    if coding is None:
        # The names in it stand plain in the file; only the short one was passed over.
        if source.search(_SHORT_NAME, at, stop):
            raise hostile(Reason.SCRIPT, "a script in it")
        return 0
    if not _FLATE_ONLY.fullmatch(coding[1]) or _PREDICTED.search(dictionary):
        raise damaged("objects packed in a way that nobody packs them")
    inflating = zlib.decompressobj()
    unpacked, kept = 0, b""
    for piece in source.pieces(at, stop):
        while piece and not inflating.eof:
            try:
                text = inflating.decompress(piece, 256 * 1024)
            except zlib.error:
                raise damaged("objects that cannot be unpacked") from None
            piece = inflating.unconsumed_tail
            unpacked += len(text)
            if unpacked > limit:
                raise hostile(Reason.BOMB, "objects that unpack to too much")
            text = kept + text
            _refuse_names(text)
            kept = text[-256:]
            if not text:
                break
    return unpacked


def _refuse_names(text: bytes) -> None:
    found = _LONG_NAMES.search(text)
    if found is not None:
        _refuse(found)
    if _SHORT_NAME.search(text):
        raise hostile(Reason.SCRIPT, "a script in it")


def _refuse(found: re.Match[bytes]) -> None:
    name = str(found.lastgroup)
    raise hostile(_REFUSED[name], f"a document with {name}")
