"""One thing to run: its command line, how it is stopped, and the act of starting it."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scripts.supervisor.account import Account
from scripts.supervisor.layout import ROOT

PR_SET_PDEATHSIG = 1
ROTATE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Program:
    """`stop_signal` asks it to end within `stop_seconds`; `orphan_signal` is sent when the supervisor is
    killed.

    An application process may be killed at any moment (the ledger takes its work back); a server gets the
    signal for a quick clean end.
    """

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 5
    orphan_signal: signal.Signals = signal.SIGKILL
    folder: Path = ROOT
    account: Account | None = None
    server: bool = False


def start(program: Program, *, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start in a session of its own, so that Ctrl-C reaches only the supervisor; output is appended to
    `log`.
    """
    rotate(log)
    with open_log(log) as output:
        return subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dies_with_parent(program.orphan_signal),  # noqa: PLW1509 (the supervisor has one thread)
            user=program.account.uid if program.account else None,
            group=program.account.gid if program.account else None,
            extra_groups=[] if program.account else None,
        )


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For preexec_fn: Linux sends `number` to the child when its parent is gone; elsewhere the guardian
    alone does.

    It runs after the change of user, which would clear the setting. The parent may die before it runs: then
    the new parent shows it and the child ends itself.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        if not hasattr(libc, "prctl"):
            return
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def rotate(log: Path) -> None:
    """Keep one older log beside the current one once it is larger than 10 MB."""
    if log.exists() and log.stat().st_size > ROTATE_BYTES:
        open_log(log).close()  # one of an earlier version may be open to others
        log.replace(log.with_name(log.name + ".1"))


def open_log(log: Path) -> BinaryIO:
    """To be appended to; nobody else may read it, whatever the umask, and whoever made it."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with contextlib.suppress(PermissionError):  # another user's, who let us write
        os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab")


def last_lines(log: Path, count: int = 20) -> str:
    """The end of a log, for the terminal; nothing where there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-count:])
