"""WebP: chunks of RIFF, with a lossy or lossless bitstream whose first bytes are right, or frames of an animation."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.errors import damaged, mismatch
from apps.onboarding_api.services.file_types.foreign import refuse_trailer
from apps.onboarding_api.services.file_types.riff import Chunk, chunks
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure

_KEY_FRAME, _LOSSLESS = b"\x9d\x01\x2a", b"\x2f"
_FRAME_HEADER = 16


def walk(source: Source) -> Structure:
    head = source.read(0, 12)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        raise mismatch("no WebP")
    end = 8 + int.from_bytes(head[4:8], "little")
    if end > source.size:
        raise damaged("cut off")
    pictures = animated = 0
    first = True
    for chunk in chunks(source, 12, end):
        if chunk.start + chunk.size > end:
            raise damaged("a chunk reaches past the end")
        if first and chunk.kind not in (b"VP8 ", b"VP8L", b"VP8X"):
            raise damaged("the description of the image is not where it belongs")
        first = False
        if chunk.kind in (b"VP8 ", b"VP8L"):
            _check_picture(source, chunk)
            pictures += 1
        elif chunk.kind == b"ANMF":
            _check_frame(source, chunk)
            animated += 1
    if pictures + animated == 0 or pictures > 1:
        raise damaged("no picture in it, or more than one that is no animation")
    refuse_trailer(source, end + (end & 1))
    return Structure(frames=max(1, animated))


def _check_picture(source: Source, chunk: Chunk) -> None:
    head = source.need(chunk.start, min(chunk.size, 10))
    is_right = head[3:6] == _KEY_FRAME and not head[0] & 1 if chunk.kind == b"VP8 " else head[:1] == _LOSSLESS
    if not is_right:
        raise damaged("an impossible picture")


def _check_frame(source: Source, frame: Chunk) -> None:
    for chunk in chunks(source, frame.start + _FRAME_HEADER, frame.start + frame.size):
        if chunk.kind in (b"VP8 ", b"VP8L"):
            _check_picture(source, chunk)
            return
    raise damaged("a frame without a picture")
