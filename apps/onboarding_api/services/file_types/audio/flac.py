"""FLAC: the stream's description, its other metadata blocks, and a first frame whose header has its checksum."""

from __future__ import annotations

from apps.onboarding_api.services.file_types.errors import damaged, mismatch
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps, Structure
from apps.onboarding_api.services.file_types.tags import after_id3

STREAMINFO, INVALID = 0, 127
MAX_BLOCKS = 1_000


def walk(source: Source) -> Structure:
    at = after_id3(source)
    if source.read(at, 4) != b"fLaC":
        raise mismatch("no FLAC stream")
    at += 4
    first, steps = True, Steps(MAX_BLOCKS)
    while True:
        steps.step()
        head = source.need(at, 4)
        kind, size = head[0] & 0x7F, int.from_bytes(head[1:4], "big")
        if first and (kind != STREAMINFO or size != 34):
            raise damaged("the stream is not described")
        if first:
            _check_description(source.need(at + 4, 34))
        elif kind in (STREAMINFO, INVALID):
            raise damaged("an impossible block")
        first = False
        at += 4 + size
        if head[0] & 0x80:
            break
    _check_frame(source.read(at, 16))
    return Structure()


def _check_description(content: bytes) -> None:
    smallest, largest = int.from_bytes(content[:2], "big"), int.from_bytes(content[2:4], "big")
    hertz = int.from_bytes(content[10:13], "big") >> 4
    bits = (int.from_bytes(content[12:14], "big") >> 4 & 0x1F) + 1
    if not (16 <= smallest <= largest and 0 < hertz <= 655_350 and 4 <= bits <= 32):
        raise damaged("an impossible description of the stream")


def _check_frame(head: bytes) -> None:
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xFE != 0xF8:
        raise damaged("no frame of sound")
    number_length = 1 if head[4] < 0x80 else 8 - (head[4] ^ 0xFF).bit_length()
    # Block size and sample rate may stand behind the number, in one or two bytes each.
    extra = {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    length = 4 + number_length + extra
    if not 1 <= number_length <= 7 or len(head) <= length or _crc8(head[:length]) != head[length]:
        raise damaged("a frame whose checksum is wrong")


def _crc8(content: bytes) -> int:
    """Polynomial 0x07, as RFC 9639 has it."""
    value = 0
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07 if value & 0x80 else value << 1) & 0xFF
    return value
