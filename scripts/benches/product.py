"""A scratch copy of the product, run by scripts/run itself, so that what is measured is what people start."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from scripts.benches.results import CannotMeasure
from scripts.supervisor import env_file, program, record, screen
from scripts.supervisor.layout import ROOT, Layout

_READY_SECONDS = 120
_STOP_SECONDS = 30
# A bench never touches the servers, secrets or accounts that the caller's environment names.
_NOT_PASSED_ON = {
    *(
        "DATABASE_URL",
        "REDIS_URL",
        "CELERY_BROKER_URL",
        "DJANGO_SECRET_KEY",
        "SEALING_KEYS",
        "DJANGO_SETTINGS_MODULE",
    ),
    *("DEMO_PASSWORD", "HOST", "PORT", "DATA_DIR"),
}
# Benches ask more often than people, from one address; what limits cost is measured, that they refuse is not.
_GENEROUS_LIMITS = {
    "RATE_LIMIT_IP_PER_MINUTE": "1000000",
    "RATE_LIMIT_USER_PER_MINUTE": "1000000",
    "RATE_LIMIT_SESSION_PER_MINUTE": "1000000",
    "RATE_LIMIT_DECISIONS_PER_MINUTE": "1000000",
    "RATE_LIMIT_LOGIN_PER_5_MINUTES": "1000000",
    "RATE_LIMIT_LOGIN_IP_PER_MINUTE": "1000000",
    "RATE_LIMIT_REFRESH_PER_MINUTE": "1000000",
    "RATE_LIMIT_UPLOADS_PER_5_MINUTES": "1000000",
    "RATE_LIMIT_UPLOAD_BYTES_PER_5_MINUTES": "1000000000000",
    "RATE_LIMITER_REDIS_TIMEOUT_MS": "1000",
}


class Product:
    """scripts/run with a DATA_DIR and PORT of its own, on embedded servers with their durable settings."""

    def __init__(self, folder: Path, *, extra: dict[str, str] | None = None) -> None:
        self.layout = Layout(data=folder.resolve())
        self.port = free_port()
        self._extra = extra or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds from the command to the first 200 of the readiness route."""
        self.layout.data.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
        log = self.layout.data.with_suffix(".log")
        began = time.monotonic()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(ROOT / "scripts/run")],
                env={
                    **kept,
                    **_GENEROUS_LIMITS,
                    "DATA_DIR": str(self.layout.data),
                    "PORT": str(self.port),
                    **self._extra,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() - began > _READY_SECONDS:
                self.stop()
                raise CannotMeasure(f"scripts/run did not get ready:\n{program.last_lines(log)}")
            time.sleep(0.02)
        return time.monotonic() - began

    def stop(self) -> float:
        """Ask it to end, as Ctrl-C does; seconds until it has."""
        if self._process is None:
            return 0.0
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        return time.monotonic() - began

    def environment(self) -> dict[str, str]:
        """DATABASE_URL, REDIS_URL and the rest of what its processes share."""
        return env_file.read(self.layout.environment)

    def pids(self) -> dict[str, int]:
        """Name of each program (web, worker-conversation, keeper ...) and the pid of its main process."""
        found = record.read(self.layout.record)
        if found is None:
            raise CannotMeasure("the record of running processes is gone")
        return {entry.name: entry.pid for entry in found.entries}

    def request(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """One call without credentials: status and JSON body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json"}
            connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None

    def token(self, account: str = "manager@demo.example") -> str:
        """An access token of a demo account."""
        status, body = self.request(
            "/api/v1/auth/token/", {"username": account, "password": screen.DEMO_PASSWORD}
        )
        if status != http.HTTPStatus.OK:
            raise CannotMeasure(f"{account} cannot sign in: {status} {body}")
        return str(body["access"])

    def _is_ready(self) -> bool:
        try:
            return self.request("/health/ready/")[0] == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException, ValueError):
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
