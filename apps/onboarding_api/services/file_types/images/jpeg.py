"""JPEG: segments to the end of the image, through the coded data of each scan."""

from __future__ import annotations

import re
from typing import Final

from apps.onboarding_api.services.file_types.errors import Reason, damaged, hostile, mismatch, unsupported
from apps.onboarding_api.services.file_types.foreign import refuse_trailer
from apps.onboarding_api.services.file_types.images.text import refuse_code
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

SOI, EOI, SOS, COM, DHT, DAC, JPG = 0xD8, 0xD9, 0xDA, 0xFE, 0xC4, 0xCC, 0xC8
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, DAC, JPG}
TAKEN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended, progressive: what cameras write and decoders read."""
MAX_SEGMENTS = 4_000
"""EXIF, colour profile, depth maps in 64 KiB pieces, and some ten scans: hundreds."""
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The last of the fill bytes and the marker: a pattern of the whole run is looked for from each of its bytes anew."""


def walk(source: Source) -> Structure:
    if source.read(0, 3) != b"\xff\xd8\xff":
        raise mismatch("no JPEG")
    end = _walk_segments(source)
    refuse_trailer(source, end, camera=True)
    return Structure(frames=1)


def _walk_segments(source: Source) -> int:
    """The byte after the end of the image."""
    at, steps, frame, scan = 2, Steps(MAX_SEGMENTS), False, False
    while True:
        steps.step()
        if source.need(at, 1) != b"\xff":
            raise damaged("no marker where one should be")
        at = source.skip(at, b"\xff")
        marker = source.number(at, 1)
        at += 1
        if marker == EOI:
            if not scan:
                raise damaged("an image without data")
            return at
        if marker in (0x00, 0x01, SOI) or 0xD0 <= marker <= 0xD7:
            raise damaged("a marker that cannot stand there")
        size = source.number(at, 2)
        if size < 2:
            raise damaged("an impossible segment")
        if marker in FRAMES:
            _check_frame(source, at, size, marker)
            frame = True
        elif marker == COM:
            refuse_code(source.need(at + 2, size - 2))
        elif 0xE0 <= marker <= 0xEF and source.read(at + 2, 2) == b"/*":
            raise hostile(Reason.SCRIPT, "a script is hidden in a segment")
        at += size
        if marker == SOS:
            if not frame:
                raise damaged("data before the description of the image")
            found = source.search(_MARKER_IN_SCAN, at)
            if found is None:
                raise damaged("cut off within the image")
            scan, at = True, found.start


def _check_frame(source: Source, at: int, size: int, marker: int) -> None:
    if marker not in TAKEN_FRAMES:
        raise unsupported("a JPEG of a kind that cameras do not write")
    content = source.need(at + 2, 6)
    components = content[5]
    if size != 8 + 3 * components or not 1 <= components <= 4 or not int.from_bytes(content[3:5], "big"):
        raise damaged("an impossible description of the image")
