"""Which process runs a task: host, pid and start time, so that a reused pid is not taken for it."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def owner() -> str:
    """This process, as rows name it: `host/namespace|pid|start`."""
    pid = os.getpid()
    return f"{this_host()}|{pid}|{start_of(pid)}"


def this_host() -> str:
    """Host name and process namespace: containers may share the one and not the other."""
    try:
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        namespace = 0
    return f"{socket.gethostname()}/{namespace}"


def start_of(pid: int) -> str:
    """Start time of a live process in clock ticks since boot (field 22 of /proc/pid/stat); empty where unknown."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def is_gone(name: str) -> bool:
    """Whether a process of this host, named by `owner()`, is no more."""
    _, pid, started = name.split("|")
    return start_of(int(pid)) != started
