"""A folder for the servers' Unix sockets: short (a socket's path has at most 107 bytes) and without odd
characters.
"""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from scripts.supervisor.account import Account
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout

# The longest name in it is `.s.PGSQL.5432.lock`.
LONGEST_FOLDER_BYTES = 107 - len("/.s.PGSQL.5432.lock")
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


def _choose(layout: Layout, *, shared: bool) -> Path:
    """`shared`: another account uses it too, so the user's own runtime folder, closed to all others, is no
    place.
    """
    inside = layout.run / "sockets"
    if _fits(inside):
        return inside
    name = f"onboarding-{hashlib.sha256(os.fsencode(layout.data)).hexdigest()[:12]}-{os.geteuid()}"
    runtime = None if shared else os.environ.get("XDG_RUNTIME_DIR")
    for base in (runtime, tempfile.gettempdir(), "/tmp"):  # noqa: S108 (owner is checked)
        if base and os.access(base, os.W_OK | os.X_OK) and _fits(Path(base, name)):
            return Path(base, name)
    raise CannotGoOn(
        f"DATA_DIR {layout.data} is too long for a socket and no temporary folder can be written to."
    )


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= LONGEST_FOLDER_BYTES and PLAIN.fullmatch(str(folder)) is not None
