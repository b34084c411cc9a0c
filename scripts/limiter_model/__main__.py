"""python -m scripts.limiter_model [compare] [--operations N] | outages: the proofs of the rate limiter.

Needs the environment that scripts/run or scripts/test made (`.venv/bin/python`); it starts a Redis of its own.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.test")

import django

django.setup()

from scripts.limiter_model import comparing, outages, server  # noqa: E402 -- Django has to be set up first


def main(arguments: list[str]) -> int:
    """0 where the limiter kept its promises, 1 where it did not."""
    parser = argparse.ArgumentParser(prog="python -m scripts.limiter_model", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("compare", "outages"), default="compare")
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with server.running() as redis:
        if chosen.what == "outages":
            return outages.report(redis)
        return _compare(redis, chosen)


def _compare(redis: server.Server, chosen: argparse.Namespace) -> int:
    found = comparing.compare(
        redis, operations=chosen.operations, processes=chosen.processes, seed=chosen.seed
    )
    print(
        f"{found.operations:,} operations of {chosen.processes} processes, clocks {found.spread_seconds:.0f} s apart, "
        f"{found.operations / found.seconds:,.0f} a second, {found.admitted / found.operations:.0%} admitted"
    )
    print(
        f"over-admissions {found.over}, under-admissions {found.under}, other figures {found.figures}, "
        f"missing {found.missing}"
    )
    return 0 if found.is_exact else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
