"""Ogg: pages, the first ones with their checksums, and Opus, Vorbis or FLAC in them."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.errors import damaged, mismatch, unsupported
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

CODECS = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC")
SUMMED_PAGES = 3
ENOUGH_PAGES = 20_000
"""A page holds a second of sound, or 20 ms where somebody streams."""
FIRST, CONTINUED, LAST = 2, 1, 4


def walk(source: Source) -> Structure:
    if source.read(0, 4) != b"OggS":
        raise mismatch("no Ogg page")
    at, streams, sound = 0, set[bytes](), False
    for page in range(ENOUGH_PAGES):
        head = source.read(at, 27)
        if head[:4] != b"OggS":
            break
        table = source.read(at + 27, head[26]) if len(head) == 27 else b""
        if len(head) < 27 or len(table) < head[26]:
            # The last page of a recording that was cut off.
            at = source.size
            break
        if head[4] != 0 or head[5] & ~7:
            raise damaged("an impossible page")
        body, size, serial = at + 27 + head[26], sum(table), head[14:18]
        if page < SUMMED_PAGES and body + size <= source.size:
            _check_sum(source, at, head, table, size)
        if head[5] & FIRST:
            if not source.read(body, 8).startswith(CODECS):
                raise unsupported("a stream that is neither Opus, Vorbis nor FLAC")
            streams.add(serial)
        elif serial not in streams:
            raise damaged("a page of a stream that never began")
        else:
            sound = sound or (size > 0 and page > 1)
        at = body + size
    else:
        return Structure()
    if not sound:
        raise damaged("no sound in it")
    return Structure(end=min(at, source.size))


def _table() -> tuple[int, ...]:
    """CRC-32 with polynomial 0x04C11DB7, most significant bit first, as RFC 3533 has it."""
    entries = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        entries.append(value)
    return tuple(entries)


_CRC = _table()


def _check_sum(source: Source, at: int, head: bytes, table: bytes, size: int) -> None:
    # The checksum counts its own field as zero.
    page = head[:22] + b"\x00\x00\x00\x00" + head[26:] + table + source.need(at + 27 + len(table), size)
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    if value != int.from_bytes(head[22:26], "little"):
        raise damaged("a page whose checksum is wrong")
