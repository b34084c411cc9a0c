"""Tags around the sound: ID3v2 before it, ID3v1 and APE behind it."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.errors import damaged
from apps.onboarding_api.services.file_types.source import Source

MAX_TAGS = 8


def after_id3(source: Source, at: int = 0) -> int:
    """Where the sound begins: behind all ID3v2 tags that stand at `at`."""
    for _ in range(MAX_TAGS):
        head = source.read(at, 10)
        if head[:3] != b"ID3":
            return at
        if len(head) < 10 or any(byte & 0x80 for byte in head[6:10]) or not 2 <= head[3] <= 4:
            raise damaged("a broken ID3 tag")
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        at += 10 + size + (10 if head[5] & 0x10 else 0)
    raise damaged("too many ID3 tags")


def before_tags(source: Source) -> int:
    """Where the sound ends: before an ID3v1 tag, and an APEv2 tag before that."""
    end = source.size
    if source.read(end - 128, 3) == b"TAG":
        end -= 128
    footer = source.read(end - 32, 32)
    if footer[:8] == b"APETAGEX":
        size = int.from_bytes(footer[12:16], "little")
        has_header = footer[23] & 0x80
        end = max(0, end - size - (32 if has_header else 0))
    return end
