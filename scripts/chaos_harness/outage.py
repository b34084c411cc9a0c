"""A ten-minute outage of the language model at a hundred tasks a minute, faster than life by the harness's settings.

Scaled: the breaker's reset time, the retry delays, the pace of the tasks, the outage itself. Not scaled, so against
us: the five seconds over which released tasks are spread, the pause after which a task looks again that met another
one's probe.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from scripts.chaos_harness import llm_server
from scripts.chaos_harness.world import World, built, free_port

SPEED = 3.0
"""Six times as fast measures the throughput of a small machine: every parked task looks again at each reset."""
OUTAGE_SECONDS = 600.0
TASKS_PER_MINUTE = 100.0
RESET_SECONDS = 120.0
DRAINED_SECONDS = 300.0
_BEFORE_SECONDS = 60.0
_WORKERS = 4
_REST_SECONDS = 300.0
_FAILURES_TO_OPEN = 3
_OPENING_SECONDS = 2.0
"""Real ones: calls that were under way when the breaker opened have ended by then."""
_CLOCKS = 0.02
"""Share by which a gap may be shorter: the log's clock and the breaker's are two."""


def run(*, seed: int, speed: float, say: Callable[[str], None]) -> tuple[dict[str, Any], str]:
    """The figures, in seconds of the simulated world, and the same in words."""
    port = free_port()
    extra = {
        "CHAOS_DELAY_SCALE": str(1 / speed),
        "CHAOS_LLM_RESET_SECONDS": str(RESET_SECONDS / speed),
        "CHAOS_LLM_URL": f"http://127.0.0.1:{port}/",
    }
    with built(say=say, extra=extra) as world:
        figures = _run(world, port=port, seed=seed, speed=speed)
    return figures, _words(figures)


def _run(world: World, *, port: int, seed: int, speed: float) -> dict[str, Any]:
    log, down, going = (world.layout.data / name for name in ("llm.log", "llm-down", "going-on"))
    world.fleet.start("llm", "-m", "scripts.chaos_harness.llm_server", str(port), str(log), str(down))
    world.start_keeper("a")
    world.start_worker("near", concurrency=_WORKERS // 2)
    world.start_worker("other", concurrency=_WORKERS // 2)
    going.touch()
    pace = str(TASKS_PER_MINUTE / 60 * speed)
    world.start_producer(
        0,
        *("--cycle", "llm", "--while-there", str(going), "--per-second", pace, "--seed", str(seed)),
        *("--backlog", "1000000"),
    )
    world.wait_for(lambda: _count(world, "state = 'done'") > 0, what="The first task")
    world.wait(_BEFORE_SECONDS / speed)
    world.say(f"The language model is away for {OUTAGE_SECONDS / speed:.0f} s")
    down.touch()
    away = time.time()
    world.wait(OUTAGE_SECONDS / speed)
    parked = _count(world, "state = 'parked'")
    down.unlink()
    back = time.time()
    world.say(f"It is back; {parked} tasks are parked")
    is_drained = f"state <> 'done' AND created_at < to_timestamp({back})"
    drained = world.wait_for(
        lambda: _count(world, is_drained) == 0, what="All done", seconds=3 * DRAINED_SECONDS / speed
    )
    committed = _count(world, f"created_at BETWEEN to_timestamp({away}) AND to_timestamp({back})")
    going.unlink()
    world.wait_for(lambda: _count(world, "state <> 'done'") == 0, what="The rest done", seconds=_REST_SECONDS)
    world.fleet.end()
    verdict = json.loads(world.run("-m", "scripts.chaos_harness.checker", str(world.logs)))
    gaps = probe_gaps(llm_server.refusals(log), away=away)
    return _figures(
        verdict,
        speed=speed,
        per_minute=committed * 60 / OUTAGE_SECONDS,
        parked=parked,
        refusals=len(llm_server.refusals(log)),
        gaps=gaps,
        drained=drained * speed,
    )


def probe_gaps(refused: list[float], *, away: float) -> list[float]:
    """Real seconds between one probe and the next. What was asked before the breaker opened is no probe."""
    probes = [at for at in refused if at > away + _OPENING_SECONDS]
    return [later - earlier for earlier, later in pairwise(probes)]


def _figures(
    verdict: dict[str, Any],
    *,
    speed: float,
    per_minute: float,
    parked: int,
    refusals: int,
    gaps: list[float],
    drained: float,
) -> dict[str, Any]:
    dead = verdict["ends"].get("dead", 0)
    shortest = min(gaps) * speed if gaps else 0.0
    holds = (
        dead == 0
        and not verdict["findings"]
        and bool(gaps)
        and shortest >= RESET_SECONDS * (1 - _CLOCKS)
        and drained <= DRAINED_SECONDS
    )
    return {
        "holds": holds,
        "speed": speed,
        "tasks": verdict["committed"],
        "tasks_per_minute": round(per_minute, 1),
        "dead_letters": dead,
        "parked_at_recovery": parked,
        "asked_in_the_outage": refusals,
        "shortest_time_between_probes": round(shortest, 1),
        "reset_seconds": RESET_SECONDS,
        "drained_after_seconds": round(drained, 1),
        "lost": verdict["lost"],
        "doubled": verdict["doubled"],
        "findings": verdict["findings"][:20],
    }


def _count(world: World, condition: str) -> int:
    query = f"SELECT count(*) FROM task_ledger_taskrecord WHERE name = 'chaos_llm' AND {condition}"  # noqa: S608 -- our own conditions
    return int(world.rows(query)[0][0])


def _words(figures: dict[str, Any]) -> str:
    return "\n".join(
        (
            f"outage of {OUTAGE_SECONDS:.0f} s at {figures['tasks_per_minute']} tasks a minute,"
            f" {figures['speed']:.0f} times as fast; figures in simulated seconds",
            f"tasks                   {figures['tasks']}, {figures['lost']} lost, {figures['doubled']} doubled",
            f"dead letters            {figures['dead_letters']}",
            f"parked at the recovery  {figures['parked_at_recovery']}",
            f"asked while away        {figures['asked_in_the_outage']} times,"
            f" {_FAILURES_TO_OPEN} or a few more to open the breaker, the rest probes",
            f"between two probes      at least {figures['shortest_time_between_probes']} s"
            f" (one in {figures['reset_seconds']:.0f} s is allowed)",
            f"drained                 {figures['drained_after_seconds']} s after the recovery"
            f" (at most {DRAINED_SECONDS:.0f})",
            "",
            "HOLDS" if figures["holds"] else "BROKEN",
        )
    )
