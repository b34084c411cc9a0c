"""Scanners for tests: clamd itself where it is installed, and a server that speaks its protocol and says odd things."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from apps.onboarding_api.services.antivirus import clamd, scanning, self_test

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
SIGNATURE = "Test.Eicar"
_LONGEST_START_SECONDS = 30


def configure(settings: Any, address: clamd.Address | None, *, mode: str = "required", **other: Any) -> None:
    """From now on this scanner is asked, and nothing is known of it yet."""
    chosen = {"connect_seconds": 0.5, "answer_seconds": 2.0, **other}
    settings.ANTIVIRUS = replace(settings.ANTIVIRUS, mode=mode, address=address, **chosen)
    self_test.forget()
    scanning.resting.end()


def harden(settings: Any, **other: Any) -> None:
    """Other figures, and all that is known stays known."""
    settings.ANTIVIRUS = replace(settings.ANTIVIRUS, **other)


# clamd itself


@contextlib.contextmanager
def real_clamd(folder: Path, *, largest_mb: int = 25) -> Iterator[str]:
    """The path of its socket. It knows one thing: the test text, by a pattern (.ndb) and by a hash (.hdb)."""
    assert CLAMD is not None
    signatures, own = folder / "signatures", str(folder / "clamd.sock")
    signatures.mkdir()
    text = self_test.eicar()
    (signatures / "test.ndb").write_text(f"{SIGNATURE}:0:*:{text.hex()}\n")
    # For hashing, as the format of the file wants it.
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    (signatures / "test.hdb").write_text(f"{digest}:{len(text)}:{SIGNATURE}.Hash\n")
    config = folder / "clamd.conf"
    lines = [
        f"LocalSocket {own}", f"DatabaseDirectory {signatures}", f"TemporaryDirectory {folder}", "Foreground yes",
        f"LogFile {folder / 'clamd.log'}", f"StreamMaxLength {largest_mb}M", f"MaxFileSize {largest_mb}M",
        f"MaxScanSize {largest_mb * 4}M", "AlertExceedsMax yes", "SelfCheck 0", "ConcurrentDatabaseReload no",
    ]  # fmt: skip
    if os.getuid() == 0:
        lines.append("User root")
    config.write_text("\n".join(lines) + "\n")
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen([CLAMD, "-c", str(config)], stdout=out, stderr=out)
    try:
        until = time.monotonic() + _LONGEST_START_SECONDS
        while not clamd.ping(own, seconds=1):
            assert process.poll() is None, (folder / "out").read_text()
            assert time.monotonic() < until, "clamd does not answer"
            time.sleep(0.05)
        yield own
    finally:
        process.terminate()
        process.wait(timeout=10)


# a scanner that says what a test wants


class Scanner:
    """Reads INSTREAM as clamd does; `says` gets the bytes of the file and gives the answer (None: hangs up)."""

    def __init__(self, says: Callable[[bytes], bytes | None], *, most_bytes: int | None = None) -> None:
        self.files: list[bytes] = []
        self.pieces: list[int] = []
        self.first_bytes = threading.Event()
        self._says = says
        self._most = most_bytes
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._server.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, EOFError):
            command = _until_nul(connection)
            if command == b"zPING":
                connection.sendall(b"PONG\0")
                return
            assert command == b"zINSTREAM"
            data = b""
            while length := struct.unpack(">I", _exactly(connection, 4))[0]:
                self.pieces.append(length)
                self.first_bytes.set()
                if self._most is not None and len(data) + length > self._most:
                    # As clamd does: it answers and closes, with bytes unread.
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
                data += _exactly(connection, length)
            self.files.append(data)
            answer = self._says(data)
            if answer is not None:
                connection.sendall(answer)


def honest(data: bytes) -> bytes:
    """Finds the test text anywhere."""
    return f"stream: {SIGNATURE} FOUND\0".encode() if self_test.eicar() in data else b"stream: OK\0"


@contextlib.contextmanager
def fake(says: Callable[[bytes], bytes | None] = honest, **options: Any) -> Iterator[Scanner]:
    scanner = Scanner(says, **options)
    try:
        yield scanner
    finally:
        scanner.close()


def nobody() -> tuple[str, int]:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        found: tuple[str, int] = server.getsockname()
        return found


@contextlib.contextmanager
def frozen() -> Iterator[tuple[str, int]]:
    """Takes connections and says nothing, like a process that is stopped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


@contextlib.contextmanager
def dawdling(*, bytes_per_second: int) -> Iterator[tuple[str, int]]:
    """Takes what it is sent, so slowly that a whole file is a matter of minutes, and answers nothing."""
    ended, step = threading.Event(), 16 * 1024

    def serve(server: socket.socket) -> None:
        with contextlib.suppress(OSError), server.accept()[0] as connection:
            while not ended.wait(step / bytes_per_second) and connection.recv(step):
                pass

    with socket.socket() as server:
        server.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, step
        )  # else the kernel takes megabytes at once
        server.bind(("127.0.0.1", 0))
        server.listen()
        thread = threading.Thread(target=serve, args=[server], daemon=True)
        thread.start()
        try:
            yield server.getsockname()
        finally:
            ended.set()


def _until_nul(connection: socket.socket) -> bytes:
    read = b""
    while not read.endswith(b"\0"):
        read += _exactly(connection, 1)
    return read[:-1]


def _exactly(connection: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        piece = connection.recv(length - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read
