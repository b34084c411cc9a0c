"""One supervisor per DATA_DIR, held by the kernel: a killed one never leaves a stale lock."""

import fcntl
import os
import time

from scripts.supervisor import process_table
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout

CLEANING_SECONDS = 20


def hold(layout: Layout) -> int:
    """Take the lock and return its descriptor, which must stay open.

    Raises CannotGoOn where another supervisor has it. Where only the guardian of a killed one has it, waits
    until that has cleaned up.
    """
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + CLEANING_SECONDS
    while not _taken(descriptor):
        holder, since = _holder(descriptor)
        if not holder.isdigit() or process_table.started(int(holder)) == since or time.monotonic() > end:
            raise _refusal(layout, holder)
        time.sleep(0.05)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()} {process_table.started(os.getpid())}".encode(), 0)
    return descriptor


def running(layout: Layout) -> str | None:
    """Pid of the supervisor that runs in this DATA_DIR now; the guardian of a killed one does not count."""
    try:
        descriptor = os.open(layout.lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        holder, since = _holder(descriptor)
        held = not _taken(descriptor) and holder.isdigit()
        return holder if held and process_table.started(int(holder)) == since else None
    finally:
        os.close(descriptor)


def require_free(layout: Layout) -> None:
    """Raise the same CannotGoOn as `hold`, without taking the lock."""
    holder = running(layout)
    if holder:
        raise _refusal(layout, holder)


def _holder(descriptor: int) -> tuple[str, str]:
    """Pid and start time of the supervisor that took the lock last."""
    pid, _, since = os.pread(descriptor, 200, 0).decode(errors="replace").partition(" ")
    return pid, since


def _refusal(layout: Layout, holder: str) -> CannotGoOn:
    process = f" (process {holder})" if holder else ""
    return CannotGoOn(
        f"Another copy{process} already runs with DATA_DIR {layout.data}: stop it, or set another"
        " DATA_DIR and PORT."
    )


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
