"""The command line of scripts/bench."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.benches import registry, table
from scripts.benches.bed import SESSIONS, Bed
from scripts.benches.results import CannotMeasure, Result


def main(arguments: Sequence[str]) -> int:
    """0 when everything asked for was measured (whatever the figures), 1 when something could not be, 2 for a wrong
    call.
    """
    chosen = parse(arguments)
    results: list[Result] = []
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="onboarding-bench-", ignore_cleanup_errors=True) as folder:
        bed = Bed(Path(folder), sessions=chosen.sessions)
        try:
            for name in chosen.names:
                bed.say(f"Measuring {name}")
                try:
                    result = registry.load(name).run(bed)
                except CannotMeasure as error:
                    failures[name] = str(error)
                    print(f"{name} could not be measured: {error}", file=sys.stderr, flush=True)
                    continue
                results.append(result)
                if not chosen.json:
                    print(f"\n{table.render(result)}\n", flush=True)
        finally:
            bed.close()
    if chosen.json:
        print(json.dumps(report(results, failures), indent=1))
    return 1 if failures else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """`names` (all where none was given), `json` and `sessions`; an unknown name ends with argparse's usage line."""
    known = registry.names()
    listed = "\n".join(f"  {name:<12} {registry.load(name).summary}" for name in known)
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures a scratch copy of the product on this machine. It touches no other database.",
        epilog=f"benches:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones (all)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    parser.add_argument(
        "--sessions",
        type=int,
        default=SESSIONS,
        help=f"how many sessions the benches of the funnel and of experiments have ({SESSIONS:,})",
    )
    chosen = parser.parse_args(arguments)
    if chosen.sessions < 1_000:
        parser.error("--sessions must be at least 1000")
    unknown = [name for name in chosen.names if name not in known]
    if unknown:
        parser.error(f"no bench named {', '.join(unknown)}; there are {', '.join(known)}")
    chosen.names = list(dict.fromkeys(chosen.names)) or known
    return chosen


def report(results: Sequence[Result], failures: dict[str, str]) -> dict[str, object]:
    return {
        "machine": {
            "cpus": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        },
        "benches": [result.to_json() for result in results],
        "not_measured": failures,
    }
