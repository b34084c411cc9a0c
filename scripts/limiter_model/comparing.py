"""Many processes at once against one Redis, then the same operations against the model in the order of Redis."""

from __future__ import annotations

import heapq
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from scripts.limiter_model.model import MICROSECONDS, Asked, Model
from scripts.limiter_model.server import Server
from scripts.supervisor.layout import ROOT

SKEW_SECONDS = 90


@dataclass
class Compared:
    operations: int = 0
    admitted: int = 0
    over: int = 0
    """Admitted, though the model refuses."""
    under: int = 0
    """Refused, though the model admits."""
    figures: int = 0
    """Decided alike, but with another remainder or waiting time."""
    missing: int = 0
    """Numbers in the order of Redis that no process tells of."""
    seconds: float = 0.0
    spread_seconds: float = 0.0

    @property
    def is_exact(self) -> bool:
        return not (self.over or self.under or self.figures or self.missing)


def compare(server: Server, *, operations: int, processes: int, seed: int) -> Compared:
    """`operations` in total. The clocks of the processes are up to 90 s apart."""
    began = time.monotonic()
    logs = _operate(server, operations=operations, processes=processes, seed=seed)
    taken = time.monotonic() - began
    with ExitStack() as stack:
        files = [stack.enter_context(log.open(encoding="ascii")) for log in logs]
        found = _replay(heapq.merge(*map(_read, files)))
    found.seconds = taken
    found.spread_seconds = SKEW_SECONDS if processes > 1 else 0
    return found


def _operate(server: Server, *, operations: int, processes: int, seed: int) -> list[Path]:
    logs, children = [], []
    for number in range(processes):
        log = server.folder / f"operations-{number}"
        given = {
            "url": server.url,
            "folder": str(server.folder / "run"),
            "log": str(log),
            "operations": operations // processes + (number < operations % processes),
            "seed": seed * 1_000 + number,
            "skew": SKEW_SECONDS * number / max(1, processes - 1),
        }
        children.append(
            subprocess.Popen(
                [sys.executable, "-m", "scripts.limiter_model.child", json.dumps(given)],
                cwd=ROOT,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "intelliwiz_config.settings.test"},
            )
        )
        logs.append(log)
    failed = [child.wait() for child in children]
    if any(failed):
        raise RuntimeError("a process of the comparison did not get through")
    return logs


def _read(file: TextIO) -> Iterator[list[Any]]:
    for line in file:
        yield json.loads(line)


def _replay(operations: Iterator[list[Any]]) -> Compared:
    model, found, last = Model(), Compared(), 0
    for number, now, admitted, limits, figures in operations:
        asked = [Asked(key, quota, window * MICROSECONDS, cost) for key, quota, window, cost in limits]
        wanted = model.decide(now, asked)
        found.operations += 1
        found.admitted += admitted
        found.missing += number != last + 1
        last = number
        if bool(admitted) != wanted.admitted:
            found.over += admitted
            found.under += 1 - admitted
        elif (tuple(figures[::3]), tuple(figures[2::3])) != (wanted.used, wanted.waits):
            found.figures += 1
    return found
