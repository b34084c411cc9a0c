"""One text turn over HTTP, through the real worker, beside a bare Celery round trip over the same Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from scripts.benches import floor, load, processes
from scripts.benches.bed import Bed
from scripts.benches.figures import over_rounds, percentile
from scripts.benches.product import Product
from scripts.benches.registry import Bench
from scripts.benches.results import Result, Row
from scripts.benches.talker import Talker
from scripts.supervisor.programs import NODES

ROUNDS = 6
ALONE_TIMES = 30
CLIENTS = 20
TOGETHER_TIMES = 4
WARM_UP_TIMES = 20
PROCESSOR_TIMES = 100
AIM_RATIO = 2.0
AIM_ALONE_P95_MS = 150.0

Rounds = dict[str, list[list[float]]]


def run(bed: Bed) -> Result:
    product = bed.product()
    concurrency = next(node.concurrency for node in NODES if node.name == "conversation")
    tokens = product.token()
    talkers = [Talker(product.port, tokens) for _ in range(CLIENTS)]
    careful = Talker(product.port, tokens, idempotent=True)
    environment = product.environment()
    with floor.running(environment["REDIS_URL"], concurrency=concurrency, folder=bed.folder) as bare:
        bed.say("  warming up")
        load.drive([talker.turn for talker in [*talkers, careful]], times=2)
        load.drive([talkers[0].turn], times=WARM_UP_TIMES)
        load.drive([bare.round_trip] * CLIENTS, times=10)
        talkers[0].task_ids.clear()
        rounds = _rounds(bed, talkers, careful, bare)
        bed.say("  processor time")
        processor = _processor(product, talkers[0], bare)
    for talker in [*talkers, careful]:
        talker.close()
    return Result(
        name="turn",
        title="one text turn over HTTP: POST onboarding/conversation/, Prefer: wait=25, through the real worker",
        other="bare Celery",
        rows=(*_rows(rounds), *_parts(environment["DATABASE_URL"], talkers[0].task_ids), *processor),
        notes=(
            f"{ROUNDS} rounds, ours and the floor by turns; figures are medians over the rounds, warm-up left out.",
            f"Both on the same Redis with {concurrency} prefork processes; PostgreSQL with durable commits.",
            "The client runs on the same processors. The turn's parts are those of the turns alone, by the task's row.",
        ),
    )


def _rounds(bed: Bed, talkers: Sequence[Talker], careful: Talker, bare: floor.Floor) -> Rounds:
    """Every second round in the opposite order, so that a drifting machine favours neither."""
    talkers[0].open()
    subjects = {
        "alone": lambda: load.drive([talkers[0].turn], times=ALONE_TIMES),
        "floor alone": lambda: load.drive([bare.round_trip], times=ALONE_TIMES * 2),
        "careful": lambda: load.drive([careful.turn], times=ALONE_TIMES // 2),
        "together": lambda: load.drive(
            [talker.turn for talker in talkers[1:]] + [talkers[0].turn], times=TOGETHER_TIMES
        ),
        "floor together": lambda: load.drive([bare.round_trip] * CLIENTS, times=TOGETHER_TIMES * 5),
    }
    taken: Rounds = {name: [] for name in subjects}
    for number in range(ROUNDS):
        bed.say(f"  round {number + 1} of {ROUNDS}")
        order = list(subjects) if number % 2 == 0 else list(reversed(subjects))
        for name in order:
            known = len(talkers[0].task_ids)
            taken[name].append(subjects[name]())
            if name != "alone":
                del talkers[0].task_ids[known:]
    return taken


def _rows(rounds: Rounds) -> list[Row]:
    rows = []
    pairs = (
        ("alone", "alone", "floor alone"),
        (f"{CLIENTS} at once", "together", "floor together"),
    )
    for label, name, others in pairs:
        for share in (0.5, 0.95):
            ours, other = (over_rounds(rounds[each], share) * 1000 for each in (name, others))
            rows.append(
                Row(
                    measure=f"{label}, p{share * 100:.0f}",
                    ours=ours,
                    other=other,
                    unit="ms",
                    samples=sum(map(len, rounds[name])),
                    **_aim(name, share, ours, other),
                )
            )
    careful = over_rounds(rounds["careful"], 0.5) * 1000
    count = sum(map(len, rounds["careful"]))
    rows.append(Row(measure="alone with Idempotency-Key, p50", ours=careful, unit="ms", samples=count))
    return rows


def _aim(name: str, share: float, ours: float, other: float) -> dict[str, Any]:
    if name == "alone" and share > 0.9:
        return {"aim": f"< {AIM_ALONE_P95_MS:.0f} ms", "met": ours < AIM_ALONE_P95_MS}
    if name == "alone":
        return {"aim": f"<= {AIM_RATIO:.0f}x", "met": ours <= AIM_RATIO * other}
    return {}


def _parts(database_url: str, task_ids: Sequence[str]) -> list[Row]:
    """Where the time of a turn alone goes, by what the task's row says."""
    query = """
        SELECT extract(epoch FROM started_at - created_at), extract(epoch FROM finished_at - started_at)
          FROM task_ledger_taskrecord WHERE id = ANY(%s::uuid[])
    """
    with psycopg.connect(database_url) as connection:
        found = connection.execute(query, [list(task_ids)]).fetchall()
    return [
        Row(
            measure=f"  of it: {label}, p50",
            ours=percentile([float(row[at]) * 1000 for row in found], 0.5),
            unit="ms",
            samples=len(found),
        )
        for at, label in enumerate(
            ("row made until the worker has it", "worker has it until it has the outcome")
        )
    ]


def _processor(product: Product, talker: Talker, bare: floor.Floor) -> list[Row]:
    """Processor time of one turn and of one bare task, by who spends it: a busy machine hardly changes it."""
    pids = product.pids()
    spenders = {"web": pids["web"], "worker": pids["worker-conversation"], "PostgreSQL": pids["postgres"]}
    before = {name: processes.processor_ms(pid) for name, pid in spenders.items()}
    load.drive([talker.turn], times=PROCESSOR_TIMES)
    each = {
        name: (processes.processor_ms(pid) - before[name]) / PROCESSOR_TIMES for name, pid in spenders.items()
    }
    began = processes.processor_ms(bare.pid)
    load.drive([bare.round_trip], times=PROCESSOR_TIMES)
    other = (processes.processor_ms(bare.pid) - began) / PROCESSOR_TIMES
    return [
        Row(
            measure=f"processor time of a turn, {name}",
            ours=taken,
            other=other if name == "worker" else None,
            unit="ms",
            samples=PROCESSOR_TIMES,
        )
        for name, taken in each.items()
    ]


BENCH = Bench(summary="one text turn over HTTP beside a bare Celery round trip", run=run)
