"""The rate limiter in many processes at once: beside the sequential model, and without Redis."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.onboarding_api.services.security.host_table import HostTable
from scripts.limiter_model import comparing, outages
from scripts.limiter_model import server as servers
from scripts.limiter_model.model import Asked, Model
from scripts.limiter_model.server import Server
from scripts.limiter_model.slow_door import SlowDoor
from scripts.supervisor.layout import ROOT

OPERATIONS = int(os.environ.get("LIMITER_MODEL_OPERATIONS", "20000"))

TAKE = """
import sys
from pathlib import Path
from apps.onboarding_api.services.security.host_table import Busy, HostTable
table = HostTable(Path(sys.argv[1]), quota=50, window_seconds=3600)
taken = 0
print("ready", flush=True)
sys.stdin.readline()
for _ in range(60):
    while True:
        try:
            taken += table.take(kind="user", identity=b"somebody-somebod").allowed
            break
        except Busy:
            continue
print(taken, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with servers.running() as running:
        yield running


@pytest.mark.slow
def test_random_operations_of_eight_processes_agree_with_the_model(server: Server) -> None:
    found = comparing.compare(server, operations=OPERATIONS, processes=8, seed=7)
    assert found.operations == OPERATIONS
    assert (found.over, found.under, found.figures, found.missing) == (0, 0, 0, 0)
    assert 0.1 < found.admitted / found.operations < 0.95  # both kinds of decisions were compared


def test_the_model_itself_refuses_what_is_too_much() -> None:
    model = Model()
    one, other = Asked("a", 2, 10, 1), Asked("b", 1, 10, 1)
    assert [model.decide(now, [one]).admitted for now in (0, 5, 9, 10, 11)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert model.decide(16, [one, other]).admitted
    refused = model.decide(17, [one, other])
    assert (refused.admitted, refused.waits) == (False, (3, 9))


class Taker:
    """A process that takes from the table of the host when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def say(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()


def test_the_fallback_is_never_exceeded_across_processes(tmp_path: Path) -> None:
    takers = [Taker(tmp_path) for _ in range(4)]
    assert [taker.hear() for taker in takers] == ["ready"] * 4
    for taker in takers:
        taker.say()
    assert sum(int(taker.hear()) for taker in takers) == 50
    for taker in takers:
        taker.process.kill()
        taker.process.communicate()


def test_a_killed_process_leaves_no_lock_and_keeps_its_admissions(tmp_path: Path) -> None:
    taker = Taker(tmp_path)
    taker.hear()
    taker.say()
    taker.process.send_signal(signal.SIGKILL)  # wherever it is just now
    taker.process.communicate()
    table = HostTable(tmp_path, quota=50, window_seconds=3600)
    left = sum(table.take(kind="user", identity=b"somebody-somebod").allowed for _ in range(60))
    assert left <= 50
    again = HostTable(tmp_path, quota=50, window_seconds=3600)
    assert not again.take(kind="user", identity=b"somebody-somebod").allowed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["refused", "frozen", "slow", "read-only", "flushed", "password"])
def test_an_outage_is_no_error_of_the_limiter(server: Server, name: str) -> None:
    """How long it takes is measured by `python -m scripts.limiter_model outages`, on a machine that is idle."""
    logging.disable(logging.CRITICAL)
    try:
        with SlowDoor(server) as door:
            fault = next(one for one in outages.faults_of(server, door) if one.name == name)
            limiter = outages.limiter_for(door.url if name == "slow" else server.url, server.folder / "run")
            seen = outages.live_through(fault, limiter, outage_seconds=1.0)
            limiter.close()
    finally:
        logging.disable(logging.NOTSET)
    assert seen.during
    assert seen.faults == 0
    assert name == "flushed" or seen.fallback
    assert seen.back_seconds < outages.LONGEST_BACK_SECONDS
