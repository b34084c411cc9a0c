"""Chunks of RIFF, which WAV and WebP share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Steps


@dataclass(frozen=True, slots=True)
class Chunk:
    """`size` as it says; it may reach past the end of the file."""

    kind: bytes
    start: int
    size: int


def chunks(source: Source, at: int, stop: int) -> Iterator[Chunk]:
    """Chunks from `at` on that begin before `stop`, each padded to an even length."""
    steps = Steps()
    while at + 8 <= stop:
        steps.step()
        head = source.need(at, 8)
        chunk = Chunk(head[:4], at + 8, int.from_bytes(head[4:8], "little"))
        yield chunk
        at += 8 + chunk.size + (chunk.size & 1)
