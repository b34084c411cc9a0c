"""A way to Redis that can be made slow: everything passes through, later."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Self

from scripts.limiter_model.server import Server

DELAY_SECONDS = 0.2
_PIECE = 65_536


class SlowDoor:
    """A Unix socket in front of the server's; a context manager."""

    def __init__(self, server: Server) -> None:
        self._behind = str(server.folder / "s")
        self._path = str(server.folder / "d")
        self._delay = 0.0
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    @property
    def url(self) -> str:
        return f"unix://{self._path}?db=0"

    def __enter__(self) -> Self:
        self._door.bind(self._path)
        self._door.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def slow_down(self) -> None:
        self._delay = DELAY_SECONDS

    def hurry(self) -> None:
        self._delay = 0.0

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                outer, _ = self._door.accept()
                inner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                inner.connect(self._behind)
                for one, other in ((outer, inner), (inner, outer)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(_PIECE):
                time.sleep(self._delay)
                other.sendall(piece)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
