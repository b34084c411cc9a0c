"""Durable tasks beside plain Celery with late acknowledgement, on the same Redis, in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any

from scripts.benches import floor
from scripts.benches.bed import Bed
from scripts.benches.figures import over_rounds
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.supervisor.layout import ROOT
from scripts.supervisor.programs import NODES

ROUNDS = 5
DRAINED = 500
ALONE = 500
CAPTURED = 200
AIM_THROUGHPUT = 0.5
AIM_CAPTURE_MS = 5.0


class Ledger:
    """The child that speaks to the ledger inside the product's environment."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.benches.ledger_child"],
            cwd=ROOT,
            env={**os.environ, **environment, "LOG_LEVEL": "ERROR"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, n: int) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"do": what, "n": n}) + "\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise CannotMeasure("the child that enqueues has ended")
        found: dict[str, Any] = json.loads(answer)
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def run(bed: Bed) -> Result:
    product = bed.product()
    concurrency = next(node.concurrency for node in NODES if node.name == "conversation")
    environment = product.environment()
    ledger = Ledger(environment)
    with floor.running(environment["REDIS_URL"], concurrency=concurrency, folder=bed.folder) as bare:
        bed.say("  warming up")
        ledger.do("drain", 100)
        bare.drain(100)
        alone, ours, theirs, their_calls = [], [], [], []
        for number in range(ROUNDS):
            bed.say(f"  round {number + 1} of {ROUNDS}")
            alone.append(ledger.do("alone", ALONE))
            ours.append(ledger.do("drain", DRAINED))
            calls, seconds = bare.drain(DRAINED)
            their_calls.append(calls)
            theirs.append(seconds)
        bed.say("  capture")
        captured = [ledger.do("capture", CAPTURED)["calls"] for _ in range(3)]
    ledger.close()
    throughput, other = ALONE / median(each["all"] for each in alone), DRAINED / median(theirs)
    in_one = DRAINED / median(each["all"] for each in ours)
    p99 = over_rounds(captured, 0.99) * 1000
    n = ROUNDS * DRAINED
    return Result(
        name="tasks",
        title="tasks that do nothing: committed as rows, sent, run once, outcome committed",
        other="plain Celery, late acks",
        rows=(
            Row(
                measure="throughput, first call to last outcome, a transaction each",
                ours=throughput,
                other=other,
                unit="tasks/s",
                samples=ROUNDS * ALONE,
                aim=f">= {AIM_THROUGHPUT}x",
                met=throughput >= AIM_THROUGHPUT * other,
            ),
            Row(
                measure=f"throughput, {DRAINED} committed in one transaction",
                ours=in_one,
                other=other,
                unit="tasks/s",
                samples=n,
            ),
            Row(
                measure="enqueue, one transaction each, p50",
                ours=over_rounds([each["calls"] for each in alone], 0.5) * 1000,
                other=over_rounds(their_calls, 0.5) * 1000,
                unit="ms",
                samples=ROUNDS * ALONE,
            ),
            Row(
                measure=f"enqueue, {DRAINED} in one transaction, each",
                ours=median(each["sent"] for each in ours) * 1000 / DRAINED,
                other=over_rounds(their_calls, 0.5) * 1000,
                unit="ms",
                samples=n,
            ),
            Row(
                measure="capture of a failure, with commit, p50",
                ours=over_rounds(captured, 0.5) * 1000,
                unit="ms",
                samples=3 * CAPTURED,
            ),
            Row(
                measure="capture of a failure, with commit, p99",
                ours=p99,
                unit="ms",
                samples=3 * CAPTURED,
                aim=f"< {AIM_CAPTURE_MS:.0f} ms",
                met=p99 < AIM_CAPTURE_MS,
            ),
        ),
        notes=(
            f"{ROUNDS} rounds by turns, {concurrency} prefork processes each, prefetch 1, the same Redis; medians.",
            "Plain Celery writes no row and no result; its tasks count themselves in Redis, so that the end is seen.",
            "Capture: sanitised text, history, dead letter and index; plain Celery has nothing to compare it with.",
        ),
    )


BENCH = Bench(summary="durable tasks beside plain Celery with late acknowledgement", run=run)
