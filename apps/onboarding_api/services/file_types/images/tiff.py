"""TIFF: the chain of directories; each picture has its size, and its data lies within the file."""

from __future__ import annotations

import struct

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch, unsupported
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

WIDTH, LENGTH, STRIPS, STRIP_SIZES, TILES, TILE_SIZES = 256, 257, 273, 279, 324, 325
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MAX_PICTURES = 1_000
MAX_ENTRIES = 4_096
MAX_PIECES = 100_000


def walk(source: Source) -> Structure:
    head = source.read(0, 8)
    if head[:4] in (b"II+\x00", b"MM\x00+"):
        raise unsupported("BigTIFF")
    if len(head) < 8 or head[:4] not in (b"II*\x00", b"MM\x00*"):
        raise mismatch("no TIFF")
    little = head[:2] == b"II"
    at, seen, pieces = int.from_bytes(head[4:8], "little" if little else "big"), set[int](), 0
    while at:
        if at in seen:
            raise damaged("directories in a circle")
        seen.add(at)
        if len(seen) > MAX_PICTURES:
            raise hostile(Reason.BOMB, "more pictures than any honest file")
        at, held = _walk_directory(source, at, little=little)
        pieces += held
        if pieces > MAX_PIECES:
            raise hostile(Reason.BOMB, "made of more pieces than any honest file")
    if not seen:
        raise damaged("no picture in it")
    return Structure(frames=len(seen))


def _walk_directory(source: Source, at: int, *, little: bool) -> tuple[int, int]:
    """`(offset of the next directory or 0, pieces of this picture's data)`."""
    count = source.number(at, 2, little=little)
    if at < 8 or not 1 <= count <= MAX_ENTRIES:
        raise damaged("an impossible directory")
    tags: dict[int, tuple[int, int, int]] = {}
    table = source.need(at + 2, 12 * count)
    for index in range(count):
        entry = table[12 * index : 12 * index + 12]
        tag, kind, values = struct.unpack("<HHI" if little else ">HHI", entry[:8])
        size = _SIZES.get(kind, 0) * values
        place = at + 2 + 12 * index + 8
        if size > 4:
            place = int.from_bytes(entry[8:12], "little" if little else "big")
            if place + size > source.size:
                raise damaged("a value lies past the end")
        tags[tag] = (place, kind, values)
    for tag in (WIDTH, LENGTH):
        if tag not in tags or not _value(source, tags[tag], 0, little=little):
            raise damaged("a picture without a size")
    held = 0
    for offsets, sizes in ((STRIPS, STRIP_SIZES), (TILES, TILE_SIZES)):
        if offsets in tags:
            held += _check_data(source, tags[offsets], tags.get(sizes), little=little)
    if not held:
        raise damaged("a picture without data")
    return source.number(at + 2 + 12 * count, 4, little=little), held


def _check_data(
    source: Source, offsets: tuple[int, int, int], sizes: tuple[int, int, int] | None, *, little: bool
) -> int:
    count = offsets[2]
    if count > MAX_PIECES or (sizes is not None and sizes[2] != count):
        raise damaged("pieces of data without their sizes")
    # The first and the last few tell a file that was cut off; every one is the decoder's to check.
    for index in {*range(min(count, 8)), *range(max(0, count - 8), count)}:
        start = _value(source, offsets, index, little=little)
        size = _value(source, sizes, index, little=little) if sizes else 1
        if start + size > source.size:
            raise damaged("data lies past the end")
    return count


def _value(source: Source, entry: tuple[int, int, int], index: int, *, little: bool) -> int:
    place, kind, values = entry
    width = _SIZES.get(kind, 0)
    if kind not in (1, 3, 4) or index >= values:
        raise damaged("a number of an impossible kind")
    return source.number(place + index * width, width, little=little)
