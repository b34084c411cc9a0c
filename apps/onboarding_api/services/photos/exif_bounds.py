"""How much EXIF is looked at. Runs in the child only.

A JPEG gives one segment of 64 KiB to it, PNG, WebP and HEIC bound it by nothing, and directories may name the same
bytes again and again: a file of 9 MB made Pillow build a million fractions (4.6 s of processor, 253 MB). What is beyond
these bounds is taken for a photo without metadata. Those of TIFFs are bounded by the walk through their structure.
"""

from __future__ import annotations

import re
import struct
from functools import cache

from PIL import Image

MOST_BYTES = 64 * 1024
"""What a segment of a JPEG holds (CIPA DC-008), where EXIF comes from; its header counted generously."""
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_POINTERS = frozenset({0x8769, 0x8825})
"""To the directories of the camera and of the position: besides the first, all that is asked for."""
_BYTES_OF_TYPE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
_POINTER_FORMATS = {3: "H", 4: "I", 13: "I"}


class _Beyond(Exception):
    """More than any camera writes."""


def is_modest(exif: bytes) -> bool:
    """Whether it is short, and its values together are no longer than it is itself."""
    tiff = re.sub(b"^(Exif\0\0){1,2}", b"", exif[: MOST_BYTES + 13])
    order = _ORDERS.get(tiff[:4])
    if order is None or len(tiff) > MOST_BYTES or len(tiff) < 8:
        return False
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        size, pointers = _values_at(tiff, first, order)
        if len(pointers) > len(_POINTERS):
            return False
        return size + sum(_values_at(tiff, at, order)[0] for at in pointers) <= len(tiff)
    except _Beyond:
        return False


def _values_at(tiff: bytes, at: int, order: str) -> tuple[int, list[int]]:
    """Of one directory: the bytes of its values, and where it points. What lies outside Pillow skips."""
    if at + 2 > len(tiff):
        return 0, []
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    size, pointers = 0, list[int]()
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, number, offset = struct.unpack_from(f"{order}HHII", tiff, entry)
        bytes_of = _BYTES_OF_TYPE.get(kind, 0) * number
        if bytes_of <= 4 or offset + bytes_of <= len(tiff):
            size += bytes_of
        if tag in _POINTERS:
            if kind not in _POINTER_FORMATS or number != 1:
                raise _Beyond
            pointers += struct.unpack_from(f"{order}{_POINTER_FORMATS[kind]}", tiff, entry + 8)
    return size, pointers


@cache
def install() -> None:
    """Pillow reads EXIF by itself in several places, as soon as it opens a JPEG: all of them come through here."""
    read = Image.Exif.load

    def load(self: Image.Exif, data: bytes) -> None:
        read(self, data if is_modest(data) else b"")

    Image.Exif.load = load  # type: ignore[method-assign]  # in the child, which lives for one photo
