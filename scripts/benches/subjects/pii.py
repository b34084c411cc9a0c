"""Redaction: what it finds, what it leaves alone, how fast; beside plain Presidio and scrubadub in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from scripts.benches.bed import Bed
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.pii_evaluation import scratch, tables, timing
from scripts.pii_evaluation.child import Child, TooSlow
from scripts.pii_evaluation.evaluation import DISGUISED, Evaluation, evaluate

STARTS = 3
AIM_LOAD_SECONDS, AIM_MEGABYTES, AIM_GROWTH = 0.15, 60.0, 1.5
HOSTILE_DEADLINE = 4.0
DISGUISED_PEER = 1_000
"""Peers see the first of the 10,000; shares are compared."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One detector in processes of its own, asked about everything."""

    label: str
    megabytes: float
    loads: list[float]
    quality: Evaluation
    speed: timing.Speed
    worst: timing.Worst


@dataclass(frozen=True, kw_only=True)
class Strict:
    """The engine under its strict policy; the balanced one does the least that it can cost."""

    quality: Evaluation
    speed: timing.Speed
    worst: timing.Worst


def run(bed: Bed) -> Result:
    bed.say("  the engine, balanced")
    ours = _measure(partial(Child, "engine_child"), starts=STARTS, disguised=DISGUISED, hostile_seconds=60.0)
    bed.say("  the engine, strict")
    strict = _measure_strict()
    bed.say("  long texts")
    with Child("engine_child") as child:
        growth = timing.growth(child)
    bed.say("  Presidio")
    presidio = _measure(partial(Child, "presidio_child"))
    bed.say("  scrubadub: building an environment for it")
    python = scratch.install(bed.folder / "scrubadub")
    bed.say("  scrubadub" if python else "  scrubadub could not be installed here")
    scrubadub = _measure(partial(Child, "scrubadub_child", python=python)) if python else None
    return Result(
        name="pii",
        title="redaction by the engine alone, beside plain Presidio and scrubadub",
        other="peer",
        rows=(
            *_found(ours, strict.quality, presidio, scrubadub),
            *_costs(ours, growth, presidio, scrubadub),
            *_costs_of_strict(strict, ours),
        ),
        notes=_notes(ours, presidio, scrubadub),
    )


def _measure(
    start: Callable[[], Child],
    *,
    starts: int = 1,
    disguised: int = DISGUISED_PEER,
    hostile_seconds: float = 12.0,
) -> Measured:
    loads = []
    try:
        for _ in range(starts - 1):
            with start() as child:
                loads.append(child.seconds)
        with start() as child:
            quality = evaluate(child, disguised=disguised)
            speed = timing.speed(child)
        worst = timing.worst_hostile(start, budget=hostile_seconds, deadline=HOSTILE_DEADLINE)
    except TooSlow as error:
        raise CannotMeasure(f"a detector gave no answer: {error}") from error
    return Measured(
        label=child.label,
        megabytes=child.megabytes,
        loads=[*loads, child.seconds],
        quality=quality,
        speed=speed,
        worst=worst,
    )


def _measure_strict() -> Strict:
    start = partial(Child, "engine_child")
    try:
        with start() as child:
            quality = evaluate(child, policy="strict")
            speed = timing.speed(child, policy="strict")
        worst = timing.worst_hostile(start, budget=60.0, deadline=HOSTILE_DEADLINE, policy="strict")
    except TooSlow as error:
        raise CannotMeasure(f"the engine gave no answer: {error}") from error
    return Strict(quality=quality, speed=speed, worst=worst)


def _found(
    ours: Measured, strict: Evaluation, presidio: Measured, scrubadub: Measured | None
) -> Iterator[Row]:
    yield from tables.overview(ours.quality, presidio.quality, beside="beside Presidio")
    beside = "beside scrubadub" if scrubadub else "scrubadub could not be installed"
    yield from tables.overview(ours.quality, scrubadub.quality if scrubadub else None, beside=beside)
    yield from tables.overview(strict, None, policy="strict", beside="strict policy")
    yield from tables.kinds(ours.quality, presidio.quality)
    if scrubadub:
        yield from tables.recalls(ours.quality, scrubadub.quality, beside="beside scrubadub")
    yield from tables.names(ours.quality, presidio.quality)
    yield from tables.names(strict, None, policy="strict")
    yield from tables.unseen(ours.quality, presidio.quality)
    yield from tables.unseen(strict, None, policy="strict")
    yield from tables.disguised(ours.quality, presidio.quality)


def _costs(ours: Measured, growth: float, presidio: Measured, scrubadub: Measured | None) -> Iterator[Row]:
    samples = timing.BLOCKS * timing.ROUNDS
    for peer, name in ((presidio, "Presidio"), (scrubadub, "scrubadub")):
        if peer:
            yield from tables.speeds(ours.speed, peer.speed, beside=f"beside {name}", samples=samples)
            yield tables.worst(ours.worst, peer.worst, beside=f"beside {name}")
            yield _load(ours, peer, name)
            yield _memory(ours, peer, name)
    yield Row(
        measure="time per character at 1 MB, against 64 kB",
        ours=growth,
        unit="times",
        samples=1,
        aim=f"<= {AIM_GROWTH}",
        met=growth <= AIM_GROWTH,
    )


def _costs_of_strict(strict: Strict, balanced: Measured) -> Iterator[Row]:
    samples = timing.BLOCKS * timing.ROUNDS
    beside = "strict policy, beside the balanced one"
    yield from tables.speeds(strict.speed, balanced.speed, beside=beside, samples=samples, judged=False)
    yield tables.worst(strict.worst, balanced.worst, beside=beside)


def _load(ours: Measured, peer: Measured, name: str) -> Row:
    load = median(ours.loads)
    return Row(
        measure=f"load and first text, fresh process, beside {name}",
        ours=load,
        other=peer.loads[0],
        unit="s",
        samples=len(ours.loads),
        aim=f"<= {AIM_LOAD_SECONDS} s",
        met=load <= AIM_LOAD_SECONDS,
    )


def _memory(ours: Measured, peer: Measured, name: str) -> Row:
    return Row(
        measure=f"memory after the first text, whole process, beside {name}",
        ours=ours.megabytes,
        other=peer.megabytes,
        unit="MB",
        samples=1,
        aim=f"<= {AIM_MEGABYTES:.0f} MB",
        met=ours.megabytes <= AIM_MEGABYTES,
    )


def _notes(ours: Measured, presidio: Measured, scrubadub: Measured | None) -> tuple[str, ...]:
    hidden = (
        ", ".join(f"{name} {count}" for name, count in ours.quality.leaked_by_disguise.most_common())
        or "none"
    )
    return (
        f"Peers: {presidio.label}; {scrubadub.label if scrubadub else 'scrubadub could not be installed'}. Both read "
        "every text as English, with the detectors they switch on by themselves.",
        "A leak is a letter or digit of a value outside every span, whatever the span is called. Recall and precision "
        "ask for the right kind over half of the value. No precision stands where nothing was found.",
        "A disguised value is readable where a quarter of it, or four of its digits, stay in the clear.",
        f"Ours, still readable by disguise: {hidden}.",
        f"Times are processor time. Slowest hostile piece: ours {ours.worst.piece!r}, Presidio "
        f"{presidio.worst.piece!r} of the {presidio.worst.tried} that it was tried on; given up on after "
        f"{HOSTILE_DEADLINE:.0f} s each.",
        f"Peers were given the first {DISGUISED_PEER:,} of the disguised values.",
        "The unseen parts (held, sealed) are scored as totals only; nobody tunes on them.",
    )


BENCH = Bench(summary="redaction: leaks, precision, speed, beside Presidio and scrubadub", run=run)
