"""The supervisor's promises about processes, with real ones: none is left, none is ended by mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.supervisor import process_table, record
from scripts.supervisor.layout import ROOT, Layout

PATIENCE_SECONDS = 30  # a limit against hanging, not a measurement


class Sleepers:
    """A running `run_sleepers` and what it started."""

    def __init__(self, data: Path, mode: str = "") -> None:
        self.layout = Layout(data=data)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.tests.run_sleepers", str(data), *([mode] if mode else [])],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read_until(self, word: str) -> list[str]:
        lines = []
        for line in self.process.stdout or ():
            lines.append(line.strip())
            if line.startswith(word):
                return lines
        raise AssertionError(f"ended before {word!r}: {lines}")

    def pids(self) -> list[int]:
        """The programs, the grandchild in a session of its own, and the guardian."""
        recorded = [entry["pid"] for entry in json.loads(self.layout.record.read_text())["entries"]]
        grandchild = int(self.layout.log("family").read_text().split("child ")[-1].split()[0])
        return [*recorded, grandchild, self.guardian()]

    def guardian(self) -> int:
        return next(
            pid
            for pid in process_table._pids()
            if f"scripts.supervisor.guardian\0{self.layout.record}" in _command_line(pid)
        )


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture
def sleepers(tmp_path: Path) -> Iterator[Sleepers]:
    running = Sleepers(tmp_path / "data")
    running.read_until("ready")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.process.wait(PATIENCE_SECONDS)


def test_sigterm_stops_everything_in_order_with_exit_code_zero(sleepers: Sleepers) -> None:
    pids = sleepers.pids()
    sleepers.process.send_signal(signal.SIGTERM)
    assert sleepers.process.wait(PATIENCE_SECONDS) == 0
    assert process_table.gone(pids, seconds=PATIENCE_SECONDS)
    assert "left in order" in sleepers.layout.log("tidy").read_text()
    assert not sleepers.layout.record.exists()


def test_killed_supervisor_leaves_no_process(sleepers: Sleepers) -> None:
    pids = sleepers.pids()
    sleepers.process.kill()
    assert process_table.gone(pids, seconds=PATIENCE_SECONDS)
    assert "left in order" in sleepers.layout.log("tidy").read_text()


def test_next_start_ends_what_a_killed_supervisor_and_guardian_left(
    sleepers: Sleepers, tmp_path: Path
) -> None:
    pids = sleepers.pids()
    process_table.send([sleepers.guardian(), sleepers.process.pid], signal.SIGKILL)
    sleepers.process.wait(PATIENCE_SECONDS)
    again = Sleepers(tmp_path / "data")
    again.read_until("ready")
    assert process_table.gone(pids, seconds=PATIENCE_SECONDS)
    again.process.terminate()
    assert again.process.wait(PATIENCE_SECONDS) == 0


def test_killed_guardian_is_replaced(sleepers: Sleepers) -> None:
    first = sleepers.guardian()
    process_table.send([first], signal.SIGKILL)
    assert process_table.gone([first], seconds=PATIENCE_SECONDS)
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            assert sleepers.guardian() != first
            break
        except StopIteration:
            assert time.monotonic() < end, "no new guardian"


def test_second_copy_on_the_same_data_is_refused_in_one_line(sleepers: Sleepers) -> None:
    second = _run(["--only-servers", "--", "true"], DATA_DIR=str(sleepers.layout.data))
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"Another copy (process {sleepers.process.pid}) already runs" in second.stderr


def test_program_that_keeps_failing_stops_everything_and_shows_its_log(tmp_path: Path) -> None:
    running = Sleepers(tmp_path / "data", "fail")
    output = running.process.communicate(timeout=PATIENCE_SECONDS)[0]
    assert running.process.returncode == 1
    assert "failing ended (exit code 7); starting it again" in output
    assert "this setting is wrong" in output
    assert not running.layout.record.exists()


def test_record_of_a_reused_pid_ends_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as bystander:
        entry = record.Entry(name="old", pid=bystander.pid, started="1", stop_signal=None)
        path = tmp_path / "processes.json"
        record.write(
            path, record.Record(run_id="none", supervisor=1, supervisor_started="1", entries=(entry,))
        )
        assert record.end_everything(path) == []
        assert bystander.poll() is None
        bystander.kill()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"entries": [{"pid": 1}]}'])
def test_record_cut_short_is_no_record(tmp_path: Path, text: str) -> None:
    path = tmp_path / "processes.json"
    path.write_text(text)
    assert record.read(path) is None


def _run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "REDIS_URL", "DATA_DIR"}
    }
    return subprocess.run(
        [str(ROOT / "scripts/run"), *arguments],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
