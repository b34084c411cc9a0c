"""The virtual environment: made once, by one copy at a time, and never left half done."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.supervisor import bootstrap, process_table
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import ROOT

# What .venv's Python runs once everything is installed.
REACHED = "import sys; print('in', sys.prefix, flush=True)"
ENSURE = (
    "from scripts.supervisor import bootstrap\n"
    f"bootstrap.ensure('requirements.txt', arguments=['-c', {REACHED!r}])\n"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "a tree"
    shutil.copytree(ROOT / "scripts", top / "scripts", ignore=shutil.ignore_patterns("__pycache__", "tests"))
    (top / "requirements.txt").write_text("# nothing, so that no package has to be fetched\n")
    return top


def start(tree: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ENSURE], cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_two_copies_make_one_environment_and_both_go_on_in_it(tree: Path) -> None:
    outputs = [process.communicate(timeout=300)[0] for process in [start(tree), start(tree)]]
    for output in outputs:
        assert output.splitlines()[-1] == f"in {tree / '.venv'}"
    assert sum("Making .venv" in output for output in outputs) == 1
    assert sum("Installing requirements.txt" in output for output in outputs) == 1
    third = start(tree)
    assert third.communicate(timeout=300)[0] == f"in {tree / '.venv'}\n"


def test_stopped_installation_leaves_no_process(tree: Path) -> None:
    process = start(tree)
    assert process.stdout
    assert "Making .venv" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    command_lines = [(process_table.PROC / str(pid) / "cmdline") for pid in process_table._pids()]
    assert not [path for path in command_lines if path.exists() and str(tree) in path.read_text()]


def test_killed_installation_is_done_again_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    calls: list[list[str]] = []

    def pip(arguments: list[str], *, total: int, what: str) -> None:
        calls.append(arguments)
        if len(calls) == 1:
            raise CannotGoOn("killed")

    monkeypatch.setattr(bootstrap, "_pip", pip)
    with pytest.raises(CannotGoOn):
        bootstrap._install("requirements.txt")
    assert bootstrap._outdated(("requirements.txt",)) == ["requirements.txt"]
    bootstrap._install("requirements.txt")
    assert ["--ignore-installed" in call for call in calls] == [False, True]
    assert bootstrap._outdated(("requirements.txt",)) == []
    (tmp_path / "requirements.txt").write_text("django==5.2.1\n")
    assert bootstrap._outdated(("requirements.txt",)) == ["requirements.txt"]
