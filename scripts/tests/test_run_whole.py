"""scripts/run from start to end around a tiny product: real servers, uvicorn, Celery workers and beat.

The product is tiny so that these tests speak about the supervisor; the whole product is driven by the stack tests.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.supervisor import process_table, record
from scripts.supervisor.layout import ROOT, Layout

MANAGE = """
import os, signal, sys, psycopg
if sys.argv[1] == "prepare":
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        database.execute("create table if not exists starts (at timestamptz default now())")
        database.execute("insert into starts default values")
elif sys.argv[1] == "run_ledger":
    signal.sigwait({signal.SIGTERM})
"""
ASGI = """
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})
"""
CELERY = """
import os
from celery import Celery
celery = Celery(broker=os.environ["REDIS_URL"].replace("unix:", "redis+socket:").replace("db=", "virtual_host="))
"""
SUPERVISED = ("web", "worker-conversation", "worker-media", "keeper", "beat", "postgres", "redis")


def surroundings(**values: str) -> dict[str, str]:
    """The caller's environment without the addresses that scripts/test set, and with `values`."""
    outside = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "HOST", "DJANGO_SECRET_KEY", "SEALING_KEYS"}
    return {**{key: value for key, value in os.environ.items() if key not in outside}, **values}


class Copy:
    """A running scripts/run of the tiny product."""

    def __init__(self, tree: Path, *, port: int) -> None:
        self.layout = Layout(data=tree / "var")
        self.port = port
        self.process = subprocess.Popen(
            [str(tree / "scripts/run")],
            env=surroundings(PORT=str(port), DEMO_PASSWORD="shown-on-the-screen"),
            cwd="/",
            stdout=subprocess.PIPE,
            text=True,
        )

    def read_until(self, words: str) -> str:
        seen = ""
        for line in self.process.stdout or ():
            seen += line
            if words in line:
                return seen
        raise AssertionError(f"ended with {self.process.wait()} before {words!r}:\n{seen}")

    def pids(self) -> dict[str, int]:
        found = record.read(self.layout.record)
        assert found
        return {entry.name: entry.pid for entry in found.entries}

    def everything(self) -> list[int]:
        """Every process of the run, grandchildren too, without the supervisor."""
        found = record.read(self.layout.record)
        assert found
        return [
            *process_table.marked(f"{record.MARK}={found.run_id}"),
            *process_table.working_in(self.layout.postgres),
            *process_table.working_in(self.layout.redis),
        ]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not in pytest's own folder: every start of pytest closes that to other accounts, PostgreSQL's among them."""
    with tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The repository's scripts in a folder with spaces, around a product of three files."""
    top = tmp_path / "a tiny product"
    ignored = shutil.ignore_patterns("__pycache__", "tests")
    shutil.copytree(ROOT / "scripts", top / "scripts", ignore=ignored)
    (top / ".venv").symlink_to(ROOT / ".venv")
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, top)
    package = top / "intelliwiz_config"
    package.mkdir()
    (top / "manage.py").write_text(MANAGE)
    (package / "__init__.py").write_text("")
    (package / "asgi.py").write_text(ASGI)
    (package / "celery.py").write_text(CELERY)
    return top


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def copy(tree: Path, port: int) -> Iterator[Copy]:
    running = Copy(tree, port=port)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.process.wait(60)


def test_product_is_started_watched_and_stopped(copy: Copy) -> None:
    screen = copy.read_until("Ctrl-C stops everything")
    for line in (
        f"Site       http://127.0.0.1:{copy.port}/",
        f"API        http://127.0.0.1:{copy.port}/api/docs/",
        f"Admin      http://127.0.0.1:{copy.port}/admin/",
        f"Health     http://127.0.0.1:{copy.port}/health/ready/",
        f"Metrics    http://127.0.0.1:{copy.port}/metrics",
        "Manager    manager@demo.example   shown-on-the-screen",
        "Admin      admin@demo.example     shown-on-the-screen",
    ):
        assert line in screen
    assert set(copy.pids()) == set(SUPERVISED)
    with urllib.request.urlopen(f"http://127.0.0.1:{copy.port}/health/ready/") as answer:
        assert answer.status == 200

    process_table.send([copy.pids()["worker-media"]], signal.SIGKILL)
    assert "worker-media ended (signal SIGKILL); starting it again" in copy.read_until("worker-media ended")
    process_table.send([copy.pids()["redis"]], signal.SIGKILL)
    copy.read_until("redis ended (signal SIGKILL); starting it again")

    left = copy.everything()
    copy.process.send_signal(signal.SIGINT)
    copy.read_until("Stopping")
    assert copy.process.wait(60) == 0
    assert process_table.gone(left, seconds=0)
    assert not copy.layout.environment.exists()


def test_killed_supervisor_leaves_nothing_and_the_next_start_works(copy: Copy, tree: Path) -> None:
    copy.read_until("Ctrl-C stops everything")
    left = copy.everything()
    assert len(left) > len(SUPERVISED)
    copy.process.kill()
    copy.process.wait(60)
    assert process_table.gone(left, seconds=30)

    again = Copy(tree, port=copy.port)
    again.read_until("Ctrl-C stops everything")
    again.process.terminate()
    assert again.process.wait(60) == 0


def test_failed_preparation_shows_its_last_words_and_stops(tree: Path, port: int) -> None:
    (tree / "manage.py").write_text("raise SystemExit('LLM_PROVIDER must be one of embedded, openai')")
    failed = subprocess.run(
        [str(tree / "scripts/run")],
        env=surroundings(PORT=str(port), DATA_DIR="other"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert failed.returncode == 1
    assert "LLM_PROVIDER must be one of embedded, openai" in failed.stderr
    assert failed.stderr.endswith("Preparing the database failed.\n")
    assert not process_table.working_in(tree / "other/postgres")
