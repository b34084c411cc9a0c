"""A Redis of one's own, to kill, freeze, fill and lock."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis

from scripts.supervisor.redis_server import binary

_START_SECONDS = 20
PASSWORD = "changed-for-a-test"  # noqa: S105 -- of a server that lives for seconds


@dataclass
class Server:
    """On a Unix socket in `folder`; it keeps nothing on disk."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 's'}?db=0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(binary(), "--port", "0", "--unixsocket", str(self.folder / "s")),
                *("--dir", str(self.folder), "--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        end = time.monotonic() + _START_SECONDS
        while True:
            with contextlib.suppress(redis.RedisError):
                self.client.ping()
                return
            if time.monotonic() > end:
                raise RuntimeError("Redis did not start")
            time.sleep(0.02)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None

    def freeze(self) -> None:
        """It accepts connections and answers nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def make_read_only(self) -> None:
        """As after a failover: the copy of a server that is not there."""
        self.client.execute_command("REPLICAOF", "127.0.0.1", "1")

    def make_writable(self) -> None:
        self.client.execute_command("REPLICAOF", "NO", "ONE")

    def forget(self) -> None:
        self.client.flushall()
        self.client.script_flush()

    def change_password(self) -> None:
        """And close the connections that knew the old one."""
        client = self.client
        client.config_set("requirepass", PASSWORD)
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    def change_password_back(self) -> None:
        redis.Redis.from_url(self.url, password=PASSWORD).config_set("requirepass", "")


@contextlib.contextmanager
def running() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="limiter-"))  # short: a socket's path may have 107 characters
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
