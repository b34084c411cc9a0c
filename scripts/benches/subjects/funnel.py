"""The funnel over many simulated sessions: answers, freshness, what it costs to write, and whether it is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import mean, median
from typing import Any

from scripts.benches import funnel_peers
from scripts.benches.bed import Bed
from scripts.benches.figures import over_rounds, percentile
from scripts.benches.funnel_peers import Peer
from scripts.benches.product import Product
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.supervisor.layout import ROOT

READS, WRITERS, TRANSITIONS, ROUNDS, FRESH = 30, 8, 50, 4, 20
JUDGED = 200_000
AIM_DASHBOARD_MS, AIM_COHORT_MS, AIM_SLICE_MS = 25.0, 10.0, 150.0
AIM_FRESH_SECONDS, AIM_WRITE_MS, AIM_POINTS, AIM_MEMORY = 1.0, 1.0, 0.3, 1.25


class Child:
    """A process inside the product's environment."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.benches.funnel_child"],
            cwd=ROOT,
            env={**os.environ, **environment, "LOG_LEVEL": "ERROR"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, **given: Any) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"do": what, **given}) + "\n")
        stdin.flush()
        answer = stdout.readline()
        if not answer:
            raise CannotMeasure(f"the child that should {what} has ended")
        return json.loads(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def run(bed: Bed) -> Result:
    """On a copy of the product of its own: so many sessions would be in the way of other benches."""
    product = Product(bed.folder / "funnel")
    bed.say("  starting a scratch copy of its own")
    product.start()
    try:
        return _measured(bed, product.environment())
    finally:
        product.stop()


def _measured(bed: Bed, environment: dict[str, str]) -> Result:
    judged = _alone(bed, environment, "judge", sessions=JUDGED)  # first: it counts everything that is there
    few = bed.sessions // 10
    loaded = _alone(bed, environment, "load", sessions=few, seed=1)
    first = _alone(bed, environment, "rebuild")
    first_audit = _alone(bed, environment, "audit")
    more = _alone(bed, environment, "load", sessions=bed.sessions - few, seed=2)
    rebuilt = _alone(bed, environment, "rebuild")
    with _child(environment) as child:
        bed.say(f"  {READS} answers of each kind")
        read = child.do("read", n=READS)
        bed.say("  the same events in other engines")
        folder = bed.folder / "peers"
        folder.mkdir()
        (folder / "asked.json").write_text(json.dumps(child.do("export", folder=str(folder))))
        peers = funnel_peers.ask(folder, counts=[int(n) for n in read["counts"]])
        bed.say("  freshness and writers")
        fresh = child.do("freshness", n=FRESH)
        written = _written(child)
    audited = _alone(bed, environment, "audit")
    return Result(
        name="funnel",
        title=f"the funnel of {rebuilt['sessions']:,} sessions in 90 days, four fifths of them of one client",
        other="beside",
        rows=(
            *_answers(read),
            *_engines(read, peers),
            *_writes(fresh, written),
            *_wholes("rebuild", rebuilt, first),
            *_wholes("audit", audited, first_audit),
            _agreement(audited),
            *_truths(judged),
        ),
        notes=(
            "Answers are computed, none is a kept one; rows that have not changed since the process read them are not "
            "sent again. Without HTTP; through the route: from the middleware to the bytes of the answer.",
            "Beside: raw SQL over the events grouped by session in the same database; the same events in the other "
            f"engine ({', '.join(peer.label for peer in peers)}); without the trigger; at a tenth of the sessions; "
            "plain counting.",
            f"Written by COPY at {_each(loaded, more):.2f} ms a session. {WRITERS} writers on sessions of one client, "
            f"{ROUNDS} rounds with and without the trigger by turns.",
        ),
    )


@contextmanager
def _child(environment: dict[str, str]) -> Iterator[Child]:
    child = Child(environment)
    try:
        yield child
    finally:
        child.close()


def _alone(bed: Bed, environment: dict[str, str], what: str, **given: Any) -> Any:
    """In a process of its own, so that its memory is that of this deed."""
    bed.say(f"  {what} {given.get('sessions', '')}".rstrip())
    with _child(environment) as child:
        return child.do(what, **given)


def _written(child: Child) -> dict[bool, list[list[float]]]:
    """By whether changes were noted; the last round notes, so that everything written is counted in the end."""
    found: dict[bool, list[list[float]]] = {False: [], True: []}
    for number in range(2 * ROUNDS):
        noted = number % 2 == 1
        found[noted].append(child.do("write", writers=WRITERS, n=TRANSITIONS, noted=noted))
    return found


def _answers(read: dict[str, list[float]]) -> Iterator[Row]:
    for measure, name, aim in (
        ("whole dashboard, p95", "dashboard", AIM_DASHBOARD_MS),
        ("whole dashboard of all clients, p95", "everyone", AIM_DASHBOARD_MS),
        ("one cohort with rates and times, p95", "cohort", AIM_COHORT_MS),
        ("slice by language and hour, p95", "slice language x hour", AIM_SLICE_MS),
        ("slice by device and variant, p95", "slice device x variant", AIM_SLICE_MS),
    ):
        found = percentile(read[name], 0.95)
        yield Row(
            measure=measure,
            ours=found,
            unit="ms",
            samples=len(read[name]),
            aim=f"<= {aim:.0f} ms",
            met=found <= aim,
        )
    yield Row(
        measure="whole dashboard, p50",
        ours=median(read["dashboard"]),
        unit="ms",
        samples=len(read["dashboard"]),
    )
    yield Row(measure="whole dashboard, first of a process", ours=read["first"][0], unit="ms", samples=1)
    through = read["route"]
    for measure, found in (("p50", median(through)), ("p95", percentile(through, 0.95))):
        yield Row(
            measure=f"whole dashboard through its route, {measure}",
            ours=found,
            unit="ms",
            samples=len(through),
        )
    for measure, name in (("whole dashboard", "dashboard"), ("one cohort", "cohort")):
        worked = read[f"{name}, processor"]
        yield Row(
            measure=f"{measure}, processor time, mean", ours=mean(worked), unit="ms", samples=len(worked)
        )


def _engines(read: dict[str, list[float]], peers: list[Peer]) -> Iterator[Row]:
    ours = median(read["funnel"])
    beside: list[tuple[str, float | None]] = [("raw SQL over events", median(read["raw"]))]
    beside += [(peer.label, median(peer.ms) if peer.ms else None) for peer in peers]
    for label, other in beside:
        missing = "" if other is not None else ", which could not be had here"
        yield Row(
            measure=f"one funnel, p50, beside {label}{missing}",
            ours=ours,
            other=other,
            unit="ms",
            samples=len(read["funnel"]),
        )


def _writes(fresh: list[float], written: dict[bool, list[list[float]]]) -> Iterator[Row]:
    slowest = max(fresh)
    yield Row(
        measure="from commit to the figure, slowest",
        ours=slowest,
        unit="s",
        samples=len(fresh),
        aim=f"<= {AIM_FRESH_SECONDS:.0f} s",
        met=slowest <= AIM_FRESH_SECONDS,
    )
    noted, silent = over_rounds(written[True], 0.5), over_rounds(written[False], 0.5)
    samples = sum(map(len, written[True]))
    yield Row(measure="a transition, 8 writers, p50", ours=noted, other=silent, unit="ms", samples=samples)
    cost = noted - silent
    yield Row(
        measure="what noting adds to it",
        ours=cost,
        unit="ms",
        samples=samples,
        aim=f"<= {AIM_WRITE_MS:.0f} ms",
        met=cost <= AIM_WRITE_MS,
    )


def _wholes(name: str, last: dict[str, Any], first: dict[str, Any]) -> Iterator[Row]:
    yield Row(measure=name, ours=last["seconds"], other=first["seconds"], unit="s", samples=1)
    yield Row(
        measure=f"{name}, most memory of its process",
        ours=last["peak_mb"],
        other=first["peak_mb"],
        unit="MB",
        samples=1,
        aim=f"<= {AIM_MEMORY}x",
        met=last["peak_mb"] <= AIM_MEMORY * first["peak_mb"],
    )


def _agreement(audited: dict[str, Any]) -> Row:
    return Row(
        measure="sums equal to a recomputation after all of this",
        ours=float(audited["agrees"]),
        unit="yes",
        samples=audited["sessions"],
        aim="1",
        met=audited["agrees"],
    )


def _truths(judged: dict[str, list[float]]) -> Iterator[Row]:
    for name, (error, naive) in judged.items():
        yield Row(
            measure=f"off the truth: {name}",
            ours=error,
            other=naive,
            unit="points",
            samples=JUDGED,
            aim=f"<= {AIM_POINTS}",
            met=error <= AIM_POINTS,
        )


def _each(*loads: dict[str, Any]) -> float:
    return 1000 * sum(one["seconds"] for one in loads) / max(1, sum(one["sessions"] for one in loads))


BENCH = Bench(
    summary="the funnel over many sessions: answers, freshness, writing, truth (--sessions)", run=run
)
