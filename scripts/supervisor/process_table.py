"""Facts about processes that outlive a pid: when one started, who belongs to a group, who carries a mark.

Linux is read through /proc. Elsewhere the start time comes from `ps`, and what only /proc can tell is unknown
(an empty answer), so nothing is ever ended on a guess.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def started(pid: int) -> str | None:
    """When the process started, as the system writes it; None where it is gone or only a zombie."""
    if not (PROC / "self/stat").exists():
        asked = subprocess.run(
            ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        state, _, since = asked.stdout.strip().partition(" ")
        return since.strip() if since and not state.startswith("Z") else None
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else fields[19]


def group(number: int) -> list[int]:
    """Pids in the process group; only living ones."""
    return [
        pid
        for pid in _pids()
        if (fields := _stat(pid)) and fields[0] not in "ZX" and int(fields[2]) == number
    ]


def marked(mark: str) -> list[int]:
    """Pids whose environment at their start held `mark` (as NAME=value), except this process."""
    wanted = mark.encode()
    return [pid for pid in _pids() if pid != os.getpid() and wanted in _environment(pid)]


def working_in(folder: Path) -> list[int]:
    """Pids whose working folder is `folder`: every PostgreSQL process works in its data folder."""
    found = []
    for pid in _pids():
        with suppress(OSError):
            if os.path.samefile(PROC / str(pid) / "cwd", folder):
                found.append(pid)
    return found


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Signal each; one that is gone or not ours is passed over."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def send_group(number: int, which: signal.Signals) -> None:
    """Signal a whole process group; one that is gone is passed over."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(number, which)


def gone(pids: Iterable[int], *, seconds: float) -> bool:
    """Wait until none of the processes lives; False where one still does after `seconds`."""
    waiting = {pid: since for pid in pids if (since := started(pid)) is not None}
    end = time.monotonic() + seconds
    while waiting:
        waiting = {pid: since for pid, since in waiting.items() if started(pid) == since}
        if waiting and time.monotonic() > end:
            return False
        time.sleep(0.02 if waiting else 0)
    return True


def _pids() -> Iterator[int]:
    with suppress(FileNotFoundError):
        yield from (int(name) for name in os.listdir(PROC) if name.isdigit())


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the third (state) on; a name may hold spaces and brackets."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _environment(pid: int) -> list[bytes]:
    try:
        return (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
