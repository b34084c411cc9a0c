"""Breakers for tests: a Redis of one's own to kill, stop and empty, and processes that share a breaker."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import redis
from django.conf import settings

from apps.onboarding.errors import InvalidInput, ProviderTimeout
from apps.onboarding_api.services.circuit_breaker.breaker import CircuitBreaker
from apps.onboarding_api.services.circuit_breaker.link import Link
from scripts.supervisor.redis_server import binary

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Config:
    """The shape of the settings' `BreakerSettings`."""

    failure_threshold: int = 3
    reset_timeout_seconds: float = 120
    success_threshold: int = 2
    probe_seconds: float = 30


@dataclass
class RedisServer:
    """A real server on a Unix socket, started by the test and nobody else's."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}?db=0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, decode_responses=True)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                binary(), "--port", "0", "--unixsocket", str(self.folder / "redis.sock"),
                "--dir", str(self.folder), "--save", "", "--appendonly", "no",
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self._answers)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """It accepts connections and answers nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError):
            return bool(self.client.ping())
        return False


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    folder = Path(tempfile.mkdtemp(prefix="breaker-"))  # short: a socket's path may have 107 characters
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Service:
    """A service whose health the test decides, behind a breaker of its own name."""

    config: Config = field(default_factory=Config)
    url: str = ""
    pause_seconds: float = 0.05
    calls: int = 0

    def __post_init__(self) -> None:
        self.url = self.url or settings.REDIS_URL
        self.name = f"t{uuid4().hex[:12]}"
        self.breaker = self.another_process()

    def another_process(self) -> CircuitBreaker:
        """The same breaker as another process would have it: nothing in common but Redis."""
        link = Link(self.url, pause_seconds=self.pause_seconds)
        return CircuitBreaker(service=self.name, config=self.config, link=link)

    def answer(self) -> str:
        self.calls += 1
        return "answer"

    def time_out(self) -> NoReturn:
        self.calls += 1
        raise ProviderTimeout("no answer in time")

    def mind_the_input(self) -> NoReturn:
        self.calls += 1
        raise InvalidInput("not like this")

    def fail(self, times: int = 1, *, breaker: CircuitBreaker | None = None) -> None:
        for _ in range(times):
            with contextlib.suppress(ProviderTimeout):
                (breaker or self.breaker).call(self.time_out)

    def open(self) -> None:
        self.fail(self.config.failure_threshold)

    def let_reset_time_pass(self) -> None:
        """As if it had opened that much earlier."""
        past = -int(self.config.reset_timeout_seconds * 1000) - 1
        redis.Redis.from_url(self.url).hincrby(f"breaker:{self.name}:state", "opened_ms", past)

    def half_open(self) -> None:
        self.open()
        self.let_reset_time_pass()

    @property
    def state(self) -> str:
        return self.breaker.get_status()["state"]

    def forget(self) -> None:
        client = redis.Redis.from_url(self.url)
        with contextlib.suppress(redis.RedisError):
            client.delete(*(f"breaker:{self.name}:{part}" for part in ("state", "permit", "transitions")))


class BreakerProcess:
    """A process of its own with the breaker; see `breaker_process`."""

    def __init__(self, service: Service, *, clock_skew_seconds: float = 0) -> None:
        config = service.config
        arguments = {
            "url": service.url,
            "service": service.name,
            "skew": clock_skew_seconds,
            "config": {
                "failure_threshold": config.failure_threshold,
                "reset_timeout_seconds": config.reset_timeout_seconds,
                "success_threshold": config.success_threshold,
                "probe_seconds": config.probe_seconds,
            },
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "apps.onboarding_api.tests.breaker_process", json.dumps(arguments)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "intelliwiz_config.settings.test"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, word: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def do(self, word: str) -> Any:
        self.say(word)
        return self.hear()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


@contextlib.contextmanager
def processes(service: Service, n: int, *, skews: tuple[float, ...] = ()) -> Iterator[list[BreakerProcess]]:
    running = [BreakerProcess(service, clock_skew_seconds=skews[place] if skews else 0) for place in range(n)]
    try:
        assert [one.hear() for one in running] == ["ready"] * n
        yield running
    finally:
        for one in running:
            one.kill()


def wait_until(holds: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)
