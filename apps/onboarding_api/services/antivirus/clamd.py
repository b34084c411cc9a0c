"""clamd's INSTREAM, over a Unix socket or TCP: small, bounded, and it reads every answer.

A file goes out as `zINSTREAM\\0`, then pieces of a length (four bytes, big end first) and so many bytes, then a length
of 0. The answer ends with a NUL. Only `stream: OK` in answer to the whole file says that nothing was found. clamd that
has had enough answers before the end and closes: the next piece then fails to go out, and its answer still waits to be
read. (clamd's manual, section COMMANDS; the early answer was measured with ClamAV 1.4.)
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

Address = str | tuple[str, int]
MOST_PIECE_BYTES = 64 * 1024
_MOST_ANSWER_BYTES = 4 * 1024
_FOUND = re.compile(rb"stream: ([ -~]{1,500}) FOUND")
_UNKNOWN_IN_NAMES = re.compile(r"[^A-Za-z0-9._/-]+")


class Outcome(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    FAULT = "fault"


@dataclass(frozen=True)
class Verdict:
    """`detail`: the name of what was found, or one of `unreachable`, `timeout`, `broken_off`, `size_limit`,
    `no_answer`, `unknown_answer`, `early_answer`; empty where nothing was found."""

    outcome: Outcome
    detail: str = ""


CLEAN = Verdict(Outcome.CLEAN)


class Stream:
    """One file on its way. Nothing here raises: what goes wrong is the verdict.

    `answer_seconds` bound all the waiting for the scanner about this file together, that for its answer included: one
    that takes each piece just in time is given up too. How slowly the file itself comes does not count.
    """

    def __init__(self, address: Address, *, connect_seconds: float, answer_seconds: float) -> None:
        self._left_seconds = answer_seconds
        self._early: Verdict | None = None
        self._socket: socket.socket | None = None
        try:
            self._socket = _connect(address, connect_seconds)
            self._send(b"zINSTREAM\0")
        except OSError as error:
            self._end(_fault(error, "unreachable"))

    @property
    def has_ended(self) -> bool:
        return self._early is not None

    def send(self, data: bytes) -> None:
        """Pass on the next bytes. After the scanner has answered nothing more goes out."""
        view = memoryview(data)
        for at in range(0, len(view), MOST_PIECE_BYTES):
            if self._early is not None or self._socket is None:
                return
            piece = view[at : at + MOST_PIECE_BYTES]
            try:
                if _has_answered(self._socket):
                    self._end(_early(self._read()))
                    return
                self._send(len(piece).to_bytes(4, "big"))
                self._send(piece)
            except OSError as error:
                self._end(self._said_before(error))

    def finish(self) -> Verdict:
        """The end of the file: the scanner's answer to it."""
        if self._early is None and self._socket is not None:
            try:
                self._send(bytes(4))
                self._end(verdict_of(self._read()))
            except OSError as error:
                self._end(self._said_before(error))
        return self._early or Verdict(Outcome.FAULT, "unreachable")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _end(self, verdict: Verdict) -> None:
        self._early = verdict
        self.close()

    def _said_before(self, error: OSError) -> Verdict:
        """What waits to be read on a connection that takes nothing more; else what broke it."""
        if isinstance(error, TimeoutError):
            return _fault(error, "timeout")
        try:
            answer = self._read()
        except OSError:
            return _fault(error, "broken_off")
        return _early(answer) if answer else _fault(error, "broken_off")

    def _send(self, data: bytes | memoryview) -> None:
        with self._waiting() as connection:
            connection.sendall(data)

    @contextmanager
    def _waiting(self) -> Iterator[socket.socket]:
        """What is left of the time for this file, less by however long the block takes."""
        assert self._socket is not None
        if self._left_seconds <= 0:
            raise TimeoutError
        self._socket.settimeout(self._left_seconds)
        began = time.monotonic()
        try:
            yield self._socket
        finally:
            self._left_seconds -= time.monotonic() - began

    def _read(self) -> bytes:
        """Up to the end of the connection, a bounded number of bytes, in bounded time."""
        answer = b""
        while len(answer) < _MOST_ANSWER_BYTES:
            with self._waiting() as connection:
                piece = connection.recv(_MOST_ANSWER_BYTES)
            if not piece:
                break
            answer += piece
            if b"\0" in piece:
                break
        return answer


def verdict_of(answer: bytes) -> Verdict:
    """Exactly `stream: OK` and a NUL is clean; one NUL, at the end, in any case."""
    if not answer:
        return Verdict(Outcome.FAULT, "no_answer")
    said, ended, rest = answer.partition(b"\0")
    if not ended or rest:
        return Verdict(Outcome.FAULT, "unknown_answer")
    if said == b"stream: OK":
        return CLEAN
    if found := _FOUND.fullmatch(said):
        return Verdict(Outcome.INFECTED, _UNKNOWN_IN_NAMES.sub("_", found[1].decode("ascii"))[:100])
    return Verdict(
        Outcome.FAULT, "size_limit" if said.startswith(b"INSTREAM size limit exceeded") else "unknown_answer"
    )


def ping(address: Address, *, seconds: float) -> bool:
    """Does it answer at all?"""
    try:
        with _connect(address, seconds) as asked:
            asked.settimeout(seconds)
            asked.sendall(b"zPING\0")
            return asked.recv(16) == b"PONG\0"
    except OSError:
        return False


def _connect(address: Address, seconds: float) -> socket.socket:
    if not isinstance(address, str):
        return socket.create_connection(address, timeout=seconds)
    made = socket.socket(socket.AF_UNIX)
    try:
        made.settimeout(seconds)
        made.connect(address)
    except OSError:
        made.close()
        raise
    return made


def _has_answered(connection: socket.socket) -> bool:
    """Something, the end included, waits to be read: without waiting for it, as a socket with a timeout would."""
    patience = connection.gettimeout()
    connection.settimeout(0)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(patience)
    return True


def _early(answer: bytes) -> Verdict:
    """An answer to a part of the file: it may have found something, but cannot say that there is nothing."""
    verdict = verdict_of(answer)
    return Verdict(Outcome.FAULT, "early_answer") if verdict == CLEAN else verdict


def _fault(error: OSError, detail: str) -> Verdict:
    return Verdict(Outcome.FAULT, "timeout" if isinstance(error, TimeoutError) else detail)
