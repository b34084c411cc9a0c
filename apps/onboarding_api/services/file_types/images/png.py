"""PNG: chunks to the end, the checksums of those that matter, and the texts beside the picture."""

from __future__ import annotations

import zlib

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.foreign import refuse_trailer
from apps.onboarding_api.services.file_types.images.text import MAX_TEXT, refuse_code
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def walk(source: Source) -> Structure:
    if source.read(0, 8) != SIGNATURE:
        raise mismatch("no PNG")
    at, steps, frames, data, first = 8, Steps(), 1, False, True
    unpacked = 0
    while True:
        steps.step()
        head = source.need(at, 8)
        size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if not kind.isalpha() or size > 0x7FFFFFFF or start + size + 4 > source.size:
            raise damaged("no chunk where one should be, or cut off")
        if first != (kind == b"IHDR"):
            raise damaged("the description of the image is not where it belongs")
        # An upper-case first letter: nobody can show the picture without it.
        if kind[0] & 0x20 == 0:
            _check_sum(source, kind, start, size)
        if kind == b"IHDR":
            _check_header(source.need(start, min(size, 13)))
        elif kind == b"acTL":
            frames = max(1, source.number(start, 4))
        elif kind in _TEXTS:
            unpacked += _check_text(source, kind, start, size, left=MAX_TEXT - unpacked)
        data, first = data or (kind == b"IDAT" and size > 0), False
        at = start + size + 4
        if kind == b"IEND":
            break
    if not data:
        raise damaged("an image without data")
    refuse_trailer(source, at)
    return Structure(frames=frames)


def _check_sum(source: Source, kind: bytes, start: int, size: int) -> None:
    value = zlib.crc32(kind)
    for piece in source.pieces(start, start + size):
        value = zlib.crc32(piece, value)
    if value != source.number(start + size, 4):
        raise damaged("a chunk whose checksum is wrong")


def _check_header(content: bytes) -> None:
    width, height = int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big")
    if (
        len(content) != 13
        or not (0 < width <= 0x7FFFFFFF and 0 < height <= 0x7FFFFFFF)
        or content[8] not in _DEPTHS.get(content[9], ())
        or content[10:12] != b"\x00\x00"
        or content[12] > 1
    ):
        raise damaged("an impossible description of the image")


def _check_text(source: Source, kind: bytes, start: int, size: int, *, left: int) -> int:
    """Bytes unpacked from one text, at most `left`: what the texts before it left of the file's 1 MiB."""
    content = b"".join(source.pieces(start, start + min(size, MAX_TEXT)))
    keyword, _, rest = content.partition(b"\x00")
    refuse_code(keyword)
    if kind == b"zTXt" or (kind == b"iTXt" and rest[:1] == b"\x01"):
        packed = rest[1:] if kind == b"zTXt" else rest[2:].partition(b"\x00")[2].partition(b"\x00")[2]
        text = _inflated(packed, left=left)
        refuse_code(text)
        return len(text)
    # XMP is markup by its nature; code in it is found where the whole file is searched.
    if kind == b"tEXt" or not keyword.startswith(b"XML:com.adobe.xmp"):
        refuse_code(rest)
    return 0


def _inflated(content: bytes, *, left: int) -> bytes:
    try:
        text = zlib.decompressobj().decompress(content, left + 1)
    except zlib.error:
        return b""
    if len(text) > left:
        raise hostile(Reason.BOMB, "texts that unpack to more than 1 MiB")
    return text
