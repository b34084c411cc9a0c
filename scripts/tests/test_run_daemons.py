"""scripts/celery_workers.sh in the background: started once, found again, stopped in order."""

import contextlib
import os
import sys
import time
from pathlib import Path

import pytest

from scripts.supervisor import (
    bootstrap,
    daemons,
    data_folder,
    data_lock,
    env_file,
    process_table,
    programs,
    record,
)
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout
from scripts.supervisor.program import Program

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")
WRONG = (sys.executable, "-c", "raise SystemExit('no such setting')")
NAMES = ("worker-conversation", "worker-media", "keeper", "beat")


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1/none")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1/0")
    monkeypatch.setattr(bootstrap, "ensure", lambda *_, **__: None)
    monkeypatch.setattr(daemons, "SETTLE_SECONDS", 0)
    use(monkeypatch, dict.fromkeys(NAMES, SLEEP))
    return Layout(data=tmp_path / "data")


def use(monkeypatch: pytest.MonkeyPatch, commands: dict[str, tuple[str, ...]]) -> None:
    made = tuple(Program(name=name, command=command) for name, command in commands.items())
    monkeypatch.setattr(programs, "background", lambda **_: made)


def pid(layout: Layout, name: str) -> int:
    return int((layout.run / f"{name}.pid").read_text().split()[0])


def test_started_daemons_are_found_again_and_stopped(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert daemons.main(["status"]) == 1
    assert daemons.main(["start"]) == 0
    pids = [pid(layout, name) for name in NAMES]
    assert daemons.main(["status"]) == 0
    capsys.readouterr()
    assert daemons.main(["start"]) == 0
    assert capsys.readouterr().out.count("already runs") == len(NAMES)
    assert daemons.main(["stop"]) == 0
    reap(pids)
    assert daemons.main(["status"]) == 1
    assert not list(layout.run.glob("*.pid"))


def environment_of(process: int) -> list[str]:
    """As it was started with; empty for the moment in which the kernel puts the new program in place."""
    until = time.monotonic() + 5
    while not (seen := Path(f"/proc/{process}/environ").read_text()) and time.monotonic() < until:
        time.sleep(0.01)
    return seen.split("\0")


def reap(pids: list[int]) -> None:
    """The daemons are this test's own children, so it has to take their exit codes."""
    for each in pids:
        with contextlib.suppress(ChildProcessError):  # subprocess may have taken it already
            os.waitpid(each, 0)


def test_restart_gives_new_processes(layout: Layout) -> None:
    daemons.main(["start"])
    before = [pid(layout, name) for name in NAMES]
    assert daemons.main(["restart"]) == 0
    after = [pid(layout, name) for name in NAMES]
    assert not set(before) & set(after)
    daemons.main(["stop"])
    reap([*before, *after])


def test_daemon_that_does_not_stay_up_is_shown_with_its_log(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(daemons, "SETTLE_SECONDS", 30)  # ends as soon as the daemon does
    use(monkeypatch, {"keeper": WRONG})
    assert daemons.main(["start"]) == 1
    shown = capsys.readouterr().out
    assert "keeper did not stay up" in shown
    assert "no such setting" in shown


def test_pid_file_of_another_process_is_not_believed(layout: Layout) -> None:
    data_folder.ensure(layout)
    (layout.run / "keeper.pid").write_text(f"{os.getpid()} 1\n")
    assert daemons.main(["status"]) == 1
    assert daemons.main(["stop"]) == 0


def test_running_copy_lends_its_addresses_and_keeps_its_beat(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    data_folder.ensure(layout)
    addresses = {"DATABASE_URL": "postgresql://lent", "REDIS_URL": "unix:///lent", "PORT": "8123"}
    env_file.write(layout.environment, addresses, heading="x")
    with pytest.raises(CannotGoOn, match="DATABASE_URL and REDIS_URL not set"):
        daemons.main(["start"])
    lock = data_lock.hold(layout)
    beat = record.Entry(name="beat", pid=1, started="1", stop_signal=None)
    record.write(
        layout.record, record.Record(run_id="x", supervisor=1, supervisor_started="1", entries=(beat,))
    )
    try:
        assert daemons.main(["start"]) == 0
        assert "adding workers" in capsys.readouterr().out
        assert sorted(path.stem for path in layout.run.glob("*.pid")) == [
            "worker-conversation",
            "worker-media",
        ]
        worker = pid(layout, "worker-media")
        assert "DATABASE_URL=postgresql://lent" in environment_of(worker)
        pids = [worker, pid(layout, "worker-conversation")]
        daemons.main(["stop"])
        reap(pids)
        assert process_table.gone(pids, seconds=0)
    finally:
        os.close(lock)
