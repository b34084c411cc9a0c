"""Admissions that were made without Redis, kept in a file until they are counted in Redis.

One line of JSON for each, appended by all processes of the host; whoever finds Redis back takes the whole file and
counts it. A process that dies in between loses nothing: what was taken is found again, and an id that was counted is
not counted twice. The file is bounded; what does not fit is not counted back, and a line in the log says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.onboarding_api.services.security.decisions import Limit
from apps.onboarding_api.services.security.host_table import boot_clock

logger = logging.getLogger("security")

_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Admission:
    """`at`: seconds of the boot clock."""

    request_id: bytes
    at: float
    limits: tuple[Limit, ...]


class Journal:
    def __init__(self, folder: Path, *, clock: Callable[[], float] = boot_clock) -> None:
        self._path = folder / "rate-limiter.journal"
        self._clock = clock
        self._is_full = False

    def add(self, request_id: bytes, limits: Sequence[Limit]) -> None:
        """Never raises: what cannot be kept is not counted back."""
        kept = [[one.key, one.quota, one.window_seconds, one.cost] for one in limits]
        line = json.dumps([request_id.hex(), self._clock(), kept], separators=(",", ":")).encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                is_full = os.fstat(descriptor).st_size + len(line) > _MOST_BYTES
                if not is_full:
                    os.write(descriptor, line)  # one call: lines of several processes do not mix
            finally:
                os.close(descriptor)
        except OSError as error:
            is_full = True
            logger.debug("rate limiter: the journal cannot be written (%s)", type(error).__name__)
        if is_full and not self._is_full:
            logger.warning(
                "rate limiter: the journal takes no more, further admissions will not be counted back"
            )
        self._is_full = is_full

    def is_empty(self) -> bool:
        return not self._path.exists() and not any(self._taken())

    def drain(self, count: Callable[[Sequence[Admission]], None]) -> int:
        """Hand all admissions to `count` and forget them; how many. What it raises leaves them for the next time."""
        with contextlib.suppress(FileNotFoundError):
            self._path.rename(self._path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}.taken"))
        counted = 0
        for taken in self._taken():
            with contextlib.suppress(FileNotFoundError, BlockingIOError), taken.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # another process is at it
                admissions = list(self._read(file.read()))
                count(admissions)
                taken.unlink()
                counted += len(admissions)
        return counted

    def _taken(self) -> Iterator[Path]:
        return self._path.parent.glob(f"{self._path.stem}.*.taken")

    def _read(self, text: bytes) -> Iterator[Admission]:
        now = self._clock()
        for line in text.splitlines():
            try:
                request_id, at, limits = json.loads(line)
                yield Admission(
                    request_id=bytes.fromhex(request_id),
                    at=min(at, now),
                    limits=tuple(
                        Limit(policy="", key=key, quota=quota, window_seconds=window, cost=cost)
                        for key, quota, window, cost in limits
                    ),
                )
            except (ValueError, TypeError):
                continue  # half a line: its process was killed while the disk was full
