"""DuckDB and embedded ClickHouse, in an environment that is built for this bench alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.benches.results import CannotMeasure
from scripts.supervisor.layout import ROOT

WANTED = {"duckdb": "duckdb==2.0.0", "chdb": "chdb==4.4.0"}
_INSTALL_SECONDS, _ASK_SECONDS = 300, 900


@dataclass(frozen=True)
class Peer:
    """`ms` is empty where the peer could not be installed here."""

    label: str
    ms: tuple[float, ...] = ()


def ask(folder: Path, *, counts: Sequence[int]) -> list[Peer]:
    """Each peer's milliseconds; `CannotMeasure` where one counts otherwise than `counts`, or fails."""
    return [_ask(name, wanted, folder, counts) for name, wanted in WANTED.items()]


def _ask(name: str, wanted: str, folder: Path, counts: Sequence[int]) -> Peer:
    python = _install(folder / f"venv-{name}", wanted)
    if python is None:
        return Peer(name)
    program = ROOT / "scripts/benches/funnel_peer.py"
    try:
        done = subprocess.run(
            [str(python), str(program), name, str(folder)],
            capture_output=True,
            text=True,
            timeout=_ASK_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        lines = str(error.stderr or error).strip().splitlines()
        raise CannotMeasure(f"{name} does not answer: {lines[-1] if lines else 'no message'}") from error
    found = json.loads(done.stdout.splitlines()[-1])
    if found["counts"] != list(counts):
        raise CannotMeasure(f"{name} counts {found['counts']}, raw SQL {list(counts)}")
    return Peer(found["label"], tuple(found["ms"]))


def _install(folder: Path, wanted: str) -> Path | None:
    """The environment's Python, or None where no index can be reached."""
    python = folder / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "-q", "--retries", "1", "--timeout", "15", wanted],
    )
    try:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError):
        return None
    return python
