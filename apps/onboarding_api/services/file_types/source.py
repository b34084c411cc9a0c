"""A file read in bounded pieces: whatever its size, one block of it is in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final

from apps.onboarding_api.services.file_types.errors import damaged

BLOCK: Final = 256 * 1024
OVERLAP: Final = 4 * 1024
"""How far blocks of a search reach into each other: longer than anything that is searched for."""


class Source:
    """Random access to a seekable binary file. Reads past the end are short; `need` raises instead."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size: int = file.seek(0, 2) or file.tell()
        self._start, self._block = 0, b""
        self._load(0)

    def read(self, at: int, length: int) -> bytes:
        """Up to `length` bytes from `at`; at most one block, fewer at the end, none outside."""
        if at < 0 or at >= self.size or length <= 0:
            return b""
        length = min(length, BLOCK, self.size - at)
        inside = at - self._start
        if inside < 0 or inside + length > len(self._block):
            self._load(at)
            inside = 0
        return self._block[inside : inside + length]

    def need(self, at: int, length: int) -> bytes:
        """Exactly `length` bytes (at most one block), or "damaged"."""
        got = self.read(at, length)
        if len(got) != length:
            raise damaged(f"cut off at byte {self.size}, where {at + length} were needed")
        return got

    def number(self, at: int, length: int, *, little: bool = False) -> int:
        return int.from_bytes(self.need(at, length), "little" if little else "big")

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop` (or the end), a block at a time."""
        stop = min(stop, self.size)
        while start < stop:
            piece = self.read(start, min(BLOCK, stop - start))
            if not piece:
                return
            start += len(piece)
            yield piece

    def search(self, pattern: re.Pattern[bytes], start: int, stop: int | None = None) -> Match | None:
        """The first match that begins at or after `start` and lies before `stop` (None: the end)."""
        stop = self.size if stop is None else min(stop, self.size)
        at = max(start, 0)
        while at < stop:
            inside = at - self._start
            reached = self._start + len(self._block)
            if inside < 0 or inside >= len(self._block) or (at + OVERLAP >= reached and reached < self.size):
                self._load(at)
                inside, reached = 0, at + len(self._block)
            found = pattern.search(self._block, inside, min(len(self._block), stop - self._start))
            if found is not None:
                start, end = self._start + found.start(), self._start + found.end()
                if end == reached < stop and start > self._start:
                    # What follows it may belong to it: look again with all of it in one block.
                    at = start
                    self._load(at)
                    continue
                return Match(start, end, found)
            if reached >= stop or not self._block:
                return None
            at = max(at, reached - OVERLAP)
        return None

    def skip(self, at: int, padding: bytes, *, limit: int | None = None) -> int:
        """The first offset from `at` on whose byte is none of `padding`; at most `limit` further."""
        stop = self.size if limit is None else min(self.size, at + limit)
        while at < stop:
            piece = self.read(at, min(BLOCK, stop - at))
            rest = piece.lstrip(padding)
            at += len(piece) - len(rest)
            if rest or not piece:
                break
        return at

    def _load(self, at: int) -> None:
        if at == self._start and self._block:
            return
        self._file.seek(at)
        self._start, self._block = at, self._file.read(BLOCK)


class Match:
    """A match with offsets in the file."""

    __slots__ = ("end", "found", "start")

    def __init__(self, start: int, end: int, found: re.Match[bytes]) -> None:
        self.start, self.end, self.found = start, end, found
