"""Which process runs a task: host, pid and start time, so that a reused pid is not taken for it."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path

from billiard.common import terminate_handler_fired
from celery.exceptions import WorkerShutdown, WorkerTerminate


def owner() -> str:
    """This process, as rows name it: `host/namespace|pid|start`."""
    return _owner(os.getpid())


@lru_cache(maxsize=1)
def _owner(pid: int) -> str:
    """A forked process has a name of its own."""
    return f"{this_host()}|{pid}|{start_of(pid)}"


def this_host() -> str:
    """Host name and process namespace: containers may share the one and not the other."""
    try:
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()}/{namespace}"


def start_of(pid: int) -> str:
    """Start time of a live process in clock ticks since boot (field 22 of /proc/pid/stat); empty where unknown.

    A dead one that nobody has waited for still has its number, and is not alive.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        return ""


def is_gone(name: str) -> bool:
    """Whether a process of this host, named by `owner()`, is no more."""
    _, pid, started = name.split("|")
    return start_of(int(pid)) != started


def is_told_to_end(error: BaseException) -> bool:
    """Whether `error` comes of this process being told to end, and not of the task that runs in it.

    In a prefork child the handler of SIGTERM has run: whatever is raised from then on, be it by the clean-up of a
    broken connection, is the end's doing. Without that a `SystemExit` is the task's own `sys.exit()`.
    """
    return terminate_handler_fired() or isinstance(error, (WorkerShutdown, WorkerTerminate))
