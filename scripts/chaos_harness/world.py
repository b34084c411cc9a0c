"""A scratch copy of the task layer: PostgreSQL and Redis of its own, workers, keepers, and everything's end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import redis

from scripts.chaos_harness import tables
from scripts.chaos_harness.fleet import Fleet
from scripts.supervisor import (
    data_folder,
    data_lock,
    environment,
    local_secrets,
    postgres,
    process_table,
    program,
    record,
    redis_server,
    socket_dir,
)
from scripts.supervisor.account import for_servers, open_way
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.guardian import Guardian
from scripts.supervisor.layout import ROOT, Layout
from scripts.supervisor.options import Options
from scripts.supervisor.program import Program

QUEUES = "conversation,default"
_START_SECONDS = 60.0
_TICK_SECONDS = 0.05
# Kills of processes are survived with what the kernel holds; only a power cut asks for more.
_NO_POWER_CUTS = ("fsync=off", "full_page_writes=off", "max_connections=300")
# The harness touches no server, secret or account that the caller's environment names.
_NOT_PASSED_ON = (
    *("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SECRET_KEY", "SEALING_KEYS", "DATA_DIR"),
    *("DJANGO_SETTINGS_MODULE", "HOST", "PORT", "TASK_FAILPOINT", "DATABASE_POOL_MAX"),
)


class World:
    """Use from one thread. `wait` keeps the fleet alive meanwhile; so does everything that waits by it."""

    def __init__(self, folder: Path, *, say: Callable[[str], None], extra: dict[str, str]) -> None:
        self.say = say
        self.layout = Layout(data=folder.resolve())
        self.logs = self.layout.data / "accounts"
        self.fuses = self.layout.data / "fuses"
        self._servers: dict[str, subprocess.Popen[bytes]] = {}
        self._run_id = uuid.uuid4().hex
        data_folder.ensure(self.layout)
        self._lock = data_lock.hold(self.layout)
        self._account = for_servers(self.layout.postgres)
        self._sockets = socket_dir.ensure(self.layout, account=self._account)
        self.logs.mkdir()
        self.fuses.mkdir()
        self.database_url = postgres.url(self._sockets)
        self.redis_url = redis_server.url(self._sockets)
        self.outside_port = free_port()
        self.environment = self._environment(extra)
        self.fleet = Fleet(self.layout, environment=self.environment, run_id=self._run_id)
        record.write(self.layout.record, self._record())
        self._guardian = Guardian(record_path=self.layout.record, lock=self._lock)

    def _environment(self, extra: dict[str, str]) -> dict[str, str]:
        caller = {key: value for key, value in os.environ.items() if key not in _NOT_PASSED_ON}
        options = Options(layout=self.layout, host="127.0.0.1", port=8000)
        addresses = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        found = environment.build(
            options, secrets=local_secrets.ensure(self.layout), addresses=addresses, caller=caller
        )
        return {
            **found,
            "DJANGO_SETTINGS_MODULE": "scripts.chaos_harness.settings",
            "CHAOS_FOLDER": str(self.logs),
            "CHAOS_PLAIN_BROKER": f"redis+socket://{self._sockets / redis_server.SOCKET}?virtual_host=0",
            "CHAOS_OUTSIDE_URL": f"http://127.0.0.1:{self.outside_port}/",
            "TASK_FAILPOINT": f"*:{self.fuses}",
            "LOG_LEVEL": "WARNING",
            "TASK_LEASE_SECONDS": "3",
            "TASK_HEARTBEAT_SECONDS": "1",
            "TASK_REPUBLISH_AFTER_SECONDS": "2",
            "TASK_RELAY_INTERVAL_SECONDS": "0.2",
            "TASK_REAPER_INTERVAL_SECONDS": "0.5",
            **extra,
        }

    # servers

    def start_servers(self) -> None:
        redis_server.prepare(self.layout)
        postgres.prepare(self.layout, account=self._account, throwaway=True)
        if self._account:
            open_way(self._sockets / "any", self._account)
        self.start_redis()
        self.start_postgres()

    def start_postgres(self) -> None:
        postgres.prepare(self.layout, account=self._account, throwaway=True)
        wanted = postgres.program(
            self.layout, account=self._account, socket_dir=self._sockets, throwaway=False
        )
        more = tuple(part for setting in _NO_POWER_CUTS for part in ("-c", setting))
        self._launch(replace(wanted, command=(*wanted.command, *more)))
        pid = self._servers[postgres.NAME].pid
        self.wait_for(lambda: postgres.is_ready(self.layout, pid), what="PostgreSQL")

    def start_redis(self) -> None:
        self._launch(redis_server.program(self.layout, socket_dir=self._sockets, throwaway=False))
        self.wait_for(lambda: redis_server.is_ready(self._sockets), what="Redis")

    def end_server(self, name: str, number: signal.Signals) -> None:
        process = self._servers.pop(name)
        process_table.send([process.pid], number)
        process.wait()

    def server(self, name: str) -> int:
        return self._servers[name].pid

    @property
    def redis(self) -> redis.Redis:
        """A connection that is used once: what is done to the server breaks it."""
        return redis.Redis.from_url(self.redis_url, socket_timeout=10)

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query, parameters).fetchall()

    def prepare_database(self) -> None:
        self.run("manage.py", "migrate", "-v", "0")
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(tables.CREATE)

    def run(self, *arguments: str, check: bool = True) -> str:
        """Run `python ARGUMENTS` to its end; its standard output. `CannotGoOn` with its last words where it failed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode != 0:
            raise CannotGoOn(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    # processes

    def start_keeper(self, name: str) -> None:
        self.fleet.start(f"keeper-{name}", "manage.py", "run_ledger")

    def start_worker(self, name: str, *, concurrency: int, far: bool = False) -> None:
        self.fleet.start(
            f"worker-{name}",
            *("-m", "celery", "-A", "intelliwiz_config", "worker", "-Q", QUEUES, "--pool", "prefork"),
            *("--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
            *("-n", f"chaos-{name}-{os.getpid()}@%h", "--loglevel", "WARNING"),
            extra={"CHAOS_FAR": "yes" if far else "no"},
        )

    def start_producer(self, index: int, *arguments: str) -> None:
        self.fleet.start(
            f"producer-{index}",
            *("-m", "scripts.chaos_harness.producer", "--index", str(index), *arguments),
            once=True,
        )

    def start_outside(self) -> None:
        self.fleet.start(
            "outside",
            *("-m", "scripts.chaos_harness.outside", str(self.outside_port), str(self.logs / "outside.log")),
        )

    # time

    def wait(self, seconds: float) -> None:
        """Let time pass; what ends meanwhile is started again."""
        until = time.monotonic() + seconds
        while True:
            self.fleet.look_after()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _TICK_SECONDS))

    def wait_for(self, holds: Callable[[], bool], *, what: str, seconds: float = _START_SECONDS) -> float:
        """Wait until it holds; the seconds it took. `CannotGoOn` after `seconds`."""
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > seconds:
                raise CannotGoOn(f"{what} did not come to pass within {seconds:.0f} s")
            self.wait(_TICK_SECONDS)
        return time.monotonic() - began

    def close(self) -> None:
        """End everything that was started, whatever state it is in."""
        self.fleet.end(seconds=2.0)
        process_table.send(process_table.marked(f"{record.MARK}={self._run_id}"), signal.SIGKILL)
        for name in list(self._servers):
            process_table.send([self.server(name)], signal.SIGCONT)
            self.end_server(name, signal.SIGQUIT if name == postgres.NAME else signal.SIGKILL)
        socket_dir.remove(self.layout)
        self.layout.record.unlink(missing_ok=True)
        self._guardian.dismiss()
        os.close(self._lock)

    def _launch(self, wanted: Program) -> None:
        log = self.layout.log(wanted.name)
        self._servers[wanted.name] = program.start(wanted, environment=environment.for_servers(), log=log)
        record.write(self.layout.record, self._record())

    def _record(self) -> record.Record:
        """For the guardian: what is to be ended should this process be killed. The fleet carries the mark."""
        me = os.getpid()
        entries = tuple(
            record.Entry(
                name=name,
                pid=process.pid,
                started=process_table.started(process.pid) or "",
                stop_signal=int(signal.SIGQUIT),
            )
            for name, process in self._servers.items()
        )
        return record.Record(
            run_id=self._run_id,
            supervisor=me,
            supervisor_started=process_table.started(me) or "",
            entries=entries,
        )


@contextlib.contextmanager
def built(*, say: Callable[[str], None], extra: dict[str, str] | None = None) -> Iterator[World]:
    """A world with both servers and an empty, migrated database in a throwaway folder."""
    with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
        say("Starting servers of its own")
        before = signal.signal(signal.SIGTERM, _interrupt)
        world = World(Path(folder), say=say, extra=extra or {})
        try:
            world.start_servers()
            world.prepare_database()
            yield world
        finally:
            world.close()
            signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
