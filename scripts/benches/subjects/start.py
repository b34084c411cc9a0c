"""From the command to ready: the first start in an empty DATA_DIR, and every later one."""

from __future__ import annotations

from statistics import median

from scripts.benches.bed import Bed
from scripts.benches.product import Product
from scripts.benches.registry import Bench
from scripts.benches.results import Result, Row

LATER_STARTS = 3
AIM_SECONDS = 10.0


def run(bed: Bed) -> Result:
    product = Product(bed.folder / "start")
    try:
        bed.say("  first start")
        first = product.start()
        stops = [product.stop()]
        later = []
        for number in range(LATER_STARTS):
            bed.say(f"  later start {number + 1} of {LATER_STARTS}")
            later.append(product.start())
            stops.append(product.stop())
    finally:
        product.stop()
    again = median(later)
    return Result(
        name="start",
        title="scripts/run until GET /health/ready/ answers 200",
        rows=(
            Row(measure="first start (new databases)", ours=first, unit="s", samples=1),
            Row(
                measure="second start, median",
                ours=again,
                unit="s",
                samples=len(later),
                aim=f"< {AIM_SECONDS:.0f} s",
                met=again < AIM_SECONDS,
            ),
            Row(measure="second start, slowest", ours=max(later), unit="s", samples=len(later)),
            Row(measure="clean stop, median", ours=median(stops), unit="s", samples=len(stops)),
        ),
        notes=("With .venv already installed.",),
    )


BENCH = Bench(summary="seconds from scripts/run to ready, first and later", run=run)
