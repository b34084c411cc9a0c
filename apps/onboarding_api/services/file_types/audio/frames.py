"""MP3 and AAC: headers that say how far off the next one is, followed as a chain."""

from __future__ import annotations

from collections.abc import Callable

from apps.onboarding_api.services.file_types.errors import damaged, mismatch
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure
from apps.onboarding_api.services.file_types.tags import after_id3, before_tags

CHAIN = 4
"""Frames in a row that chance does not make: each header fixes some 20 bits."""
ENOUGH_FRAMES = 40_000
"""Seventeen minutes of MP3."""
SEARCH = 8 * 1024
"""How far the first frame may be from where it should be: encoders pad."""
MAX_GAPS = 32
"""Recordings that were joined or cut have a few frames missing."""

_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44_100, 48_000, 32_000)

Header = Callable[[bytes], tuple[int, int] | None]
"""First bytes of a frame -> its length in bytes and what must be equal in all frames; None: no frame."""


def walk_mp3(source: Source) -> Structure:
    return _walk(source, mp3_header, width=4)


def walk_adts(source: Source) -> Structure:
    return _walk(source, adts_header, width=7)


def mp3_header(head: bytes) -> tuple[int, int] | None:
    """Layer III of MPEG 1, 2 and 2.5, with a bitrate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bitrate in (0, 15) or rate == 3:
        return None
    kilobits = (_BITRATES_1 if version == 3 else _BITRATES_2)[bitrate]
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    length = (144 if version == 3 else 72) * kilobits * 1000 // hertz + (head[2] >> 1 & 1)
    return length, (head[1] & 0xFE) << 8 | rate


def adts_header(head: bytes) -> tuple[int, int] | None:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return None
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return (length, head[1] << 8 | head[2] >> 2) if length > 7 else None


def _walk(source: Source, header: Header, *, width: int) -> Structure:
    start, stop = after_id3(source), before_tags(source)
    at = _next_chain(source, start, stop, header, width)
    if at is None:
        raise mismatch("no chain of frames")
    first = header(source.read(at, width))
    gaps = 0
    for _ in range(ENOUGH_FRAMES):
        found = header(source.read(at, width))
        if found is not None and first is not None and found[1] == first[1]:
            at += found[0]
        elif at + width > stop:
            break
        else:
            following = _next_chain(source, at, stop, header, width)
            gaps += 1
            if following is None:
                break
            if gaps > MAX_GAPS:
                raise damaged("more gaps than frames")
            at = following
            first = header(source.read(at, width))
    else:
        return Structure()
    return Structure(end=min(at, source.size))


def _next_chain(source: Source, start: int, stop: int, header: Header, width: int) -> int | None:
    """Where, within the search range, four frames follow each other (or fewer that fill the file to its end)."""
    start = source.skip(start, b"\x00", limit=64 * 1024)
    window = source.read(start, SEARCH)
    inside = window.find(b"\xff")
    while inside >= 0:
        if _is_chain(source, start + inside, stop, header, width):
            return start + inside
        inside = window.find(b"\xff", inside + 1)
    return None


def _is_chain(source: Source, at: int, stop: int, header: Header, width: int) -> bool:
    shared = None
    for count in range(CHAIN):
        found = header(source.read(at, width))
        if found is None:
            return count >= 2 and at >= stop
        if shared is not None and found[1] != shared:
            return False
        shared = found[1]
        at += found[0]
    return True
