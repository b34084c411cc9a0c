"""Where infected files go: sealed, out of the reach of every download, and told of once.

The refusal of a file takes back what its transaction wrote, so what is known of it is first a note beside the file. The
note becomes a row after the answer, or, if the process dies before, by the calendar.
"""

from __future__ import annotations

import json
import logging
import math
import os
import threading
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from apps.onboarding.models import InfectedFile, Upload
from apps.task_ledger import correlation, sealing

logger = logging.getLogger("security")
_BATCH = 500
_new = threading.Event()


def put_away(
    content: IO[bytes], *, sha256: str, byte_size: int, signature: str, upload_id: UUID | None = None
) -> UUID:
    """Seal a copy into the folder, with its note. Whoever calls deletes the original."""
    folder, name = _folder(), uuid4()
    content.seek(0)
    _write(folder / f"{name}.sealed", sealing.seal(content.read(), bound_to=_owner(name)))
    note = {
        "found_at": timezone.now().isoformat(),
        "sha256": sha256,
        "byte_size": byte_size,
        "signature": signature,
        "correlation_id": correlation.current(),
        "upload_id": str(upload_id) if upload_id else None,
    }
    _write(folder / f"{name}.note", json.dumps(note).encode())
    _new.set()
    logger.error(
        "infected file: decision=refused signature=%s bytes=%s kept_as=%s", signature, byte_size, name
    )
    return name


def has_new() -> bool:
    """This process has put away something that has no row yet."""
    return _new.is_set()


def note_new() -> int:
    """After the answer: rows for what this process has put away. Costs nothing where that is nothing."""
    if not _new.is_set():
        return 0
    _new.clear()
    try:
        return note_all()
    except (InterfaceError, OperationalError) as error:  # the notes stay; the calendar has its turn
        logger.warning("infected file: not noted yet (%s)", type(error).__name__)
        return 0


def note_all() -> int:
    """A row for every note; the note goes when its row is committed. Twice is as once."""
    noted = 0
    for note in sorted(_folder().glob("*.note"))[:_BATCH]:
        try:
            given = json.loads(note.read_bytes())
        except (FileNotFoundError, ValueError):
            continue  # another process was faster, or is still writing
        with transaction.atomic():
            _, is_new = InfectedFile.objects.get_or_create(pk=UUID(note.stem), defaults=_fields(given))
        note.unlink(missing_ok=True)
        noted += is_new
    return noted


def forget(*, before: datetime | None = None) -> int:
    """Delete files and rows that are older than the retention, and as old files that neither a row nor a note names: of
    a process that was killed between the two, or of a row that somebody deleted. How many rows and files."""
    before = before or timezone.now() - timedelta(days=settings.ANTIVIRUS.infected_days)
    gone = 0
    for row in InfectedFile.objects.filter(found_at__lt=before)[:_BATCH]:
        (_folder() / f"{row.pk}.sealed").unlink(missing_ok=True)
        row.delete()
        gone += 1
    return gone + _sweep(before)


def _sweep(before: datetime) -> int:
    folder, gone = _folder(), 0
    kept = (path for path in folder.iterdir() if path.suffix in {".sealed", ".part"})
    old = [path for path in kept if _written_at(path) < before.timestamp()]
    named = {str(pk) for pk in InfectedFile.objects.values_list("pk", flat=True)} if old else set()
    for path in old:
        is_noted = (folder / f"{path.stem}.note").exists()
        if path.suffix == ".part" or not (is_noted or path.stem in named):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _written_at(path: Path) -> float:
    """Seconds since 1970; infinite for what is gone already: renamed when it was whole, or another host's to sweep."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def erase(upload_ids: Collection[UUID]) -> int:
    """In a transaction: what was found infected after it had been taken as one of these uploads. How many files; they
    go with the commit."""
    names = list(InfectedFile.objects.filter(upload_id__in=upload_ids).values_list("pk", flat=True))
    InfectedFile.objects.filter(pk__in=names).delete()
    transaction.on_commit(partial(_drop, names), robust=True)
    return len(names)


def _drop(names: Iterable[UUID]) -> None:
    for name in names:
        (_folder() / f"{name}.sealed").unlink(missing_ok=True)


def content_of(name: UUID) -> bytes:
    """The plain bytes, for whoever has to look. `FileNotFoundError`, `sealing.CannotOpen`."""
    return sealing.open_sealed((_folder() / f"{name}.sealed").read_bytes(), bound_to=_owner(name))


def _fields(note: dict[str, Any]) -> dict[str, Any]:
    return {
        "found_at": datetime.fromisoformat(note["found_at"]),
        "sha256": note["sha256"],
        "byte_size": note["byte_size"],
        "signature": note["signature"],
        "correlation_id": note["correlation_id"] or "",
        "upload": Upload.objects.filter(pk=note["upload_id"]).first() if note["upload_id"] else None,
    }


def _owner(name: UUID) -> str:
    return f"infected:{name}"


def _folder() -> Path:
    folder: Path = settings.ANTIVIRUS.infected_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by this user only."""
    partial = path.with_suffix(path.suffix + ".part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    partial.rename(path)
