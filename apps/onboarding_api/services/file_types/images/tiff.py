"""TIFF: the chain of directories; each picture has its size, and its data lies within the file."""

from __future__ import annotations

import struct
from bisect import bisect
from typing import Literal

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch, unsupported
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

Entry = tuple[int, int, int]
"""Place of the values, their kind, how many."""
WIDTH, LENGTH, STRIPS, STRIP_SIZES, TILES, TILE_SIZES = 256, 257, 273, 279, 324, 325
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MAX_PICTURES = 1_000
MAX_ENTRIES = 4_096
"""Of one directory; of all together `MAX_TOTAL_ENTRIES`: 60 for each of 1,000 pages."""
MAX_TOTAL_ENTRIES = 60_000
MAX_PIECES = 100_000
_LOOKED_AT = 8
_SHARED_BYTES = 64 * 1024
"""Some programs let two entries name one value (a resolution): so much may be named beyond the size of the file."""


class _Spent:
    """What all directories of a file have taken together, and where they lie."""

    def __init__(self, size: int) -> None:
        self._directories: list[tuple[int, int]] = []
        self._value_bytes_left = size + _SHARED_BYTES
        self._entries_left = MAX_TOTAL_ENTRIES
        self._pieces_left = MAX_PIECES

    @property
    def directories(self) -> int:
        return len(self._directories)

    def directory(self, start: int, end: int, entries: int) -> None:
        """Directories that share bytes let a short file hold any number of them."""
        at = bisect(self._directories, (start, end))
        follows = at > 0 and self._directories[at - 1][1] > start
        precedes = at < len(self._directories) and self._directories[at][0] < end
        if follows or precedes:
            raise damaged("directories in a circle, or in one another")
        self._directories.insert(at, (start, end))
        self._entries_left -= entries
        if len(self._directories) > MAX_PICTURES or self._entries_left < 0:
            raise hostile(Reason.BOMB, "more pictures than any honest file")

    def value(self, size: int) -> None:
        self._value_bytes_left -= size
        if self._value_bytes_left < 0:
            raise hostile(Reason.BOMB, "its values name the same bytes again and again")

    def pieces(self, count: int) -> None:
        self._pieces_left -= count
        if self._pieces_left < 0:
            raise hostile(Reason.BOMB, "made of more pieces than any honest file")


def walk(source: Source) -> Structure:
    head = source.read(0, 8)
    if head[:4] in (b"II+\x00", b"MM\x00+"):
        raise unsupported("BigTIFF")
    if len(head) < 8 or head[:4] not in (b"II*\x00", b"MM\x00*"):
        raise mismatch("no TIFF")
    little = head[:2] == b"II"
    at, spent = int.from_bytes(head[4:8], "little" if little else "big"), _Spent(source.size)
    while at:
        at = _walk_directory(source, at, spent, little=little)
    if not spent.directories:
        raise damaged("no picture in it")
    return Structure(frames=spent.directories)


def _walk_directory(source: Source, at: int, spent: _Spent, *, little: bool) -> int:
    """The offset of the next directory, or 0."""
    count = source.number(at, 2, little=little)
    if at < 8 or not 1 <= count <= MAX_ENTRIES:
        raise damaged("an impossible directory")
    spent.directory(at, at + 2 + 12 * count + 4, count)
    tags: dict[int, Entry] = {}
    table = source.need(at + 2, 12 * count)
    following = source.number(at + 2 + 12 * count, 4, little=little)
    for index in range(count):
        entry = table[12 * index : 12 * index + 12]
        tag, kind, values = struct.unpack("<HHI" if little else ">HHI", entry[:8])
        size = _SIZES.get(kind, 0) * values
        place = at + 2 + 12 * index + 8
        if size > 4:
            place = int.from_bytes(entry[8:12], "little" if little else "big")
            if place + size > source.size:
                raise damaged("a value lies past the end")
            spent.value(size)
        tags[tag] = (place, kind, values)
    for tag in (WIDTH, LENGTH):
        if tag not in tags or not _values(source, tags[tag], 0, 1, little=little)[0]:
            raise damaged("a picture without a size")
    held = 0
    for offsets, sizes in ((STRIPS, STRIP_SIZES), (TILES, TILE_SIZES)):
        if offsets in tags:
            held += tags[offsets][2]
            spent.pieces(tags[offsets][2])
            _check_data(source, tags[offsets], tags.get(sizes), little=little)
    if not held:
        raise damaged("a picture without data")
    return following


def _check_data(source: Source, offsets: Entry, sizes: Entry | None, *, little: bool) -> None:
    count = offsets[2]
    if sizes is not None and sizes[2] != count:
        raise damaged("pieces of data without their sizes")
    # The first and the last few tell a file that was cut off; every one is the decoder's to check.
    for first in {0, max(0, count - _LOOKED_AT)}:
        starts = _values(source, offsets, first, _LOOKED_AT, little=little)
        lengths = _values(source, sizes, first, _LOOKED_AT, little=little) if sizes else [1] * len(starts)
        if any(start + length > source.size for start, length in zip(starts, lengths, strict=True)):
            raise damaged("data lies past the end")


def _values(source: Source, entry: Entry, first: int, most: int, *, little: bool) -> list[int]:
    """The numbers from the index `first` on, at most so many; in one look at the file."""
    place, kind, values = entry
    width = _SIZES.get(kind, 0)
    count = min(most, values - first)
    if kind not in (1, 3, 4) or (count < 1 and most == 1):
        raise damaged("a number of an impossible kind")
    raw = source.need(place + first * width, count * width)
    order: Literal["little", "big"] = "little" if little else "big"
    return [int.from_bytes(raw[at : at + width], order) for at in range(0, len(raw), width)]
