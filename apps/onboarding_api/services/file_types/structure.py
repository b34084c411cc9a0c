"""What a walker gives back, and the bound on its steps."""

from __future__ import annotations

from dataclasses import dataclass

from apps.onboarding_api.services.file_types.errors import Reason, hostile

MAX_PARTS = 100_000
"""Boxes, chunks, segments of one file. A file of 10 MB with a part for every 20 ms of sound has some 30,000."""


@dataclass(frozen=True, slots=True)
class Structure:
    """`end`: the byte after the last one that belongs to the format (None: the format itself reaches to the end of the
    file, or says nothing about it). `frames`: pictures in an image, 1 for everything else."""

    end: int | None = None
    frames: int = 1


class Steps:
    """Counts parts; more than `limit` is a bomb."""

    def __init__(self, limit: int = MAX_PARTS) -> None:
        self._left = limit

    def step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise hostile(Reason.BOMB, "made of more parts than any honest file")
