"""Boxes of the ISO base media format, which m4a and HEIC share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.onboarding_api.services.file_types.errors import damaged, mismatch
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps

MAX_BRANDS = 64


@dataclass(frozen=True, slots=True)
class Box:
    """`start` of the content and `end` of the box; `end` may lie past the end of a file that was cut off."""

    kind: bytes
    start: int
    end: int


def boxes(source: Source, at: int, stop: int, *, steps: Steps, cut: bool = False) -> Iterator[Box]:
    """The boxes from `at` to `stop`. With `cut` the last one may reach further than that."""
    while at + 8 <= stop:
        steps.step()
        head = source.need(at, 8)
        size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 1:
            size, start = source.number(at + 8, 8), at + 16
        elif size == 0:
            size = stop - at
        if size < start - at or not all(32 <= byte < 127 or byte == 0xA9 for byte in kind):
            raise damaged("no box where one should be")
        if at + size > stop and not cut:
            raise damaged(f"the box {kind.decode('latin-1')} reaches past its end")
        yield Box(kind, start, at + size)
        at += size


def brands(source: Source) -> tuple[bytes, frozenset[bytes]]:
    """The major brand, and all of them, from the `ftyp` box that must come first."""
    head = source.read(0, 16)
    if len(head) < 16 or head[4:8] != b"ftyp":
        raise mismatch("no ftyp box at its start")
    size = int.from_bytes(head[:4], "big")
    if not 16 <= size <= 16 + 4 * MAX_BRANDS or size % 4:
        raise damaged("a broken ftyp box")
    content = source.need(16, size - 16) if size > 16 else b""
    compatible = {content[at : at + 4] for at in range(0, len(content), 4)}
    return head[8:12], frozenset(compatible | {head[8:12]})
