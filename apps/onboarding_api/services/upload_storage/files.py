"""Two places by one kind of key: `3f/<uuid>` may be handed out, `quarantine/<uuid>` may not (yet).

Keys are made here, of nothing but random bytes. What a file is called and what it is stands in its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import IO
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import Storage, storages

from apps.onboarding_api.services.upload_storage.errors import StorageUnavailable

QUARANTINE = "quarantine/"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OURS = re.compile(rf"(?:[a-z0-9]{{2,10}}/)?{_UUID}(?:\.[a-z0-9]{{2,5}})?")
"""Keys of today, and those with a folder for each kind and an extension that were made before."""
_FOLDER = re.compile(r"[a-z0-9]{2,10}")


def save(content: File, *, fresh: bool) -> str:
    """The key of a file that nothing refers to yet. `fresh`: into quarantine, as it came. `StorageUnavailable`."""
    name = str(uuid4())
    content.seek(0)
    with _translated():
        if fresh:
            return QUARANTINE + storages["quarantine"].save(name, content)
        return storages["uploads"].save(f"{name[:2]}/{name}", content)


def open_file(key: str) -> AbstractContextManager[IO[bytes]]:
    """`FileNotFoundError`, `StorageUnavailable`."""
    storage, name = _place(key)
    with _translated():
        opened = storage.open(name, "rb")
        # From an object store the bytes come with the first look at them: here, where its faults are understood.
        _ = opened.file
        return opened


def exists(key: str) -> bool:
    storage, name = _place(key)
    with _translated():
        return storage.exists(name)


def delete(key: str) -> None:
    """Of a file that nothing refers to any more; one that is gone already is no fault."""
    storage, name = _place(key)
    with _translated():
        storage.delete(name)


def modified_at(key: str) -> datetime:
    """`FileNotFoundError` where it is gone."""
    storage, name = _place(key)
    with _translated():
        if not storage.exists(name):  # object stores have a word of their own for it
            raise FileNotFoundError(name)
        return storage.get_modified_time(name)


def is_quarantined(key: str) -> bool:
    return key.startswith(QUARANTINE)


def stored_keys() -> Iterator[str]:
    """Every stored file whose name is one of ours, in no order. Anything else in these places is not looked at."""
    uploads, quarantine = storages["uploads"], storages["quarantine"]
    folders, names = _listed(uploads, "")
    yield from (name for name in names if _OURS.fullmatch(name))
    for folder in folders:
        if f"{folder}/" != QUARANTINE and _FOLDER.fullmatch(folder):
            found = (f"{folder}/{name}" for name in _listed(uploads, folder)[1])
            yield from (key for key in found if _OURS.fullmatch(key))
    yield from (QUARANTINE + name for name in _listed(quarantine, "")[1] if _OURS.fullmatch(name))


def _listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _place(key: str) -> tuple[Storage, str]:
    if is_quarantined(key):
        return storages["quarantine"], key.removeprefix(QUARANTINE)
    return storages["uploads"], key


@contextmanager
def _translated() -> Iterator[None]:
    """What goes wrong between us and an object store, in the product's words."""
    try:
        yield
    except _faults() as error:
        raise StorageUnavailable(f"the object store: {type(error).__name__}", retry_after=5) from error


@cache
def _faults() -> tuple[type[Exception], ...]:
    """Of boto3, where it is installed."""
    if find_spec("botocore") is None:
        return ()
    exceptions = import_module("botocore.exceptions")
    return exceptions.BotoCoreError, exceptions.ClientError
