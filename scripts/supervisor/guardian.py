"""A small process that outlives a killed supervisor and ends what it left behind.

Its standard input is a pipe from the supervisor. A byte means that all was stopped in order; the end of the
pipe without one means that the supervisor was killed. It holds the DATA_DIR's lock meanwhile, so that a new
copy starts only after the clean-up.

Run as: python -m scripts.supervisor.guardian RECORD
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from scripts.supervisor import record
from scripts.supervisor.layout import ROOT


class Guardian:
    """The supervisor's handle on its guardian."""

    def __init__(self, *, record_path: Path, lock: int) -> None:
        """`lock` is the descriptor of the held lock file, which the guardian keeps open too."""
        self._record_path = record_path
        self._lock = lock
        self._process = self._start()

    def pid(self) -> int:
        return self._process.pid

    def keep_alive(self) -> None:
        """Start another one where somebody killed it."""
        if self._process.poll() is not None:
            self._close()
            self._process = self._start()

    def dismiss(self) -> None:
        """All is stopped: the guardian has nothing left to do."""
        if self._process.stdin is not None and self._process.poll() is None:
            self._process.stdin.write(b".")
        self._close()
        self._process.wait()

    def _close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            # -S: no site-packages, because nothing but the standard library is needed and the start is
            # quicker.
            [sys.executable, "-S", "-m", "scripts.supervisor.guardian", str(self._record_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
            pass_fds=[self._lock],
        )


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if not os.read(sys.stdin.fileno(), 1):
        record.end_everything(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
