"""WAV: RIFF, RF64 or BW64 with a format and data. Recorders that stream leave the sizes open."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.errors import damaged, mismatch, unsupported
from apps.onboarding_api.services.file_types.riff import Chunk, chunks
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

PCM, FLOAT, A_LAW, MU_LAW, MP3, EXTENSIBLE = 0x0001, 0x0003, 0x0006, 0x0007, 0x0055, 0xFFFE
OPEN = 0xFFFFFFFF
MAX_CHANNELS, MAX_HERTZ = 64, 768_000
_SUBFORMAT = b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""The rest of the GUID that holds a format code in its first two bytes."""


def walk(source: Source) -> Structure:
    head = source.read(0, 12)
    if head[:4] not in (b"RIFF", b"RF64", b"BW64") or head[8:12] != b"WAVE":
        raise mismatch("no WAVE header")
    size = int.from_bytes(head[4:8], "little")
    is_open = size in (0, OPEN) or head[:4] != b"RIFF" or 8 + size > source.size
    stop = source.size if is_open else 8 + size
    long_data, has_format = None, False
    for chunk in chunks(source, 12, stop):
        if chunk.kind == b"ds64":
            long_data = source.number(chunk.start + 8, 8, little=True)
        elif chunk.kind == b"fmt ":
            _check_format(source, chunk)
            has_format = True
        elif chunk.kind == b"data":
            if not has_format:
                raise damaged("data before the format")
            return Structure(end=_end(source, chunk, long_data, stop, is_open=is_open))
        elif chunk.start + chunk.size > source.size:
            raise damaged("a chunk reaches past the end")
    raise damaged("no data")


def _end(source: Source, data: Chunk, long_data: int | None, stop: int, *, is_open: bool) -> int:
    size = long_data if data.size == OPEN and long_data else data.size
    if (size == 0 and is_open) or size == OPEN:
        size = source.size - data.start
    if min(data.start + size, source.size) <= data.start:
        raise damaged("no sound in it")
    if not is_open:
        return stop
    at = data.start + size + (size & 1)
    # Tags may follow; what follows without being a chunk is looked at by the caller.
    for chunk in chunks(source, at, source.size):
        if (
            not chunk.kind.isascii()
            or not chunk.kind.strip().isalnum()
            or chunk.start + chunk.size > source.size
        ):
            break
        at = chunk.start + chunk.size + (chunk.size & 1)
    return min(at, source.size)


def _check_format(source: Source, chunk: Chunk) -> None:
    if not 14 <= chunk.size <= 1_024:
        raise damaged("a format of an impossible size")
    content = source.need(chunk.start, chunk.size)
    code, channels = int.from_bytes(content[:2], "little"), int.from_bytes(content[2:4], "little")
    hertz, block = int.from_bytes(content[4:8], "little"), int.from_bytes(content[12:14], "little")
    if code == EXTENSIBLE:
        if chunk.size < 40 or content[26:40] != _SUBFORMAT:
            raise unsupported("an extended format that is not known")
        code = int.from_bytes(content[24:26], "little")
    if code not in (PCM, FLOAT, A_LAW, MU_LAW, MP3):
        raise unsupported(f"sound of the format {code:#06x}")
    if not (1 <= channels <= MAX_CHANNELS and 1 <= hertz <= MAX_HERTZ and block):
        raise damaged("an impossible format")
