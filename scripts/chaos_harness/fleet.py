"""The processes that are to be killed: started in groups of their own, started again whenever they end."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.benches import processes
from scripts.supervisor import process_table, program, record
from scripts.supervisor.layout import Layout
from scripts.supervisor.program import Program

_PAUSE_SECONDS = 0.2
_WARM_SECONDS = 20.0


@dataclass(kw_only=True)
class Member:
    """One program of the fleet; `once`: it may end by itself, and is not started again when it ended well."""

    program: Program
    environment: Mapping[str, str]
    once: bool = False
    process: subprocess.Popen[bytes]
    again_at: float | None = None
    starts: int = 1
    codes: list[int] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid


class Fleet:
    """Use from one thread: `look_after` is what starts the dead again."""

    def __init__(self, layout: Layout, *, environment: Mapping[str, str], run_id: str) -> None:
        self._layout = layout
        self._environment = {**environment, record.MARK: run_id}
        self.members: dict[str, Member] = {}

    def start(
        self, name: str, *arguments: str, extra: Mapping[str, str] | None = None, once: bool = False
    ) -> Member:
        """Run `python ARGUMENTS` under this name."""
        wanted = Program(name=name, command=(sys.executable, *arguments))
        environment = {**self._environment, **(extra or {})}
        member = Member(
            program=wanted, environment=environment, once=once, process=self._launch(wanted, environment)
        )
        self.members[name] = member
        return member

    def look_after(self) -> None:
        """Start again what has ended."""
        now = time.monotonic()
        for name, member in list(self.members.items()):
            if member.again_at is not None:
                if now >= member.again_at:
                    member.again_at = None
                    member.process = self._launch(member.program, member.environment)
                    member.starts += 1
                continue
            code = member.process.poll()
            if code is None:
                continue
            member.codes.append(code)
            if member.once and code == 0:
                del self.members[name]
                continue
            member.again_at = now + _PAUSE_SECONDS

    def named(self, prefix: str) -> list[Member]:
        """Members that run now."""
        return [
            member
            for name, member in self.members.items()
            if name.startswith(prefix) and member.process.poll() is None
        ]

    def children(self, member: Member) -> list[int]:
        return processes.children(member.pid)

    def send(self, member: Member, number: signal.Signals) -> None:
        process_table.send([member.pid], number)

    def send_group(self, member: Member, number: signal.Signals) -> None:
        process_table.send_group(member.pid, number)

    def end(self, prefix: str = "", *, seconds: float = 8.0) -> None:
        """SIGTERM, then SIGKILL for the group; every member with that prefix is gone afterwards, for good."""
        ending = [self.members.pop(name) for name in list(self.members) if name.startswith(prefix)]
        for member in ending:
            self.send_group(member, signal.SIGCONT)
            self.send(member, signal.SIGTERM)
        until = time.monotonic() + seconds
        for member in ending:
            with contextlib.suppress(subprocess.TimeoutExpired):
                member.process.wait(timeout=max(0.05, until - time.monotonic()))
            self.send_group(member, signal.SIGKILL)
            member.process.wait()

    def log_of(self, name: str) -> str:
        return program.last_lines(self._layout.log(name))

    def _launch(self, wanted: Program, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return program.start(wanted, environment=environment, log=self._layout.log(wanted.name))
