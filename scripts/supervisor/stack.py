"""The running programs of one copy: started, watched, started again when they fail, stopped in order."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from scripts.supervisor import process_table, program, record
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.guardian import Guardian
from scripts.supervisor.layout import Layout
from scripts.supervisor.program import Program
from scripts.supervisor.signals import WakeUp

WINDOW_SECONDS = 60
MOST_FAILURES = 5  # in the window, then everything stops
MOST_FAILURES_BEFORE_READY = 2  # a program that fails at the start will rarely get better
LONGEST_PAUSE_SECONDS = 8


class StopRequested(Exception):
    """Somebody asked to stop while something was being waited for."""


@dataclass(kw_only=True)
class Child:
    """A program and the process that runs it now."""

    program: Program
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]
    started: str
    again_at: float | None = None  # on the monotonic clock; set while it waits to be started again
    failures: list[float] = field(default_factory=list)


class Stack:
    """Everything that runs in one DATA_DIR. Use from one thread; `close` ends it in every case."""

    def __init__(self, layout: Layout, *, lock: int, wake_up: WakeUp, say: Callable[[str], None]) -> None:
        self.layout = layout
        self.run_id = uuid.uuid4().hex
        self.is_ready = False
        self._say = say
        self._wake_up = wake_up
        self._children: dict[str, Child] = {}
        self._write_record()
        self._guardian = Guardian(record_path=layout.record, lock=lock)

    def start(self, wanted: Program, environment: Mapping[str, str]) -> Child:
        """Start it and have it watched from now on. Applications carry the run's mark, servers do not."""
        marked = dict(environment) if wanted.server else {**environment, record.MARK: self.run_id}
        process, since = self._launch(wanted, marked)
        child = Child(program=wanted, environment=marked, process=process, started=since)
        self._children[wanted.name] = child
        self._write_record()
        return child

    def run_once(self, wanted: Program, environment: Mapping[str, str]) -> int:
        """Run a program that ends by itself, watching the others meanwhile; returns its exit code."""
        child = self.start(wanted, environment)
        while (code := child.process.poll()) is None:
            self.watch(0.5, but=wanted.name)
        self._forget(wanted.name)
        return code

    def wait_for(
        self, condition: Callable[[], bool], *, seconds: float, what: str, every: float = 0.02
    ) -> None:
        """Wait until the condition holds, watching the programs; CannotGoOn after `seconds`."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise CannotGoOn(f"{what} was not ready within {seconds:.0f} s: see {self.layout.logs}.")
            self.watch(every)

    def watch(self, seconds: float, *, but: str | None = None) -> None:
        """Sleep for at most `seconds`, then look after every program.

        Raises StopRequested when somebody asked for the end, CannotGoOn when a program fails too often.
        """
        self._wake_up.sleep(min([seconds, *self._pauses()]))
        if self._wake_up.stops:
            raise StopRequested
        self._guardian.keep_alive()
        for name, child in list(self._children.items()):
            if name == but:
                continue
            if child.again_at is None and child.process.poll() is not None:
                self._note_failure(child)
            elif child.again_at is not None and time.monotonic() >= child.again_at:
                child.again_at = None
                child.process, child.started = self._launch(child.program, child.environment)
                self._write_record()

    def pid(self, name: str) -> int:
        return self._children[name].process.pid

    def close(self, *, stages: Iterable[Iterable[str]]) -> None:
        """Stop the programs stage by stage; names that do not run are passed over, the rest goes last.

        One more Ctrl-C kills the applications instead of waiting; servers always get their clean end.
        """
        patience = self._wake_up.stops
        for stage in stages:
            self._stop([name for name in stage if name in self._children], patience=patience)
        # What an application started in a session of its own has nobody left to end it.
        process_table.send(process_table.marked(f"{record.MARK}={self.run_id}"), signal.SIGKILL)
        self._stop(list(self._children), patience=patience)
        self.layout.record.unlink(missing_ok=True)
        self._guardian.dismiss()

    def _stop(self, names: list[str], *, patience: int) -> None:
        stopping = [self._children[name] for name in names]
        for child in stopping:
            if child.process.poll() is None:
                process_table.send([child.process.pid], child.program.stop_signal)
        ends = {child.program.name: time.monotonic() + child.program.stop_seconds for child in stopping}
        while waiting := [child for child in stopping if child.process.poll() is None]:
            for child in waiting:
                hurried = self._wake_up.stops > patience and not child.program.server
                if hurried or time.monotonic() > ends[child.program.name]:
                    process_table.send_group(child.process.pid, signal.SIGKILL)
            self._wake_up.sleep(0.1)
        for child in stopping:
            # A worker's own children go with it even where it could not wait for them.
            process_table.send_group(child.process.pid, signal.SIGKILL)
            self._forget(child.program.name)

    def _launch(self, wanted: Program, environment: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], str]:
        process = program.start(wanted, environment=environment, log=self.layout.log(wanted.name))
        return process, process_table.started(process.pid) or ""

    def _note_failure(self, child: Child) -> None:
        """Plan the next start, or give up on the whole run."""
        name = child.program.name
        # What the dead process left in its group (a worker's children) must not work beside the new one.
        process_table.send_group(child.process.pid, signal.SIGKILL)
        now = time.monotonic()
        child.failures = [at for at in child.failures if now - at < WINDOW_SECONDS] + [now]
        most = MOST_FAILURES if self.is_ready else MOST_FAILURES_BEFORE_READY
        code = child.process.returncode
        if len(child.failures) >= most:
            log = self.layout.log(name)
            raise CannotGoOn(
                f"{program.last_lines(log)}\n{name} ended {len(child.failures)} times (last {ended(code)});"
                f" everything is stopped. Its log: {log}"
            )
        pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** (len(child.failures) - 1))
        child.again_at = now + pause
        self._say(f"{name} ended ({ended(code)}); starting it again in {pause:g} s")

    def _pauses(self) -> list[float]:
        now = time.monotonic()
        return [child.again_at - now for child in self._children.values() if child.again_at is not None]

    def _forget(self, name: str) -> None:
        del self._children[name]
        self._write_record()

    def _write_record(self) -> None:
        entries = tuple(
            record.Entry(
                name=name,
                pid=child.process.pid,
                started=child.started,
                stop_signal=int(child.program.stop_signal) if child.program.server else None,
            )
            for name, child in self._children.items()
        )
        me = os.getpid()
        record.write(
            self.layout.record,
            record.Record(
                run_id=self.run_id,
                supervisor=me,
                supervisor_started=process_table.started(me) or "",
                entries=entries,
            ),
        )


def ended(code: int) -> str:
    """An exit code in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
