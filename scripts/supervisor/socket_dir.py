"""A folder for the servers' Unix sockets: short (a socket's path has at most 107 bytes) and without odd
characters.
"""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from scripts.supervisor.account import Account
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout

SOCKETS = ("redis.sock", ".s.PGSQL.5432", ".s.PGSQL.5432.lock")
LONGEST_FOLDER_BYTES = 107 - max(len(f"/{name}") for name in SOCKETS)
# Anything else would have to be escaped differently for libpq, redis-py, kombu and the servers' own command
# lines.
PLAIN = re.compile(r"/[A-Za-z0-9._/-]+")


def ensure(layout: Layout, *, account: Account | None) -> Path:
    """Make the folder, closed to other users, and return it: inside DATA_DIR where that is short and plain.

    Otherwise a folder with a fixed name in the user's runtime or temporary folder. Raises CannotGoOn where
    somebody else already made that one.
    """
    folder = _choose(layout, shared=account is not None)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = folder.lstat()
    owner = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {os.geteuid(), owner}:
        raise CannotGoOn(f"{folder} belongs to somebody else: remove it, or set a shorter DATA_DIR.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def remove(layout: Layout) -> None:
    """Take the folder away again after a clean stop; what somebody else put into it keeps it there."""
    for folder in _candidates(layout, shared=False):
        with contextlib.suppress(OSError):
            for left in SOCKETS:  # a server that was killed does not remove its own
                (folder / left).unlink(missing_ok=True)
            folder.rmdir()


def _choose(layout: Layout, *, shared: bool) -> Path:
    """`shared`: another account uses it too, so the user's own runtime folder, closed to all others, is no
    place.
    """
    for folder in _candidates(layout, shared=shared):
        base = layout.data if folder.parent == layout.run else folder.parent
        if _fits(folder) and os.access(base, os.W_OK | os.X_OK):
            return folder
    raise CannotGoOn(
        f"DATA_DIR {layout.data} is too long for a socket and no temporary folder can be written to."
    )


def _candidates(layout: Layout, *, shared: bool) -> list[Path]:
    name = f"onboarding-{hashlib.sha256(os.fsencode(layout.data)).hexdigest()[:12]}-{os.geteuid()}"
    runtime = None if shared else os.environ.get("XDG_RUNTIME_DIR")
    bases = (runtime, tempfile.gettempdir(), "/tmp")  # noqa: S108 (the owner is checked)
    return [layout.run / "sockets", *(Path(base, name) for base in bases if base)]


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= LONGEST_FOLDER_BYTES and PLAIN.fullmatch(str(folder)) is not None
