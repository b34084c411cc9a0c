"""Admissions without Redis, counted in one file for all processes of a host.

A table of fixed size: 8 slots to a bucket, a slot for each identity with the times of its last admissions. Users have
one half, addresses the other: an outsider with many addresses cannot crowd out those who are signed in. Where a
bucket has no slot left, nobody new is admitted until one is free: memory stays bounded and no identity ever gets more
than its quota.

The lock is the kernel's (`flock`), which ends with the process that holds it, and a slot is written in one call, so
that a killed process leaves neither a lock nor half a slot. Times are those of the boot clock; after a restart of the
machine all admissions count as if they had just been made.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

logger = logging.getLogger("security")

Kind = Literal["user", "address"]
_SLOTS_TO_A_BUCKET = 8
_BUCKETS = {"user": 1024, "address": 1024}
_HEADER = 4096
_HEAD = struct.Struct(">8s36sxxxx")
_MAGIC = b"limiter1"
_COUNTS_AT = 64
COUNTED = ("fallback:allowed", "fallback:refused", "fail_closed:refused")
_COUNTS = struct.Struct(f">{len(COUNTED)}Q")
_LOCK_SECONDS = 0.05
_LOOK_AGAIN_SECONDS = 0.0005
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Taken:
    """`wait_seconds`: until one more is available; for a refusal, until this one is."""

    allowed: bool
    remaining: int
    wait_seconds: float


class Busy(Exception):
    """The lock was not to be had in time."""


def boot_clock() -> float:
    """Seconds that all processes of the host agree on, sleep of the machine included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class HostTable:
    """`take` is exact across threads and processes. Where the file cannot be used (no space, no right), the table is in
    memory and this process counts alone; that is logged once."""

    def __init__(
        self, folder: Path, *, quota: int, window_seconds: float, clock: Callable[[], float] = boot_clock
    ) -> None:
        self._path = folder / f"rate-limiter-{quota}.table"
        self._quota = quota
        self._window = window_seconds
        self._clock = clock
        self._slot = struct.Struct(f">16sI{quota}d")
        self._begin_anew()

    def take(self, *, kind: Kind, identity: bytes) -> Taken:
        """Count one admission of `identity` (16 bytes), where its quota allows. `Busy` after 50 ms without the lock."""
        with self._locked():
            return self._take(kind, identity)

    def count(self, name: str) -> None:
        """One more of `COUNTED`. Not counted where the lock is not to be had: it is a figure, not a limit."""
        try:
            with self._locked():
                counts = list(_COUNTS.unpack(self._read(_COUNTS_AT, _COUNTS.size)))
                counts[COUNTED.index(name)] += 1
                self._write(_COUNTS_AT, _COUNTS.pack(*counts))
        except Busy:
            logger.info("rate limiter: a decision (%s) was not counted, the host's table was busy", name)

    def counts(self) -> dict[str, int]:
        """Since the file was made, by all processes of this host."""
        try:
            with self._locked():
                return dict(zip(COUNTED, _COUNTS.unpack(self._read(_COUNTS_AT, _COUNTS.size)), strict=True))
        except Busy:
            return {}

    @property
    def is_shared(self) -> bool:
        """Whether the other processes of the host count along."""
        with self._threads:
            self._open()
            return self._descriptor is not None

    def _take(self, kind: Kind, identity: bytes) -> Taken:
        now = self._clock()
        size = self._slot.size
        bucket = int.from_bytes(identity[:8], "big") % _BUCKETS[kind]
        place = (
            _HEADER + (bucket + (_BUCKETS["user"] if kind == "address" else 0)) * _SLOTS_TO_A_BUCKET * size
        )
        raw = self._read(place, _SLOTS_TO_A_BUCKET * size)
        slots = [self._live(raw[at * size : (at + 1) * size], now) for at in range(_SLOTS_TO_A_BUCKET)]
        mine = next((at for at, (owner, times) in enumerate(slots) if owner == identity and times), None)
        free = (
            mine if mine is not None else next((at for at, (_, times) in enumerate(slots) if not times), None)
        )
        if free is None:
            soonest = min(times[-1] for _, times in slots) + self._window - now
            return Taken(allowed=False, remaining=0, wait_seconds=soonest)
        times = slots[free][1] if mine is not None else []
        if len(times) >= self._quota:
            return Taken(allowed=False, remaining=0, wait_seconds=times[-self._quota] + self._window - now)
        times = [*times, now]
        padded = times + [0.0] * (self._quota - len(times))
        self._write(place + free * size, self._slot.pack(identity, len(times), *padded))
        return Taken(
            allowed=True, remaining=self._quota - len(times), wait_seconds=times[0] + self._window - now
        )

    def _live(self, raw: bytes, now: float) -> tuple[bytes, list[float]]:
        owner, n, *times = self._slot.unpack(raw)
        # A time from the future (a clock that was set back) counts as now.
        return owner, [min(at, now) for at in times[:n] if at + self._window > now]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._pid != os.getpid():
            self._begin_anew()  # a lock through a descriptor that was inherited would be the parent's, too
        deadline = time.monotonic() + _LOCK_SECONDS
        if not self._threads.acquire(timeout=_LOCK_SECONDS):
            raise Busy
        try:
            self._open()
            if self._descriptor is None:
                yield
                return
            while True:
                try:
                    fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Busy from None
                    time.sleep(_LOOK_AGAIN_SECONDS)
            held = self._descriptor
            try:
                if not self._is_prepared:
                    self._prepare()
                yield
            finally:
                fcntl.flock(held, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _begin_anew(self) -> None:
        self._threads = threading.Lock()
        self._descriptor: int | None = None
        self._memory: bytearray | None = None
        self._is_prepared = False
        self._pid = os.getpid()

    def _size(self) -> int:
        return _HEADER + sum(_BUCKETS.values()) * _SLOTS_TO_A_BUCKET * self._slot.size

    def _open(self) -> None:
        if self._descriptor is not None or self._memory is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            self._stand_alone(error)

    def _prepare(self) -> None:
        """A header for a new file; all admissions of another boot become admissions of now."""
        assert self._descriptor is not None
        boot = _boot_id()
        magic, known = _HEAD.unpack(self._read(0, _HEAD.size))
        try:
            if magic != _MAGIC or os.fstat(self._descriptor).st_size != self._size():
                os.ftruncate(self._descriptor, 0)
                os.ftruncate(self._descriptor, self._size())
            elif known != boot:
                self._restamp()
        except OSError as error:
            self._stand_alone(error)
        self._write(0, _HEAD.pack(_MAGIC, boot))
        self._is_prepared = True

    def _restamp(self) -> None:
        now = self._clock()
        for place in range(_HEADER, self._size(), self._slot.size):
            owner, n, *times = self._slot.unpack(self._read(place, self._slot.size))
            if n:
                self._write(place, self._slot.pack(owner, n, *[now] * n, *times[n:]))

    def _stand_alone(self, error: OSError) -> None:
        logger.error(
            "rate limiter: the table of this host cannot be used (%s), this process counts alone",
            type(error).__name__,
        )
        self._descriptor, self._memory = None, bytearray(self._size())

    def _read(self, place: int, size: int) -> bytes:
        if self._descriptor is not None:
            try:
                return os.pread(self._descriptor, size, place).ljust(size, b"\0")
            except OSError as error:
                self._stand_alone(error)
        assert self._memory is not None
        return bytes(self._memory[place : place + size])

    def _write(self, place: int, data: bytes) -> None:
        if self._descriptor is not None:
            try:
                os.pwrite(self._descriptor, data, place)
            except OSError as error:
                self._stand_alone(error)
            else:
                return
        assert self._memory is not None
        self._memory[place : place + len(data)] = data


def _boot_id() -> bytes:
    try:
        return _BOOT_ID.read_bytes().strip().ljust(36)[:36]
    except OSError:
        return b"unknown".ljust(36)
