"""A running stack for tests: uvicorn, a prefork worker for all queues and the keeper, on a database of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import psycopg
from psycopg.rows import dict_row

from apps.onboarding_api.tests import conformance

ROOT = Path(__file__).resolve().parents[3]
_LONGEST_START_SECONDS = 60
GENEROUS_LIMITS = {
    "RATE_LIMIT_IP_PER_MINUTE": "1000000",
    "RATE_LIMIT_USER_PER_MINUTE": "1000000",
    "RATE_LIMIT_SESSION_PER_MINUTE": "1000000",
    "RATE_LIMIT_DECISIONS_PER_MINUTE": "1000000",
    "RATE_LIMIT_LOGIN_PER_5_MINUTES": "1000000",
    "RATE_LIMIT_LOGIN_IP_PER_MINUTE": "1000000",
    "RATE_LIMIT_REFRESH_PER_MINUTE": "1000000",
    "RATE_LIMIT_UPLOADS_PER_5_MINUTES": "1000000",
    "RATE_LIMIT_UPLOAD_BYTES_PER_5_MINUTES": "1000000000000",
    "RATE_LIMITER_FALLBACK_PER_HOUR": "1000",
    "RATE_LIMITER_REDIS_TIMEOUT_MS": "1000",
}
"""Tests ask more often than people, from one address, on a machine that is busy with other tests."""


@dataclass
class RunningStack:
    url: str
    database_url: str
    folder: Path
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def client(self, username: str = "manager@demo.example") -> httpx.Client:
        """An HTTP client that is signed in."""
        answer = httpx.post(
            f"{self.url}/api/v1/auth/token/",
            json={"username": username, "password": "demo-password"},
            timeout=30,
        )
        answer.raise_for_status()
        token = answer.json()["access"]
        return httpx.Client(
            base_url=f"{self.url}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            event_hooks={"response": [_as_described]},
        )

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """Rows of the stack's database."""
        with psycopg.connect(self.database_url, row_factory=dict_row) as connection:
            return connection.execute(query, parameters).fetchall()

    def change(self, statements: str) -> None:
        """Run SQL in the stack's database."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statements)

    def start(self, name: str, *, extra: dict[str, str] | None = None) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            self._command(name),
            cwd=ROOT,
            env={**self.environment, **(extra or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """SIGKILL to the process and its children."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def stop(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for name in list(self.processes):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.processes[name].wait(timeout=5)
            self.kill(name)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_until_ready(self) -> None:
        self.wait_for(lambda: httpx.get(f"{self.url}/health/ready/", timeout=5).status_code == 200)

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Look again and again until it holds, for at most a minute."""
        end = time.monotonic() + _LONGEST_START_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(httpx.TransportError):
                if holds():
                    return
            time.sleep(0.1)
        raise AssertionError(
            "the stack is not ready:\n" + "\n".join(self.log(name)[-2000:] for name in self.processes)
        )

    def _command(self, name: str) -> list[str]:
        python = sys.executable
        port = str(urlsplit(self.url).port)
        return {
            "web": [
                python, "-m", "uvicorn", "intelliwiz_config.asgi:application", "--host", "127.0.0.1", "--port", port,
                "--lifespan", "off", "--no-access-log", "--no-proxy-headers",
            ],
            "worker": [
                python, "-m", "celery", "-A", "intelliwiz_config", "worker", "-Q", "conversation,default,media",
                "--concurrency", "2", "--without-gossip", "--without-mingle", "-n", f"test-{port}@%h",
            ],
            "keeper": [python, "manage.py", "run_ledger"],
        }[name]  # fmt: skip


@contextlib.contextmanager
def start_stack(*, folder: Path, beside: bool = False) -> Iterator[RunningStack]:
    """A stack that is gone at the end; `beside` another one of this process, it takes another Redis database."""
    name = f"stack_{uuid4().hex[:12]}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    stack = RunningStack(
        url=f"http://127.0.0.1:{_free_port()}",
        database_url=urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        folder=folder,
        environment={},
    )
    stack.environment = _environment(stack, beside=beside)
    try:
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=stack.environment, check=True)
        for process in ("web", "worker", "keeper"):
            stack.start(process)
        stack.wait_until_ready()
        yield stack
    finally:
        stack.stop()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _environment(stack: RunningStack, *, beside: bool) -> dict[str, str]:
    """The stack shares the servers of the test run: its own database, and a Redis database number of its own."""
    redis = urlsplit(os.environ["REDIS_URL"])
    number = _redis_database() + (5 if beside else 0)
    own = urlunsplit(redis._replace(path=f"/{number}"))
    if redis.scheme == "unix":
        own = f"unix://{redis.path}?db={number}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "intelliwiz_config.settings.local",
        "DJANGO_SECRET_KEY": "test-only-secret-key-that-signs-nothing-of-value",
        "SEALING_KEYS": "test:dGVzdC1vbmx5LXNlYWxpbmcta2V5LTMyLWJ5dGVzISE=",
        "DEMO_PASSWORD": "demo-password",
        "DATABASE_URL": stack.database_url,
        "REDIS_URL": own,
        "DATA_DIR": str(stack.folder / "data"),
        "TASK_LEASE_SECONDS": "4",
        "TASK_HEARTBEAT_SECONDS": "1",
        "TASK_REPUBLISH_AFTER_SECONDS": "2",
        **GENEROUS_LIMITS,
    }


def _as_described(answer: httpx.Response) -> None:
    media = answer.headers.get("Content-Type", "")
    if "json" in media:
        conformance.check(
            method=answer.request.method,
            path=answer.request.url.path,
            status=answer.status_code,
            content_type=media,
            body=answer.read(),
        )


def _redis_database() -> int:
    """One for each process of the test run: two stacks on one would take each other's messages."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return 5 + int(worker.removeprefix("gw")) % 5


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
