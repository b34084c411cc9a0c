"""Remembers for what the embedded database was prepared, so that a start with nothing new skips the preparation.

The fingerprint covers the product's files, the pinned packages and the environment (a wrong setting must be found
again), so anything that `manage.py prepare` could see differently makes it run. A database of somebody else's is
always prepared: others may have changed it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.supervisor.layout import ROOT, Layout

SOURCES = ("apps", "background_tasks", "intelliwiz_config")
SUFFIXES = {".py", ".yaml", ".yml", ".json", ".txt"}
# Differ from terminal to terminal and mean nothing to the product.
TERMINAL = {"_", "SHLVL", "PWD", "OLDPWD", "TERM", "COLUMNS", "LINES", "WINDOWID", "COLORTERM"}
SESSION = ("SSH_", "XDG_", "DBUS_", "TMUX", "VTE_", "LC_TERMINAL", "TERM_", "INVOCATION_ID", "JOURNAL_STREAM")


def fingerprint(layout: Layout, environment: Mapping[str, str]) -> str:
    """Differs whenever `manage.py prepare` might do or say something else."""
    digest = hashlib.sha256(_birth(layout.postgres))
    for path in sorted(_files()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for key in sorted(environment):
        if key not in TERMINAL and not key.startswith(SESSION):
            digest.update(f"{key}={environment[key]}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


def is_current(layout: Layout, wanted: str) -> bool:
    try:
        return _file(layout).read_text(encoding="ascii").strip() == wanted
    except FileNotFoundError:
        return False


def remember(layout: Layout, done: str) -> None:
    _file(layout).write_text(done + "\n", encoding="ascii")


def forget(layout: Layout) -> None:
    """The next start prepares again, whatever it finds."""
    _file(layout).unlink(missing_ok=True)


def _file(layout: Layout) -> Path:
    return layout.data / "prepared.sha256"


def _birth(data: Path) -> bytes:
    """Tells one data folder from another that took its place."""
    try:
        facts = (data / "PG_VERSION").stat()
    except OSError:
        return b""
    return f"{facts.st_ino} {facts.st_mtime_ns}".encode()


def _files() -> Iterator[Path]:
    yield ROOT / "manage.py"
    yield ROOT / "requirements.txt"
    for top in SOURCES:
        for path in (ROOT / top).rglob("*"):
            if path.suffix in SUFFIXES and "tests" not in path.parts and path.is_file():
                yield path
