"""A ZIP read by its directory, which is counted before anything is unpacked; then every entry is unpacked and summed.

Not `zipfile`: it reads a directory of any size, and takes archives that stand behind something else.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from apps.onboarding_api.services.document_service.office import MAX_ENTRIES, MAX_UNPACKED
from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch
from apps.onboarding_api.services.file_types.source import Source

MAX_DIRECTORY = 1024 * 1024
MAX_RATIO, RATIO_FROM = 400, 1024 * 1024
"""Unpacked to packed size of an entry that unpacks to more than 1 MiB. Sheets of equal rows reach 150."""
MAX_GAP = 1_024
"""Between two entries: descriptors of 12 to 24 bytes, and what editors leave of a replaced entry's alignment."""
STORED, DEFLATED = 0, 8
_END, _LONG_END, _LONG_PLACE, _ENTRY, _LOCAL = (
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"PK\x01\x02",
    b"PK\x03\x04",
)
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    method: int
    crc: int
    packed: int
    unpacked: int
    at: int
    """Of its local header."""


class Archive:
    """Entries that were found sound by their headers; `content` unpacks."""

    def __init__(self, source: Source) -> None:
        if source.read(0, 4) != _LOCAL:
            raise mismatch("no ZIP archive at its start")
        self._source = source
        self.entries = {entry.name: entry for entry in self._directory()}
        self._data = self._places()

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """The unpacked bytes, which must be as many as the directory says, and have its checksum."""
        start, crc, left = self._data[entry.name], 0, entry.unpacked
        for piece in self._unpacked(entry, start):
            left -= len(piece)
            if left < 0:
                raise hostile(Reason.BOMB, "an entry unpacks to more than it says")
            crc = zlib.crc32(piece, crc)
            yield piece
        if left or crc != entry.crc:
            raise damaged("an entry is not what the directory says")

    def content(self, name: str, *, limit: int) -> bytes:
        """The whole entry; "damaged" where there is none, or more than `limit` bytes."""
        entry = self.entries.get(name)
        if entry is None or entry.unpacked > limit:
            raise damaged(f"no {name}, or one of an impossible size")
        return b"".join(self.pieces(entry))

    def _unpacked(self, entry: Entry, start: int) -> Iterator[bytes]:
        packed = self._source.pieces(start, start + entry.packed)
        if entry.method == STORED:
            yield from packed
            return
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        for piece in packed:
            while piece and not inflating.eof:
                try:
                    yield inflating.decompress(piece, _PIECE)
                except zlib.error:
                    raise damaged("an entry that cannot be unpacked") from None
                piece = inflating.unconsumed_tail
        if not inflating.eof:
            try:
                yield inflating.flush()
            except zlib.error:
                raise damaged("an entry that cannot be unpacked") from None

    def _directory(self) -> Iterator[Entry]:
        count, size, at = self._end_record()
        if count > MAX_ENTRIES or size > MAX_DIRECTORY:
            raise hostile(Reason.BOMB, f"an archive of {count} entries")
        stop, names, total = at + size, set[str](), 0
        for _ in range(count):
            entry, at = self._entry(at, stop)
            if entry.name.lower() in names:
                raise hostile(Reason.UNSAFE_ENTRY, "two entries of one name")
            names.add(entry.name.lower())
            total += entry.unpacked
            if total > MAX_UNPACKED:
                raise hostile(Reason.BOMB, "unpacks to too much")
            if entry.unpacked > RATIO_FROM and entry.unpacked > MAX_RATIO * max(entry.packed, 1):
                raise hostile(Reason.BOMB, "an entry unpacks to too much")
            yield entry
        if not count or at != stop:
            raise damaged("a directory that is not as long as it says")

    def _end_record(self) -> tuple[int, int, int]:
        """`(entries, size of the directory, its offset)`. The record must end the file; padding of zeros may follow."""
        source = self._source
        tail_at = max(0, source.size - 22 - 65_535)
        tail = source.read(tail_at, source.size - tail_at)
        place = tail.rfind(_END)
        record = tail[place : place + 22]
        if place < 0 or len(record) < 22:
            raise damaged("no directory: cut off")
        disk, first_disk, here, count, size, at, comment = struct.unpack("<4x4HIIH", record)
        if tail[place + 22 + comment :].strip(b"\x00"):
            raise hostile(Reason.POLYGLOT, "something follows its end")
        end = tail_at + place
        long_place = source.read(end - 20, 20)
        if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, at):
            if long_place[:4] != _LONG_PLACE:
                raise damaged("no directory")
            end = int.from_bytes(long_place[8:16], "little")
            disk, first_disk, here, count, size, at = struct.unpack("<16xIIQQQQ", source.need(end, 56))
            if source.read(end, 4) != _LONG_END:
                raise damaged("no directory")
        elif long_place[:4] == _LONG_PLACE:
            end = min(end, int.from_bytes(long_place[8:16], "little"))
        if disk or first_disk or here != count:
            raise damaged("an archive of several parts")
        if at + size > end or source.read(at, 4) != _ENTRY:
            raise damaged("no directory where it should be")
        return count, size, at

    def _entry(self, at: int, stop: int) -> tuple[Entry, int]:
        head = self._source.need(at, 46)
        flags, method, crc, packed, unpacked, named, extra, comment, local = struct.unpack(
            "<8xHH4xIIIHHH8xI", head
        )
        end = at + 46 + named + extra + comment
        if head[:4] != _ENTRY or end > stop:
            raise damaged("a broken directory")
        if flags & 0x2041:
            raise hostile(Reason.ENCRYPTED, "an encrypted entry")
        if method not in (STORED, DEFLATED):
            raise damaged("an entry packed in a way that Office does not")
        if 0xFFFFFFFF in (packed, unpacked, local):
            unpacked, packed, local = _long_sizes(
                self._source.need(at + 46 + named, extra), unpacked=unpacked, packed=packed, local=local
            )
        raw = self._source.need(at + 46, named)
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if escapes(name):
            raise hostile(Reason.UNSAFE_ENTRY, "an entry points out of the archive")
        return Entry(name, method, crc, packed, unpacked, local), end

    def _places(self) -> dict[str, int]:
        """Where the data of each entry begins. Entries stand one behind the other from the start, none over another."""
        reached, found = 0, dict[str, int]()
        for entry in sorted(self.entries.values(), key=lambda entry: entry.at):
            head = self._source.need(entry.at, 30)
            flags, method, named, extra = struct.unpack("<6xHH16xHH", head)
            start = entry.at + 30 + named + extra
            if head[:4] != _LOCAL or method != entry.method:
                raise damaged("an entry is not where the directory says")
            if flags & 0x2041:
                raise hostile(Reason.ENCRYPTED, "an encrypted entry")
            local = self._source.need(entry.at + 30, named).decode(
                "utf-8" if flags & 0x800 else "cp437", "replace"
            )
            if local != entry.name:
                raise hostile(Reason.UNSAFE_ENTRY, "an entry has two names")
            if entry.at < reached:
                raise hostile(Reason.BOMB, "entries lie over each other")
            if entry.at - reached > (MAX_GAP if reached else 0):
                raise hostile(Reason.POLYGLOT, "something stands between its entries")
            reached, found[entry.name] = start + entry.packed, start
        if reached > self._source.size:
            raise damaged("an entry reaches past the end")
        return found


def escapes(name: str) -> bool:
    """Whether an unpacker might write it elsewhere than below its folder."""
    parts = name.replace("\\", "/").split("/")
    return (
        not name
        or name.startswith(("/", "\\", "~"))
        or ".." in parts
        or ":" in name
        or "\\" in name
        or any(ord(letter) < 32 for letter in name)
    )


def _long_sizes(extra: bytes, *, unpacked: int, packed: int, local: int) -> tuple[int, int, int]:
    """The sizes that did not fit, from the ZIP64 field."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            values = [
                int.from_bytes(extra[i : i + 8], "little")
                for i in range(at + 4, min(at + 4 + size, len(extra)), 8)
            ]
            given = iter(values)
            unpacked, packed, local = (
                next(given, value) if value == 0xFFFFFFFF else value for value in (unpacked, packed, local)
            )
            return unpacked, packed, local
        at += 4 + size
    raise damaged("sizes that are given nowhere")
