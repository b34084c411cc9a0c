"""A peer in an environment of its own: it is no part of the product and must not touch .venv."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WANTED = "scrubadub==2.0.1"
_SECONDS = 150


def install(folder: Path, *, wanted: str = WANTED) -> Path | None:
    """The environment's Python, or None where it could not be built (no index to be reached, most likely)."""
    python = folder / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "-q", "--retries", "1", "--timeout", "15", wanted],
    )
    try:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError):
        return None
    return python
