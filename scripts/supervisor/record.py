"""The written record of what runs in a DATA_DIR, and the end of everything in it after a crash.

The guardian reads it when the supervisor is killed, the next start when both were killed. A pid counts only
with its start time, so a process that got the number later is never touched.
"""

import json
import signal
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.supervisor import process_table

MARK = "ONBOARDING_RUN_ID"
SERVER_SECONDS = 6


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One process; `pid` is also its process group. `stop_signal` is set for servers, which deserve a clean
    end.
    """

    name: str
    pid: int
    started: str
    stop_signal: int | None


@dataclass(frozen=True, kw_only=True)
class Record:
    """`run_id` marks the environment of every application process, so that grandchildren are found as
    well.
    """

    run_id: str
    supervisor: int
    supervisor_started: str
    entries: tuple[Entry, ...]


def write(path: Path, record: Record) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> Record | None:
    """None where nothing is recorded or the file was cut short."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(Entry(**entry) for entry in values.pop("entries"))
        return Record(entries=entries, **values)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def end_everything(path: Path) -> list[str]:
    """End what the record names and remove it; returns the names that were still alive.

    Application processes are killed with their groups and everything that carries the run's mark; servers get
    their signal and six seconds. Returns within about ten seconds.
    """
    record = read(path)
    if record is None:
        return []
    alive = [entry for entry in record.entries if process_table.started(entry.pid) == entry.started]
    servers = [entry for entry in alive if entry.stop_signal is not None]
    _kill_applications(record, but=[entry.pid for entry in servers])
    for entry in servers:
        process_table.send([entry.pid], signal.Signals(entry.stop_signal or signal.SIGTERM))
    if not process_table.gone([entry.pid for entry in servers], seconds=SERVER_SECONDS):
        _kill_groups(entry.pid for entry in servers)
        process_table.gone([entry.pid for entry in servers], seconds=2)
    path.unlink(missing_ok=True)
    return [entry.name for entry in alive]


def _kill_applications(record: Record, *, but: list[int]) -> None:
    """Kill until none is left: a process may fork while its brothers are being killed."""
    mark = f"{MARK}={record.run_id}"
    for _ in range(50):
        found = set(process_table.marked(mark)) - set(but)
        for entry in record.entries:
            if entry.pid not in but and process_table.started(entry.pid) == entry.started:
                process_table.send_group(entry.pid, signal.SIGKILL)
                found.add(entry.pid)
        process_table.send(found, signal.SIGKILL)
        if not found:
            return
        process_table.gone(found, seconds=0.2)


def _kill_groups(pids: Iterable[int]) -> None:
    for pid in pids:
        process_table.send_group(pid, signal.SIGKILL)
