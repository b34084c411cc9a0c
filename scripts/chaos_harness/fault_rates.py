"""A quarter of all runs fails, independently: how many tasks are done in the end under each retry policy."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from scripts.chaos_harness.world import World, built

RATE = 0.25
WANTED = 0.999
_CHILDREN = 2
_ALMOST_NOTHING = 0.0001
_LONGEST_SECONDS = 900.0
_SIGMAS = 3.5


def run(*, tasks: int, seed: int, say: Callable[[str], None]) -> tuple[dict[str, Any], str]:
    """`tasks` under each policy; the figures, and the same in words."""
    extra = {"CHAOS_DELAY_SCALE": str(_ALMOST_NOTHING)}
    with built(say=say, extra=extra) as world:
        found = _run(world, tasks=tasks, seed=seed)
    policies = {
        policy: judge(states, runs_allowed=found["runs_allowed"][policy], tasks=tasks)
        for policy, states in found["outcomes"].items()
    }
    figures = {
        "holds": all(policy["holds"] for policy in policies.values()),
        "rate": RATE,
        "policies": policies,
    }
    return figures, _words(figures)


def _run(world: World, *, tasks: int, seed: int) -> dict[str, Any]:
    world.say(f"Running {tasks} tasks under each policy, {RATE:.0%} of all runs fail")
    for child in range(_CHILDREN):
        first, last = (tasks * edge // _CHILDREN for edge in (child, child + 1))
        arguments = ("-m", "scripts.chaos_harness.policy_child", str(first), str(last), str(seed), str(RATE))
        world.fleet.start(f"policy-{child}", *arguments, once=True)
    world.wait_for(lambda: not world.fleet.members, what="The end of all tasks", seconds=_LONGEST_SECONDS)
    found: dict[str, Any] = json.loads(world.run("-m", "scripts.chaos_harness.policy_child", "outcomes"))
    return found


def judge(states: dict[str, int], *, runs_allowed: int, tasks: int) -> dict[str, Any]:
    """Success beside its expectation 1 - rate^runs. It holds where the expectation is good enough, and the sample is no
    further below it than chance explains.
    """
    done = states.get("done", 0)
    expected = 1 - RATE**runs_allowed
    spread = math.sqrt(expected * (1 - expected) / tasks)
    return {
        "done": done,
        "dead": states.get("dead", 0),
        "success": round(done / tasks, 6),
        "expected": round(expected, 6),
        "runs_allowed": runs_allowed,
        "holds": (
            expected >= WANTED
            and done + states.get("dead", 0) == tasks
            and done / tasks >= expected - _SIGMAS * spread - 1 / tasks
        ),
    }


def _words(figures: dict[str, Any]) -> str:
    lines = [f"{'policy':<10}{'runs':>6}{'done':>8}{'dead':>6}{'success':>11}{'expected':>11}"]
    for name, row in figures["policies"].items():
        success, expected = (f"{100 * row[key]:.3f} %" for key in ("success", "expected"))
        lines.append(
            f"{name:<10}{row['runs_allowed']:>6}{row['done']:>8}{row['dead']:>6}{success:>11}{expected:>11}"
        )
    lines += ["", f"{'HOLDS' if figures['holds'] else 'BROKEN'}: {WANTED:.1%} wanted"]
    return "\n".join(lines)
