"""What a JPEG is made of, segment by segment: the proof that nothing but pixels is in it (ISO/IEC 10918-1, annex B)."""

from __future__ import annotations

from dataclasses import dataclass

SOI, EOI, SOS, COM, APP0, DQT, DHT, DRI = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xDB, 0xC4, 0xDD
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_RESTARTS = frozenset(range(0xD0, 0xD8))
_NEEDED = frozenset({SOI, EOI, SOS, DQT, DHT, DRI, *_FRAMES})
_JFIF_BYTES = 14
"""Of an APP0 that names no thumbnail: identifier, version, density."""


class NotPlain(ValueError):
    """This is no JPEG, or it carries something beside its pixels."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`marker` is the byte after FF; `content` what follows the two bytes of length, empty where there are none."""

    marker: int
    content: bytes


def segments(jpeg: bytes) -> list[Segment]:
    """All segments in their order, entropy-coded data left out. `NotPlain` for what is no whole JPEG."""
    if jpeg[:2] != b"\xff\xd8":
        raise NotPlain("no JPEG")
    found, at = [Segment(SOI, b"")], 2
    while at + 1 < len(jpeg):
        if jpeg[at] != 0xFF:
            raise NotPlain("no marker where one must be")
        marker, at = jpeg[at + 1], at + 2
        if marker == EOI:
            if at != len(jpeg):
                raise NotPlain("bytes after the end")
            return [*found, Segment(EOI, b"")]
        length = int.from_bytes(jpeg[at : at + 2])
        if length < 2 or at + length > len(jpeg):
            raise NotPlain("a segment beyond the end")
        found.append(Segment(marker, jpeg[at + 2 : at + length]))
        at += length
        if marker == SOS:
            at = _after_scan(jpeg, at)
    raise NotPlain("no end")


def size_of_plain(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a JPEG that holds pixels and nothing else; `NotPlain` otherwise.

    An APP0 may say that it is JFIF, without a thumbnail, once; no other APPn and no comment may be there.
    """
    size = None
    for place, segment in enumerate(segments(jpeg)):
        if segment.marker in _FRAMES and size is None and len(segment.content) >= 6:
            size = int.from_bytes(segment.content[3:5]), int.from_bytes(segment.content[1:3])
        is_jfif = segment.content.startswith(b"JFIF\0") and len(segment.content) == _JFIF_BYTES
        if segment.marker not in _NEEDED and not (segment.marker == APP0 and is_jfif and place == 1):
            raise NotPlain(f"a segment FF{segment.marker:02X}")
    if size is None:
        raise NotPlain("no frame")
    return size


def _after_scan(jpeg: bytes, at: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart."""
    while (at := jpeg.find(b"\xff", at)) >= 0 and at + 1 < len(jpeg):
        following = jpeg[at + 1]
        if following != 0 and following not in _RESTARTS:
            return at
        at += 2
    raise NotPlain("no end")
