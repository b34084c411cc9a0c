"""Large photos made small: processor time and peak memory of our child beside plain Pillow and pyvips."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scripts.benches.bed import Bed
from scripts.benches.registry import Bench
from scripts.benches.results import CannotMeasure, Result, Row
from scripts.pii_evaluation import scratch

SIZES = {"12 MP": (4000, 3000), "48 MP": (8000, 6000)}
ROUNDS = 7
PYVIPS = "pyvips[binary]==3.2.0"
AIM_CPU, AIM_MEMORY = 0.7, 0.5
"""Of plain Pillow's."""
_CHILD = Path(__file__).resolve().parents[1] / "image_child.py"
_LONGEST_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Medians over the rounds, of whole processes."""

    cpu_ms: float
    peak_mb: float


def run(bed: Bed) -> Result:
    photos = {name: _photo(bed, name, *size) for name, size in SIZES.items()}
    bed.say("  pyvips: building an environment for it")
    python = scratch.install(bed.folder / "pyvips", wanted=PYVIPS)
    ways = {"ours": Path(sys.executable), "pillow": Path(sys.executable)}
    if python is not None:
        ways["pyvips"] = python
    rows: list[Row] = []
    for name, photo in photos.items():
        bed.say(f"  {name}")
        costs = _measure(ways, photo)
        for peer in [way for way in ways if way != "ours"]:
            rows += _rows(name, costs["ours"], costs[peer], peer)
    rows.append(_whole(photos["48 MP"]))
    return Result(
        name="images",
        title="photos brought to 2048 px",
        other="peer",
        rows=tuple(rows),
        notes=(
            "Each figure is the median of whole processes, one for each photo and round, in turns; start and imports "
            "are part of it.",
            "Ours also reads EXIF, makes a thumbnail and a fingerprint. Plain Pillow decodes in full, since turning a "
            "photo upright loads it; pyvips shrinks while it loads, as ours does where the size allows it.",
            "A JPEG decoder shrinks by 2, 4 or 8: both of these to 2000 px, which ours takes for 2048; the others give "
            "2048.",
            "MB are 10^6 bytes of peak resident memory (VmHWM).",
            f"pyvips {PYVIPS.partition('==')[2]} with its own libvips, in an environment of its own."
            if python is not None
            else "pyvips could not be installed here, so it was not measured.",
        ),
    )


def _photo(bed: Bed, name: str, width: int, height: int) -> Path:
    path = bed.folder / f"{name.replace(' ', '-')}.jpg"
    _call(Path(sys.executable), "make", str(path), str(width), str(height))
    bed.say(f"  {name}: a photo of {path.stat().st_size / 1e6:.1f} MB")
    return path


def _measure(ways: dict[str, Path], photo: Path) -> dict[str, Cost]:
    told: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, python in ways.items():
            told[way].append(json.loads(_call(python, way, str(photo))))
    return {
        way: Cost(
            cpu_ms=median(one["cpu_ms"] for one in found), peak_mb=median(one["peak_mb"] for one in found)
        )
        for way, found in told.items()
    }


def _rows(name: str, ours: Cost, peer: Cost, label: str) -> Sequence[Row]:
    rows = []
    for what, unit, mine, other, aim in (
        ("processor time", "ms", ours.cpu_ms, peer.cpu_ms, AIM_CPU),
        ("peak memory", "MB", ours.peak_mb, peer.peak_mb, AIM_MEMORY),
    ):
        is_aimed = label == "pillow"
        rows.append(
            Row(
                measure=f"{name}, {what}, beside {label}",
                ours=mine,
                other=other,
                unit=unit,
                samples=ROUNDS,
                aim=f"<= {aim} x" if is_aimed else "",
                met=mine <= aim * other if is_aimed else None,
            )
        )
    return rows


def _whole(photo: Path) -> Row:
    """What the worker waits for: `preparing.prepare`, its process and its limits included."""
    code = (
        "import sys, time\n"
        "import django\n"
        "django.setup()\n"
        "from apps.onboarding_api.services.photos import preparing\n"
        "began = time.perf_counter()\n"
        "preparing.prepare(sys.argv[1])\n"
        "print((time.perf_counter() - began) * 1000)\n"
    )
    command = [sys.executable, "-c", code, str(photo)]
    samples = [float(_output(command)) for _ in range(3)]
    return Row(
        measure="48 MP, prepared as the worker does it, by the clock",
        ours=median(samples),
        unit="ms",
        samples=3,
    )


def _call(python: Path, *arguments: str) -> str:
    return _output([str(python), str(_CHILD), *arguments])


def _output(command: list[str]) -> str:
    """What the command prints; `prepare` wants settings, and those of tests need nothing set."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "intelliwiz_config.settings.test"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            timeout=_LONGEST_SECONDS,
            cwd=Path(__file__).resolve().parents[3],
            env=environment,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise CannotMeasure(f"a photo could not be made small: {str(error.stderr)[-300:]}") from error
    return done.stdout


BENCH = Bench(summary="photos of 12 and 48 MP to 2048 px, beside plain Pillow and pyvips", run=run)
