"""The command line of scripts/canaries."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from scripts.benches.product import Product
from scripts.pii_canaries import places, receivers, rounds, verdict
from scripts.pii_canaries.target import Target, of_product
from scripts.pii_canaries.values import Aviary

_QUIET_SECONDS = 60
_PLENTY = "1000000"
_NO_LIMITS = {
    f"RATE_LIMIT_{name}": _PLENTY
    for name in (
        "IP_PER_MINUTE", "USER_PER_MINUTE", "LOGIN_PER_5_MINUTES", "LOGIN_IP_PER_MINUTE", "REFRESH_PER_MINUTE",
        "SESSION_PER_MINUTE", "DECISIONS_PER_MINUTE", "UPLOADS_PER_5_MINUTES",
    )
} | {"RATE_LIMIT_UPLOAD_BYTES_PER_5_MINUTES": "1000000000000"}  # fmt: skip
"""One person does here in minutes what many do in a day."""


def main(arguments: Sequence[str]) -> int:
    """0 where no value was found where none may be, 1 otherwise."""
    chosen = parse(arguments)
    # The scratch copy must end with this program, however it is asked to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    with (
        tempfile.TemporaryDirectory(prefix="canaries-", ignore_cleanup_errors=True) as folder,
        receivers.listening() as heard,
    ):
        product = Product(
            Path(folder) / "product",
            extra={"LOG_LEVEL": "DEBUG", "LOG_FORMAT": chosen.log_format, **_NO_LIMITS, **heard.settings()},
        )
        say("Starting a scratch copy of the product, with debug logs")
        product.start()
        try:
            found = _run(product, heard, values=chosen.values, seed=chosen.seed)
        finally:
            product.stop()
    print(json.dumps(found.to_json(), indent=1) if chosen.json else verdict.table(found))
    if chosen.examples:
        chosen.examples.write_text(verdict.examples(found), encoding="utf-8")
    return 1 if found.leaked else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/canaries",
        description="Pushes made-up names, e-mail addresses and telephone numbers through every door of a scratch copy "
        "of the product, and looks for them in logs, Redis, the database, metrics, alerts and file names.",
        allow_abbrev=False,
    )
    parser.add_argument("--values", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other values (1)")
    parser.add_argument(
        "--log-format", choices=("text", "json"), default="text", help="of the product's logs (text)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    parser.add_argument("--examples", type=Path, help="write what was found into this file, values included")
    return parser.parse_args(arguments)


def say(text: str) -> None:
    """Progress, for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def _run(product: Product, heard: receivers.Receivers, *, values: int, seed: int) -> verdict.Verdict:
    target = of_product(
        product,
        hold=lambda: _signal_media(product, signal.SIGSTOP),
        let_go=lambda: _signal_media(product, signal.SIGCONT),
    )
    aviary = Aviary(seed=seed, most=values)
    began = time.monotonic()
    calls, pages = rounds.push(target, aviary, say=say)
    for line in calls.unexpected[:20]:
        say(f"unexpected: {line}")
    say(
        f"{len(aviary.taken)} values in {time.monotonic() - began:.0f} s; waiting for the last tasks and alerts"
    )
    _wait_until_quiet(target, heard)
    say(f"{len(heard.heard)} alerts were told; reading everything back")
    pieces = everything(target, heard, pages)
    return verdict.judge(aviary.taken, pieces)


def everything(
    target: Target, heard: receivers.Receivers, pages: list[tuple[str, str]]
) -> Iterator[places.Piece]:
    return itertools.chain(
        places.logs(target),
        places.redis_dump(target),
        places.database(target),
        places.file_names(target),
        places.media_files(target),
        places.metrics_and_health(target),
        places.alerts(heard),
        places.admin_pages(pages),
    )


def _wait_until_quiet(target: Target, heard: receivers.Receivers) -> None:
    """Until no task waits for its first run and somebody was told of the dead ones; for a minute at most."""
    end = time.monotonic() + _QUIET_SECONDS
    busy = "SELECT count(*) FROM task_ledger_taskrecord WHERE state IN ('queued', 'running')"
    with psycopg.connect(target.database_url, autocommit=True) as connection:
        while time.monotonic() < end:
            row = connection.execute(busy).fetchone()
            if row and row[0] == 0 and heard.heard:
                return
            time.sleep(1)


def _signal_media(product: Product, number: signal.Signals) -> None:
    """The worker that reads files, with its children."""
    leader = product.pids()["worker-media"]
    group = os.getpgid(leader)
    if group == leader:
        os.killpg(group, number)
    else:
        os.kill(leader, number)
