"""Makes .venv and installs the pinned requirements, once; two copies that start at once do it one after the
other.

Runs under the Python that was found first and then under .venv's own: only the standard library is there.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TextIO

from scripts.supervisor import process_table, program
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import ROOT, VENV

PYTHON = VENV / "bin" / "python"
STEP = 10  # a progress line for every so many packages where the terminal cannot rewrite one


def ensure(*requirements: str, arguments: list[str]) -> None:
    """Return in .venv's Python with the requirement files installed; `arguments` restart this program in
    it.
    """
    if _is_venv() and not _outdated(requirements):
        return
    before = signal.signal(signal.SIGTERM, _leave)
    with _alone():
        _make_venv()
        for name in _outdated(requirements):
            _install(name)
    signal.signal(signal.SIGTERM, before)
    if not _is_venv():
        os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606 (no shell is wanted)


def install_tool(name: str) -> None:
    """Install one more package that only a developer's command needs."""
    with _alone():
        _pip(["install", name], total=1, what=name)


def _is_venv() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def _stamp(name: str) -> Path:
    return VENV / f".{name}.sha256"


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _outdated(requirements: tuple[str, ...]) -> list[str]:
    """The files that changed since they were installed."""

    def installed(name: str) -> str:
        try:
            return _stamp(name).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    return [name for name in requirements if installed(name) != _digest(name)]


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold .venv for oneself. The kernel gives it back when the holder dies."""
    try:
        VENV.mkdir(exist_ok=True)
        descriptor = os.open(VENV, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CannotGoOn(f"{VENV} cannot be made: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another copy that prepares .venv", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make_venv() -> None:
    """Make the environment where its Python does not work, complete it where somebody was interrupted."""
    works = _quiet([str(PYTHON), "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"])
    if not works:
        print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
        # --clear empties the folder and keeps it, so the lock on it stays held.
        _quiet(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            fail="The virtual environment could not be made",
        )
    elif not _quiet([str(PYTHON), "-c", "import pip"]):
        _quiet([str(PYTHON), "-m", "ensurepip"], fail="pip could not be put into .venv")


def _quiet(command: list[str], *, fail: str = "") -> bool:
    """Run without output; whether it succeeded. With `fail`, failure is CannotGoOn with its last line."""
    try:
        with _tied(command) as process:
            said = process.communicate()[0].strip().splitlines()
    except OSError as error:
        said = [str(error)]
        code = 1
    else:
        code = process.returncode
    if code != 0 and fail:
        raise CannotGoOn(f"{fail}: {said[-1] if said else 'no message'}")
    return code == 0


@contextlib.contextmanager
def _tied(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process whose whole group ends with this one, by Ctrl-C, SIGTERM or (on Linux) kill -9."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        # Readable for all: as root another account runs the PostgreSQL that lies in .venv.
        umask=0o022,
        env={**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=program.dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 (one thread)
    )
    with process:
        try:
            yield process
        except BaseException:  # a request to stop too: nothing may go on alone
            process_table.send_group(process.pid, signal.SIGKILL)
            raise


def _install(name: str) -> None:
    total = sum(1 for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    print(f"Installing {name} ({total} packages; the first time takes a few minutes)", flush=True)
    # An installation that was killed may have left half of a package, which pip would take for a whole one.
    unfinished = _stamp(name).with_suffix(".unfinished")
    again = ["--ignore-installed"] if unfinished.exists() else []
    unfinished.touch()
    _pip(["install", *again, "-r", name], total=total, what=name)
    fresh = _stamp(name).with_suffix(".new")
    fresh.write_text(_digest(name) + "\n", encoding="ascii")
    fresh.replace(_stamp(name))
    unfinished.unlink()


def _pip(arguments: list[str], *, total: int, what: str) -> None:
    """Run pip with its output in .venv/install.log and progress on the terminal."""
    log = VENV / "install.log"
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--prefer-binary"]
    with (
        log.open("w", encoding="utf-8") as file,
        _tied([str(PYTHON), "-m", "pip", *arguments, *options]) as process,
    ):
        _follow(process, file, total)
        process.wait()
    if process.returncode != 0:
        raise CannotGoOn(
            f"{program.last_lines(log, 8)}\nInstalling {what} failed; all of pip's output is in {log}."
        )


def _follow(process: subprocess.Popen[str], file: TextIO, total: int) -> None:
    """Copy pip's lines to the log and tell how far it is."""
    done = 0
    rewrite = sys.stdout.isatty()
    for line in process.stdout or ():
        file.write(line)
        if line.startswith(("Collecting ", "Processing ", "Requirement already satisfied: ")):
            done = min(done + 1, total)
            if rewrite:
                width = shutil.get_terminal_size().columns
                print(f"\r\033[K{f'  {done}/{total} {line.split()[1]}'[: width - 1]}", end="", flush=True)
            elif done % STEP == 0:
                print(f"  {done}/{total}", flush=True)
        elif line.startswith("Installing collected packages"):
            print(("\r\033[K" if rewrite else "") + "  Unpacking", flush=True)


def _leave(number: int, _frame: FrameType | None) -> None:
    """SIGTERM while something is being installed: leave through every `with`, which ends what runs."""
    raise SystemExit(128 + number)
