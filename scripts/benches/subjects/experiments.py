"""The result of an experiment that many have met: the page, a look, and a count of all of them from the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any

from scripts.benches.bed import Bed
from scripts.benches.figures import percentile
from scripts.benches.product import Product
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.supervisor.layout import ROOT

AIM_PAGE_MS = 100.0
_LONGEST_SECONDS = 900


def run(bed: Bed) -> Result:
    """On a copy of the product of its own: its sessions are thrown away, and so many more made."""
    product = Product(bed.folder / "experiments")
    bed.say("  starting a scratch copy of its own")
    product.start()
    try:
        bed.say(f"  {bed.sessions:,} exposed")
        found = _measured(product.environment(), bed.sessions)
    finally:
        product.stop()
    page, whole = percentile(found["pages"], 0.95), median(found["whole"])
    return Result(
        name="experiments",
        title=f"the result of an experiment that {found['exposed']:,} have met in 14 days",
        other="from the start",
        rows=(
            Row(
                measure="result page, p95",
                ours=page,
                other=whole,
                unit="ms",
                samples=len(found["pages"]),
                aim=f"<= {AIM_PAGE_MS:.0f} ms",
                met=page <= AIM_PAGE_MS,
            ),
            Row(
                measure="a new look, as the keeper takes every minute, p95",
                ours=percentile(found["looks"], 0.95),
                other=whole,
                unit="ms",
                samples=len(found["looks"]),
            ),
            Row(
                measure="the look after a settled session was erased, slowest",
                ours=max(found["erased"]),
                other=whole,
                unit="ms",
                samples=len(found["erased"]),
            ),
        ),
        notes=(
            "Two metrics with CUPED, three guardrails over three events a session; the window is 72 hours.",
            "From the start: the same figures without any sum that was kept. Server-side, without HTTP.",
        ),
    )


def _measured(environment: dict[str, str], exposed: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benches.experiment_child", str(exposed)],
        cwd=ROOT,
        env={**os.environ, **environment, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure(f"the child has failed: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


BENCH = Bench(summary="the result of an experiment that many have met (--sessions)", run=run)
