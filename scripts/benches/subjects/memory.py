"""Memory of every process of a running copy, and that the web process holds no model library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

from scripts.benches import processes
from scripts.benches.bed import Bed
from scripts.benches.product import Product
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.benches.sending import send_photo
from scripts.benches.talker import Talker
from scripts.demo_story import media
from scripts.supervisor.layout import ROOT

WARM_UP_TURNS = 40
AIM_WEB_MB = 150.0
MODEL_LIBRARIES = ("spacy", "presidio_analyzer", "pocketsphinx", "onnxruntime", "rapidocr", "cv2", "av")


def run(bed: Bed) -> Result:
    product = bed.product()
    token = product.token()
    bed.say("  some turns")
    talker = Talker(product.port, token)
    for _ in range(WARM_UP_TURNS):
        talker.turn()
    rows = [*_web(product), *_others(product)]
    before = _tree(product.pids()["worker-media"])
    bed.say("  the first photo")
    send_photo(product.port, token, session_id=talker.session_id, photo=media.METER.path, kind="meter")
    talker.close()
    after = _tree(product.pids()["worker-media"])
    rows.append(_row("worker-media (main and children) before the first photo, PSS", before.pss))
    rows.append(_row("worker-media (main and children) after the first photo, PSS", after.pss))
    everything = reduce(add, (_tree(pid) for pid in product.pids().values()))
    rows.append(_row("everything, PostgreSQL and Redis included, PSS", everything.pss))
    return Result(
        name="memory",
        title=f"memory after {WARM_UP_TURNS} turns",
        rows=(*rows, *_libraries(product), _control(product)),
        notes=(
            "RSS counts shared pages in full, PSS by share. MB are 10^6 bytes.",
            f"Model libraries looked for: {', '.join(MODEL_LIBRARIES)}.",
        ),
    )


def _web(product: Product) -> list[Row]:
    found = processes.memory(product.pids()["web"])
    aim = {"aim": f"< {AIM_WEB_MB:.0f} MB", "met": found.rss < AIM_WEB_MB}
    return [_row("web, RSS", found.rss, **aim), _row("web, PSS", found.pss)]


def _others(product: Product) -> list[Row]:
    pids = product.pids()
    worker = pids["worker-conversation"]
    rows = [_row("worker-conversation, main process, RSS", processes.memory(worker).rss)]
    for number, child in enumerate(processes.children(worker), start=1):
        rows.append(_row(f"worker-conversation, child {number}, RSS", processes.memory(child).rss))
    rows.append(_row("worker-conversation (main and children), PSS", _tree(worker).pss))
    return [*rows, *(_row(f"{name}, RSS", processes.memory(pids[name]).rss) for name in ("keeper", "beat"))]


def _tree(pid: int) -> processes.Memory:
    return reduce(add, (processes.memory(each) for each in processes.tree(pid)))


def _row(measure: str, megabytes: float, **aim: Any) -> Row:
    return Row(measure=measure, ours=megabytes, unit="MB", samples=1, **aim)


def _libraries(product: Product) -> list[Row]:
    """Two ways to look: what a fresh web process imports, and what the running one has mapped by now."""
    mapped = compiled_packages(processes.libraries(product.pids()["web"]))
    imported = _imported(product)
    return [
        Row(
            measure=f"model libraries in web, {way}" + (f": {', '.join(found)}" if found else ""),
            ours=len(found),
            unit="libraries",
            samples=len(MODEL_LIBRARIES),
            aim="none",
            met=not found,
        )
        for way, found in (("running (mapped)", mapped), ("at its start (imported)", imported))
    ]


def _control(product: Product) -> Row:
    """The same look at a process that must have some: finding none there would prove nothing about web."""
    pids = processes.tree(product.pids()["worker-media"])
    found = sorted({name for pid in pids for name in compiled_packages(processes.libraries(pid))})
    return Row(
        measure=f"control, worker-media (mapped): {', '.join(found)}",
        ours=len(found),
        unit="libraries",
        samples=len(MODEL_LIBRARIES),
        aim="some",
        met=bool(found),
    )


def compiled_packages(paths: Sequence[str] | set[str]) -> list[str]:
    """The model libraries that one of the mapped files belongs to, by the folder below site-packages.

    presidio_analyzer has no compiled part of its own, but it imports spacy, which has.
    """
    folders = {path.partition("/site-packages/")[2].partition("/")[0] for path in paths}
    names = {folder.partition(".")[0] for folder in folders}
    return [name for name in MODEL_LIBRARIES if name in names]


def _imported(product: Product) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benches.web_imports"],
        cwd=ROOT,
        env={**os.environ, **product.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotMeasure(f"the web application could not be imported: {done.stderr.strip()[-500:]}")
    names = set(json.loads(done.stdout.splitlines()[-1]))
    return [name for name in MODEL_LIBRARIES if name in names]


BENCH = Bench(summary="memory of each process; no model library in the web process", run=run)
