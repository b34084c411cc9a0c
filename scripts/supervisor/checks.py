"""Inside scripts/test: the static checks beside pytest, and one verdict at the end.

Run as: python -m scripts.supervisor.checks [pytest arguments], with the servers' addresses in the
environment.
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.supervisor.layout import ROOT

PYTEST = (sys.executable, "-m", "pytest")
MODULE = (sys.executable, "-m")
MANAGE = (sys.executable, "manage.py")
# The package has no `python -m`, and its script does not survive a moved .venv.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", (*MODULE, "ruff", "check")),
    ("ruff format", (*MODULE, "ruff", "format", "--check")),
    ("import contracts", (sys.executable, "-c", LINT_IMPORTS)),
    ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    ("django check", (*MANAGE, "check")),
    ("mypy", (*MODULE, "mypy", "apps", "background_tasks", "intelliwiz_config", "scripts")),
)
# What a server says when it fails everybody, whoever's test it was that asked too much of it.
SHORTAGE = re.compile(r"PANIC|out of \w+|could not (?!receive data|send data)|too many |No space left")
MOST_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    name: str
    passed: bool
    output: str


def main(arguments: Sequence[str]) -> int:
    """With arguments pytest alone, with the terminal (so that a debugger works); without, everything."""
    if arguments:
        os.execv(sys.executable, [*PYTEST, *arguments])  # noqa: S606 (no shell is wanted)
    outcomes: list[Outcome] = []
    beside = threading.Thread(
        daemon=True,  # Ctrl-C must not wait for the rest of them
        target=lambda: outcomes.extend(_check(name, command) for name, command in CHECKS),
    )
    beside.start()
    code, last = _pytest(_workers())
    for line in shortages(Path(os.environ.get("DATA_DIR", "")) / "logs" / "postgres.log") if code else ():
        print(line)
    print("\nWaiting for the static checks" if beside.is_alive() else "", flush=True)
    beside.join()
    for outcome in outcomes:
        print(f"{'passed' if outcome.passed else 'FAILED'}  {outcome.name}")
        if not outcome.passed:
            print(outcome.output)
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    if failed:
        print(f"Failed beside pytest: {', '.join(failed)}")
    # The verdict of the tests stands last, where people and machines look for it.
    print(last, flush=True)
    return code or (1 if failed else 0)


def shortages(log: Path) -> list[str]:
    """The first lines in which the server says what it has no more of, under a heading; none, none."""
    if not log.is_file():
        return []
    with log.open(encoding="utf-8", errors="replace") as lines:
        found = [line.rstrip() for line in lines if SHORTAGE.search(line)][:MOST_LINES]
    return [f"From {log.name}:", *found] if found else []


def _check(name: str, command: tuple[str, ...]) -> Outcome:
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(name=name, passed=done.returncode == 0, output=done.stdout)


def _workers() -> list[str]:
    """Two processes, or PYTEST_WORKERS (0: none beside pytest); each has a stack of its own."""
    count = os.environ.get("PYTEST_WORKERS", "2")
    return ["-n", count] if count != "0" else []


def _pytest(arguments: Sequence[str]) -> tuple[int, str]:
    """Run the tests, showing their output as it comes; returns the exit code and the last line."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    last = ""
    with subprocess.Popen(
        [*PYTEST, *colour, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        bufsize=1,
    ) as process:
        while piece := process.stdout.readline() if process.stdout else "":
            print(piece, end="", flush=True)
            last = piece.rstrip("\n") or last
    return process.returncode, last


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
