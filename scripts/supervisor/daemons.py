"""scripts/celery_workers.sh: the workers, the keeper and beat alone, in the background, with pid files.

They use the DATABASE_URL and REDIS_URL of the environment, else the servers of the copy that runs in
DATA_DIR.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from scripts.supervisor import (
    bootstrap,
    data_folder,
    data_lock,
    env_file,
    environment,
    process_table,
    program,
    programs,
    record,
)
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import ROOT, Layout, data_dir
from scripts.supervisor.program import Program

USAGE = "usage: scripts/celery_workers.sh start|stop|status|restart"
SETTLE_SECONDS = 2  # a program with a wrong setting ends within this
STOP_SECONDS = 30  # a warm shutdown lets the running task finish; after that the ledger runs it again


def main(arguments: list[str]) -> int:
    """Exit code 0 when done, 1 when something failed or (status) not everything runs, 2 for a wrong call."""
    actions = {"start": _start, "stop": _stop, "status": _status, "restart": _restart}
    if arguments in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if len(arguments) != 1 or arguments[0] not in actions:
        print(USAGE, file=sys.stderr)
        return 2
    layout = Layout(data=data_dir(os.environ.get("DATA_DIR")))
    return actions[arguments[0]](layout)


def _start(layout: Layout) -> int:
    bootstrap.ensure("requirements.txt", arguments=["-m", "scripts.supervisor", "workers", "start"])
    data_folder.ensure(layout)
    children = _environment(layout)
    started = []
    for wanted in _programs(layout, children):
        pid = _running(layout, wanted.name)
        if pid:
            print(f"{wanted.name} already runs (process {pid})")
            continue
        started.append(wanted.name)
        _launch(layout, wanted, children)
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end and all(_running(layout, name) for name in started):
        time.sleep(0.1)
    failed = 0
    for name in started:
        pid = _running(layout, name)
        failed += pid is None
        print(f"{name} started (process {pid})" if pid else _failure(layout, name))
    return 1 if failed else 0


def _stop(layout: Layout) -> int:
    """Everything gets its SIGTERM at once, and half a minute."""
    running = {name: pid for name in _names() if (pid := _running(layout, name))}
    if not running:
        print("nothing runs")
    for name, pid in running.items():
        print(f"stopping {name} (process {pid})", flush=True)
        process_table.send([pid], programs_by_name()[name].stop_signal)
    end = time.monotonic() + STOP_SECONDS
    for name, pid in running.items():
        if not process_table.gone([pid], seconds=max(0.0, end - time.monotonic())):
            print(f"{name} did not end within {STOP_SECONDS} s and was killed; its tasks run again")
        # A worker's own children go with it.
        process_table.send_group(pid, signal.SIGKILL)
    for name in _names():
        _pid_file(layout, name).unlink(missing_ok=True)
    return 0


def _status(layout: Layout) -> int:
    missing = 0
    for name in _names():
        pid = _running(layout, name)
        missing += pid is None
        print(f"{name:<20} {f'runs (process {pid})' if pid else 'does not run'}")
    return 1 if missing else 0


def _restart(layout: Layout) -> int:
    _environment(layout)  # say what is missing before anything is stopped
    _stop(layout)
    return _start(layout)


def _environment(layout: Layout) -> dict[str, str]:
    """What the programs see; CannotGoOn where no servers are known."""
    caller = {key: value for key, value in os.environ.items() if value}
    joined = env_file.read(layout.environment) if data_lock.running(layout) else {}
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if name not in {**joined, **caller}]
    if missing:
        raise CannotGoOn(
            f"{' and '.join(missing)} not set, and no scripts/run runs with DATA_DIR {layout.data}:"
            " set them, or start scripts/run --no-workers first."
        )
    return {
        **env_file.read(layout.secrets),
        **joined,
        **caller,
        "DATA_DIR": str(layout.data),
        "DJANGO_SETTINGS_MODULE": joined.get("DJANGO_SETTINGS_MODULE") or environment.settings_module(caller),
        "PYTHONUNBUFFERED": "1",
    }


def _programs(layout: Layout, children: Mapping[str, str]) -> list[Program]:
    """All of them, or more workers only where a running copy already has a keeper and beat."""
    suffix = f"{children.get('PORT', '8000')}-daemon"
    everything = programs.background(suffix=suffix, schedule=layout.run / "beat-schedule-daemon")
    running = record.read(layout.record) if data_lock.running(layout) else None
    taken = {entry.name for entry in running.entries} if running else set()
    if "beat" not in taken:
        return list(everything)
    print("scripts/run already runs the keeper and beat here: adding workers")
    return [each for each in everything if each.name.startswith("worker-")]


def programs_by_name() -> dict[str, Program]:
    return {each.name: each for each in programs.background(suffix="", schedule=Path())}


def _names() -> list[str]:
    return list(programs_by_name())


def _pid_file(layout: Layout, name: str) -> Path:
    return layout.run / f"{name}.pid"


def _log(layout: Layout, name: str) -> Path:
    return layout.log(f"{name}-daemon")


def _running(layout: Layout, name: str) -> int | None:
    """The daemon's pid; None where it is gone, even if another process has its number now."""
    with contextlib.suppress(FileNotFoundError):
        pid, _, since = _pid_file(layout, name).read_text(encoding="ascii").strip().partition(" ")
        if pid.isdigit() and process_table.started(int(pid)) == since:
            return int(pid)
    return None


def _launch(layout: Layout, wanted: Program, children: Mapping[str, str]) -> None:
    """Start it in a session of its own and forget it: it outlives this command."""
    log = _log(layout, wanted.name)
    program.rotate(log)
    with program.open_log(log) as output:
        process = subprocess.Popen(
            wanted.command,
            cwd=ROOT,
            env=dict(children),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    since = process_table.started(process.pid) or ""
    _pid_file(layout, wanted.name).write_text(f"{process.pid} {since}\n", encoding="ascii")


def _failure(layout: Layout, name: str) -> str:
    log = _log(layout, name)
    return f"{name} did not stay up; the end of {log}:\n{program.last_lines(log)}"
