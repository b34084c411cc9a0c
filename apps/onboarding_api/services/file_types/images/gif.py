"""GIF: blocks to the trailer; its pictures are counted."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.errors import damaged, mismatch
from apps.onboarding_api.services.file_types.foreign import refuse_trailer
from apps.onboarding_api.services.file_types.images.text import refuse_code
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure

EXTENSION, IMAGE, TRAILER, COMMENT = 0x21, 0x2C, 0x3B, 0xFE
MAX_SUB_BLOCKS = 400_000
"""10 MB in sub-blocks of 255 bytes are 40,000; encoders that write shorter ones are rare."""


def walk(source: Source) -> Structure:
    if source.read(0, 6) not in (b"GIF87a", b"GIF89a"):
        raise mismatch("no GIF")
    screen = source.need(6, 7)
    at = 13 + _colours(screen[4])
    blocks, sub_blocks, frames = Steps(), Steps(MAX_SUB_BLOCKS), 0
    while True:
        blocks.step()
        kind = source.number(at, 1)
        if kind == TRAILER:
            break
        if kind == EXTENSION:
            label = source.number(at + 1, 1)
            end = _after_sub_blocks(source, at + 2, sub_blocks)
            if label == COMMENT:
                refuse_code(_text(source, at + 2))
            at = end
        elif kind == IMAGE:
            start = at + 10 + _colours(source.number(at + 9, 1))
            if not 1 <= source.number(start, 1) <= 11:
                raise damaged("an impossible picture")
            at = _after_sub_blocks(source, start + 1, sub_blocks)
            frames += 1
        else:
            raise damaged("no block where one should be")
    if not frames:
        raise damaged("no picture in it")
    refuse_trailer(source, at + 1)
    return Structure(frames=frames)


def _colours(packed: int) -> int:
    """Bytes of the colour table that the flags announce."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _after_sub_blocks(source: Source, at: int, steps: Steps) -> int:
    while size := source.number(at, 1):
        steps.step()
        at += 1 + size
    return at + 1


def _text(source: Source, at: int) -> bytes:
    """A comment's text, its first 64 KiB."""
    parts: list[bytes] = []
    while (size := source.number(at, 1)) and len(parts) < 256:
        parts.append(source.read(at + 1, size))
        at += 1 + size
    return b"".join(parts)
