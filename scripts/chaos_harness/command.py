"""The command line of scripts/chaos."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from scripts.chaos_harness import report
from scripts.chaos_harness.faults import OTHERS
from scripts.chaos_harness.story import Asked, Story
from scripts.chaos_harness.world import built

_SCENARIOS = ("outage", "faults")


def main(arguments: Sequence[str]) -> int:
    """0 where the invariant holds (always for plain Celery, which is only compared), 1 where it does not."""
    chosen = parse(arguments)
    if chosen.scenario == "outage":
        from scripts.chaos_harness import outage

        return _told(chosen, *outage.run(seed=chosen.seed, speed=chosen.speed or outage.SPEED, say=_say))
    if chosen.scenario == "faults":
        from scripts.chaos_harness import fault_rates

        return _told(chosen, *fault_rates.run(tasks=chosen.tasks or 10_000, seed=chosen.seed, say=_say))
    asked = Asked(
        tasks=chosen.tasks or 2_000,
        kills=chosen.kills,
        seed=chosen.seed,
        flushes=chosen.flushes,
        keepers=not chosen.without_keeper,
        plain_celery=chosen.plain_celery,
        failpoints=not (chosen.without_keeper or chosen.no_failpoints),
        only=tuple(chosen.only or ()),
    )
    with built(say=_say) as world:
        told = Story(world, asked).tell()
    print(json.dumps(told.to_json(), indent=1) if chosen.json else report.render(told), flush=True)
    return 0 if told.holds or asked.plain_celery else 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/chaos",
        description="Kills, starves and confuses a scratch copy of the task layer, and proves from what is left that"
        " no committed task was lost and no effect happened twice. It touches no other server or database.",
        epilog=f"faults beside kills: {', '.join(OTHERS)}",
        allow_abbrev=False,
    )
    parser.add_argument(
        "scenario",
        nargs="?",
        choices=_SCENARIOS,
        help="outage: a ten-minute outage of the language model, faster than life;"
        " faults: a quarter of all runs fails, under each retry policy",
    )
    parser.add_argument(
        "--tasks", type=int, metavar="N", help="tasks to commit (2000; for `faults` 10000 each)"
    )
    parser.add_argument("--kills", type=int, default=30, metavar="K", help="kill -9 so often (30)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="same seed, same choices (1)")
    parser.add_argument("--flushes", type=int, metavar="F", help="empty Redis so often (one for 40 kills)")
    parser.add_argument(
        "--only", action="append", choices=sorted(OTHERS), help="of the other faults only these"
    )
    parser.add_argument(
        "--no-failpoints", action="store_true", help="leave out the kill at every named point"
    )
    parser.add_argument(
        "--without-keeper",
        action="store_true",
        help="negative control: no relay, no reaper; must report loss",
    )
    parser.add_argument(
        "--plain-celery", action="store_true", help="the same with late acks and no ledger, for comparison"
    )
    parser.add_argument(
        "--speed", type=float, metavar="X", help="for `outage`: so many times as fast as life (3)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    return parser.parse_args(arguments)


def _told(chosen: argparse.Namespace, figures: dict[str, Any], text: str) -> int:
    print(json.dumps(figures, indent=1) if chosen.json else text, flush=True)
    return 0 if figures["holds"] else 1


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
