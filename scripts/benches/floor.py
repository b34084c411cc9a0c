"""A bare Celery round trip: `delay().get()` through a prefork worker of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from scripts.benches import floor_app
from scripts.benches.floor_app import app
from scripts.benches.results import CannotMeasure
from scripts.supervisor import program
from scripts.supervisor.layout import ROOT

_DATABASE = 9  # a Redis database number that the product does not use
_LONGEST_SECONDS = 30
_STOP_SECONDS = 10


class Floor:
    """A running floor worker and its app; `round_trip` may be called from many threads."""

    def __init__(self, app: Any, *, pid: int) -> None:
        self._app = app
        self._task = app.tasks["floor.nothing"]
        self.pid = pid

    def round_trip(self) -> float:
        """Seconds from `delay()` to the result."""
        began = time.perf_counter()
        self._task.delay().get(timeout=_LONGEST_SECONDS)
        return time.perf_counter() - began

    def drain(self, n: int) -> tuple[list[float], float]:
        """Send `n` tasks with late acknowledgement: seconds of each call, and from the first until all have run."""
        late, ran = self._app.tasks["floor.late"], floor_app.counter()
        ran.delete(floor_app.RAN)
        calls = []
        began = time.perf_counter()
        for _ in range(n):
            called = time.perf_counter()
            late.delay()
            calls.append(time.perf_counter() - called)
        while int(ran.incrby(floor_app.RAN, 0)) < n:
            if time.perf_counter() - began > _LONGEST_SECONDS:
                raise CannotMeasure("the floor's tasks did not all run")
            time.sleep(0.002)
        return calls, time.perf_counter() - began


@contextlib.contextmanager
def running(redis_url: str, *, concurrency: int, folder: Path) -> Iterator[Floor]:
    """A floor worker beside the product's Redis, gone at the end."""
    address = broker_address(redis_url)
    addresses = {"FLOOR_BROKER": address, "FLOOR_RESULTS": address}
    log = folder / "floor.log"
    with log.open("ab") as output:
        worker = subprocess.Popen(
            [
                *(
                    sys.executable,
                    "-m",
                    "celery",
                    "-A",
                    "scripts.benches.floor_app",
                    "worker",
                    "--pool",
                    "prefork",
                ),
                *(
                    "--concurrency",
                    str(concurrency),
                    "--loglevel",
                    "WARNING",
                    "--hostname",
                    f"floor-{os.getpid()}@%h",
                ),
                *("--without-gossip", "--without-mingle"),
            ],
            cwd=ROOT,
            env={**os.environ, **addresses},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        app.conf.update(broker_url=address, result_backend=address)
        floor = Floor(app, pid=worker.pid)
        try:
            floor.round_trip()
        except Exception as error:  # whatever Celery, kombu or Redis raise, the bench has no floor
            raise CannotMeasure(
                f"the floor worker does not answer: {error!r}\n{program.last_lines(log)}"
            ) from error
        yield floor
    finally:
        worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(_STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def broker_address(redis_url: str) -> str:
    """The same Redis server, another database number, as Celery spells it."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={_DATABASE}"
    return urlunsplit(parts._replace(path=f"/{_DATABASE}"))
