"""Running a fresh Python with bounds on memory, processor and time, from a process that is large and has threads.

The file goes in and the answer comes out through nameless temporary files: nothing is left behind whoever is killed, no
pipe can fill up, and the size of the answer is a limit of the kernel.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH")
"""Of the environment: the rest holds secrets that a decoder has no use for."""


class Ended(Exception):
    """A limit or a crash ended the process: there is no answer, and another try would end alike."""


class CannotStart(Exception):
    """The process did not come as far as its work: the machine's fault, not the file's."""


def run(module: str, *, folder: Path, argument: str, given: bytes, seconds: float) -> bytes:
    """What `python -m module argument`, started in `folder`, writes for `given`. At most `seconds`.

    Raises `Ended` or `CannotStart`. The process is gone and reaped when this returns, however it does.
    """
    with (
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryFile() as complaint,
    ):
        source.write(given)
        source.seek(0)
        command = [sys.executable, "-E", "-s", "-m", module, argument]
        try:
            code = _run(command, folder=folder, streams=(source, answer, complaint), seconds=seconds)
        except OSError as error:
            raise CannotStart(f"no process could be started: {error.strerror}") from error
        if code is None:
            raise Ended(f"it took more than {seconds:g} seconds")
        if code < 0:
            raise Ended(f"it was ended by {signal.Signals(-code).name}")
        if code > 0:
            complaint.seek(0)
            said = complaint.read(4000).decode(errors="replace").strip()[-200:]
            raise CannotStart(f"it gave up with code {code}: {said}")
        answer.seek(0)
        return answer.read()


def _run(
    command: list[str], *, folder: Path, streams: tuple[IO[bytes], IO[bytes], IO[bytes]], seconds: float
) -> int | None:
    """The exit code, negative for a signal; None where the time ran out."""
    # The process holds the other end of this pipe: it wakes who waits at once when the process is gone.
    ended, held = os.pipe()
    try:
        try:
            process = subprocess.Popen(  # noqa: S603 -- this interpreter with a module of ours
                command,
                cwd=folder,
                env=_environment(),
                stdin=streams[0],
                stdout=streams[1],
                stderr=streams[2],
                pass_fds=(held,),
            )
        finally:
            os.close(held)
        return _wait(process, ended, seconds)
    finally:
        os.close(ended)


def _wait(process: subprocess.Popen[bytes], ended: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    waiter = select.poll()
    waiter.register(ended, select.POLLIN)
    try:
        if not waiter.poll(seconds * 1000):
            return None
        # A closed pipe alone proves no end; a second more is for an end that is just under way.
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=max(end - time.monotonic(), 1.0))
        return None
    finally:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # One arena: each further one reserves address space, which the limit counts.
    return {**kept, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
