"""PDF: header, cross-reference and end; nothing that acts, encrypts or carries files.

Names may be spelled with `#` and two hexadecimal digits, and objects may stand compressed in object streams: both are
looked through. Where a stream begins is not asked of its dictionary, which readers find in more ways than a pattern
knows: what follows every keyword `stream` is unpacked if it can be.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.foreign import CODE, refuse_zip_tail
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\x0c\r ]{0,64}%PDF-([12])\.[0-9]")
END_WITHIN = 2_048
"""Readers look for the end mark in the last kilobyte or two; printers append blanks."""
MAX_STREAMS = 50_000
MAX_UNPACKED = 32 * 1024 * 1024
"""Of all that may be object streams together. Those of a document of 10 MB are a few MB."""
_FIRST_LOOK: Final = 1024
"""Unpacked of each stream to see whether it may hold objects. Those of pages and pictures begin otherwise."""
_PIECE: Final = 64 * 1024

_REFUSED: dict[str, Reason] = {
    "Encrypt": Reason.ENCRYPTED,
    "JavaScript": Reason.SCRIPT,
    "Launch": Reason.SCRIPT,
    "SubmitForm": Reason.SCRIPT,
    "ImportData": Reason.SCRIPT,
    "XFA": Reason.SCRIPT,
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
_SCRIPT = re.compile(
    rb"/"
    + _spelled("JS")
    + rb"(?:[\x00\s]{33}|[\x00\s]{0,32}(?:[%0-9]|<[\s0-9a-fA-F>]|\((?:[\t\n\r -~]|\xfe\xff|\xff\xfe|\xef\xbb\xbf)))"
)
"""A key too short to be refused by itself where data may have it by chance: with the beginning of its value."""
_OBJECT_STREAM = _any_of(["ObjStm"])
_REFERENCE = rb"[\x00\s]{0,32}(?:\d|%)"
_ODDLY_PACKED = re.compile(
    rb"/(?:" + _spelled("Filter") + rb"|" + _spelled("DecodeParms") + rb"|" + _spelled("F") + rb")" + _REFERENCE
    + rb"|/" + _spelled("Filter") + rb"[\x00\s]{0,32}\[[\x00\s]{0,32}(?:\d|/[^/\]]{1,64}/)"
    + rb"|/" + _spelled("Predictor") + rb"[\x00\s]{0,32}(?:[2-9]|1[0-9]|%)"
)  # fmt: skip
"""Beside objects: a coding that stands elsewhere, several, or one that changes the bytes once more."""
_OTHER_CODING = _any_of(
    ["LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "AHx", "A85", "LZW", "Crypt"]
)
"""Nobody packs objects so. Refused in a file that has packed objects, wherever they are: which stream a name belongs to
can be hidden, the name cannot."""
_MAY_BE_OBJECTS = re.compile(rb"[\x00\s]*(?:%|\Z|[+-]?\d{1,12}(?:[\x00\s]{1,32}[+-]?\d|[\x00\s]*(?:%|\Z)))")
"""Numbers and places of the objects come first; blanks and comments may stand before."""
_STREAM = re.compile(rb"stream")
_BLANKS = b"\x00\t\n\x0c\r "
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
    if source.search(_SCRIPT, 0) is not None:
        raise hostile(Reason.SCRIPT, "a script in it")
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
    """All names inside of packed streams."""
    has_objects = source.search(_OBJECT_STREAM, 0) is not None
    if has_objects and source.search(_OTHER_CODING, 0) is not None:
        raise damaged("objects packed in a way that nobody packs them")
    at, streams, unpacked = 0, Steps(MAX_STREAMS), 0
    # What was said of the stream that comes, which may be said before something that is none.
    objects = oddly = False
    while (begin := source.search(_STREAM, at)) is not None:
        streams.step()
        objects = objects or source.search(_OBJECT_STREAM, at, begin.start) is not None
        oddly = oddly or source.search(_ODDLY_PACKED, at, begin.start) is not None
        if objects and oddly:
            raise damaged("objects packed in a way that nobody packs them")
        at = begin.end
        size = _check_packed(source, begin.end, objects=objects, limit=MAX_UNPACKED - unpacked)
        if size is None:
            continue
        objects = oddly = False
        unpacked += size
        if unpacked > MAX_UNPACKED:
            if has_objects:
                raise hostile(Reason.BOMB, "objects that unpack to too much")
            return


def _check_packed(source: Source, keyword_end: int, *, objects: bool, limit: int) -> int | None:
    """Unpacked size, at most `limit` + 1, of what may hold objects, in which nothing is refused; 0 of another stream,
    None where nothing packed begins. Broken data counts as far as it can be unpacked, as readers take it."""
    at = source.skip(keyword_end, _BLANKS)
    head = source.read(at, 2)
    if len(head) < 2 or head[0] & 15 != 8 or int.from_bytes(head, "big") % 31:
        return None
    inflating, unpacked, kept, wanted, length = zlib.decompressobj(), 0, b"", _FIRST_LOOK, 256
    rest = b""
    while not inflating.eof:
        if not rest:
            # Small at first: a file may have thousands of streams of some bytes.
            rest, at, length = source.read(at, length), at + length, min(2 * length, _PIECE)
        try:
            text = inflating.decompress(rest, min(wanted, limit + 1 - unpacked))
        except zlib.error:
            return unpacked or None
        if not rest and not text:
            break
        rest = inflating.unconsumed_tail
        unpacked += len(text)
        seen = kept + text
        _refuse_names(seen)
        if not objects and len(seen) == unpacked and unpacked >= 64 and not _MAY_BE_OBJECTS.match(seen):
            return 0
        if unpacked > limit:
            return unpacked
        wanted, kept = _PIECE, seen[-256:]
    return unpacked


def _refuse_names(text: bytes) -> None:
    found = _LONG_NAMES.search(text)
    if found is not None:
        _refuse(found)
    if _SCRIPT.search(text):
        raise hostile(Reason.SCRIPT, "a script in it")


def _refuse(found: re.Match[bytes]) -> None:
    name = str(found.lastgroup)
    raise hostile(_REFUSED[name], f"a document with {name}")
