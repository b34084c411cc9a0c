"""Files in a folder of this machine, or of one that all machines share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.functional import cached_property


class LocalFiles(FileSystemStorage):
    """`folder` below `MEDIA_ROOT`. What was saved is on the disk, not only on its way there."""

    def __init__(self, folder: str = "") -> None:
        super().__init__()
        self._folder = folder

    @cached_property
    def base_location(self) -> str:
        return str(Path(settings.MEDIA_ROOT) / self._folder)

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        path = Path(self.path(saved))
        for one in (path, path.parent):
            sync(one)
        return saved


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
