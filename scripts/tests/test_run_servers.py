"""The embedded servers, started for real through scripts/run: they answer, they keep, they end."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.supervisor import process_table
from scripts.supervisor.layout import ROOT

WRITE = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
    database.execute("create table kept (word text)")
    database.execute("insert into kept values ('भवन')")
redis.Redis.from_url(os.environ["REDIS_URL"]).set("kept", "value")
"""
READ = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as database:
    print(database.execute("select word from kept").fetchone()[0])
    print(database.execute("show listen_addresses").fetchone()[0] == "")
server = redis.Redis.from_url(os.environ["REDIS_URL"])
print(server.get("kept").decode(), server.config_get("maxmemory-policy")["maxmemory-policy"], server.config_get("port"))
"""
HANG = "print('running', flush=True); import time; time.sleep(600)"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not in pytest's own folder: every start of pytest closes that to other accounts, PostgreSQL's among them."""
    with tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


def arguments(*command: str) -> list[str]:
    return [str(ROOT / "scripts/run"), "--only-servers", "--", *command]


def surroundings(data: Path) -> dict[str, str]:
    outside = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "DJANGO_SECRET_KEY", "SEALING_KEYS"}
    kept = {key: value for key, value in os.environ.items() if key not in outside}
    return {**kept, "DATA_DIR": str(data)}


def around(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments(*command),
        env=surroundings(data),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def python(data: Path, source: str) -> subprocess.CompletedProcess[str]:
    return around(data, str(ROOT / ".venv/bin/python"), "-c", source)


@pytest.mark.parametrize(
    "name", ["data", "a folder with spaces and a name that is much too long for a socket " * 2]
)
def test_data_of_both_servers_is_kept_between_runs(tmp_path: Path, name: str) -> None:
    data = tmp_path / name.strip()
    first = python(data, WRITE)
    assert first.returncode == 0, first.stderr
    second = python(data, READ)
    assert second.stdout.splitlines()[1:] == ["भवन", "True", "value noeviction {'port': '0'}"], second.stderr


def test_exit_code_of_the_command_is_returned(tmp_path: Path) -> None:
    assert around(tmp_path / "data", "bash", "-c", "exit 42").returncode == 42


def test_command_sees_addresses_and_secrets(tmp_path: Path) -> None:
    names = "DATABASE_URL REDIS_URL DATA_DIR DJANGO_SETTINGS_MODULE DJANGO_SECRET_KEY SEALING_KEYS"
    shown = around(tmp_path / "data", "bash", "-c", f'for n in {names}; do echo "$n=${{!n:?}}"; done')
    assert shown.returncode == 0, shown.stderr
    assert f"DATA_DIR={tmp_path / 'data'}" in shown.stdout


def test_servers_are_not_started_where_addresses_are_given(tmp_path: Path) -> None:
    environment = {
        **surroundings(tmp_path / "data"),
        "DATABASE_URL": "postgresql://a/b",
        "REDIS_URL": "redis://c",
    }
    shown = subprocess.run(
        arguments("bash", "-c", 'echo "$DATABASE_URL $REDIS_URL"'),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert shown.stdout == "postgresql://a/b redis://c\n"
    assert not (tmp_path / "data/postgres").exists()


def test_killed_run_leaves_no_server_and_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert python(data, WRITE).returncode == 0
    with subprocess.Popen(
        arguments(str(ROOT / ".venv/bin/python"), "-c", HANG),
        env=surroundings(data),
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert any("running" in line for line in running.stdout or ())
        postgres = int((data / "postgres/postmaster.pid").read_text().split()[0])
        left = [*process_table.working_in(data / "postgres"), *process_table.working_in(data / "redis")]
        assert postgres in left
        running.send_signal(signal.SIGKILL)
        running.wait(30)
    assert process_table.gone(left, seconds=30)
    again = python(data, READ)
    assert "भवन" in again.stdout, again.stderr
    assert "value noeviction" in again.stdout


def test_lock_file_that_names_an_unrelated_process_does_not_stop_the_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert around(data, "true").returncode == 0
    stale = data / "postgres/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{data / 'postgres'}\n1\n5432\n/tmp\n\n 1 1\nready\n")
    os.chown(stale, (data / "postgres").stat().st_uid, -1)
    again = around(data, "true")
    assert again.returncode == 0, again.stderr
