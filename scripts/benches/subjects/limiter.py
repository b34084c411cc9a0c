"""The rate limiter beside `limits`, django-ratelimit and DRF's throttles: what a check costs, and who gets through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, Self

from scripts.benches.bed import Bed
from scripts.benches.figures import over_rounds
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.limiter_model import server
from scripts.limiter_model.peer import PEERS
from scripts.supervisor.layout import ROOT

WANTED = (
    "limits==5.8.0",
    "django-ratelimit==4.1.0",
    "djangorestframework==3.18.3",
    "django==5.2.19",
    "redis==8.1.0",
)
INSTALL_SECONDS = 240
ROUNDS, CHECKS = 4, 150
TRIALS, THREADS, QUOTA = 5, 50, 10
MILLISECONDS = 1_000


class Asked:
    """One limiter in a process of its own; a context manager."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        self.label: str = self._hear()["label"]
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def speed(self, key: str) -> list[float]:
        """Milliseconds of each check."""
        answer = self._ask(do="speed", n=CHECKS, key=key)
        return [seconds * MILLISECONDS for seconds in answer["seconds"]]

    def admitted(self, key: str) -> int:
        found: int = self._ask(do="together", threads=THREADS, quota=QUOTA, key=key)["admitted"]
        return found

    def _ask(self, **asked: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise CannotMeasure(f"{' '.join(self._command)} ended without an answer")
        return json.loads(line)


def run(bed: Bed) -> Result:
    bed.say("  building an environment for the others")
    python = _install(bed.folder / "limiters")
    with ExitStack() as stack:
        redis = stack.enter_context(server.running())
        ours = stack.enter_context(Asked(sys.executable, "-m", "scripts.limiter_model.ours", redis.url))
        peers = [
            stack.enter_context(Asked(str(python), "-m", "scripts.limiter_model.peer", name, redis.url))
            for name in (PEERS if python else ())
        ]
        bed.say("  checks alone")
        times = _by_turns(ours, *peers, name="speed", ask=Asked.speed, rounds=ROUNDS)
        bed.say(f"  {THREADS} threads at once")
        through = _by_turns(ours, *peers, name="together", ask=Asked.admitted, rounds=TRIALS)
        beside: list[Asked | None] = [*peers] or [None]
        rows = [row for peer in beside for row in _rows(ours, peer, times, through)]
        labels = [peer.label for peer in peers]
    return Result(
        name="limiter",
        title="one check of three stacked limits, as it adds to a request",
        other="peer",
        rows=tuple(rows),
        notes=(
            f"Peers: {', '.join(labels) or 'could not be installed here'}; limits with its moving window. One Redis.",
            f"{ROUNDS} rounds of {CHECKS} checks by turns, one caller; figures are medians over the rounds.",
            f"Too many: the most that got through a quota of {QUOTA} in a window, of {THREADS} threads at once, "
            f"above {QUOTA}, in {TRIALS} trials.",
        ),
    )


def _install(folder: Path) -> Path | None:
    """The environment's Python, or None where no index can be reached."""
    python = folder / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "-q", "--retries", "1", "--timeout", "15", *WANTED],
    )
    try:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError):
        return None
    return python


def _by_turns(
    *asked: Asked, name: str, ask: Callable[[Asked, str], Any], rounds: int
) -> dict[Asked, list[Any]]:
    """By limiter, what each round gave; each round has a key of its own."""
    found: dict[Asked, list[Any]] = {one: [] for one in asked}
    for number in range(rounds):
        for at, one in enumerate(asked):
            found[one].append(ask(one, f"{name}-{number}-{at}"))
    return found


def _rows(
    ours: Asked, peer: Asked | None, times: dict[Asked, list[Any]], through: dict[Asked, list[Any]]
) -> Iterator[Row]:
    beside = f", beside {peer.label}" if peer else ""
    for measure, unit, of in (
        (
            "checks a second, one caller",
            "checks",
            lambda rounds: median(MILLISECONDS * len(r) / sum(r) for r in rounds),
        ),
        ("added latency, p50", "ms", lambda rounds: over_rounds(rounds, 0.5)),
        ("added latency, p99", "ms", lambda rounds: over_rounds(rounds, 0.99)),
    ):
        yield Row(
            measure=measure + beside,
            ours=of(times[ours]),
            other=of(times[peer]) if peer else None,
            unit=unit,
            samples=ROUNDS * CHECKS,
        )
    too_many = max(through[ours]) - QUOTA
    yield Row(
        measure=f"too many of {THREADS} threads" + beside,
        ours=too_many,
        other=max(through[peer]) - QUOTA if peer else None,
        unit="requests",
        samples=TRIALS,
        aim="0",
        met=too_many == 0 and min(through[ours]) == QUOTA,
    )


BENCH = Bench(summary="the rate limiter: cost and over-admissions, beside three others", run=run)
