"""What a file is: its extension, libmagic and its own structure must agree. The client's Content-Type says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import IO, Any

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding_api.services.file_types.catalogue import BY_EXTENSION, Family, Kind
from apps.onboarding_api.services.file_types.errors import Reason, damaged, mismatch
from apps.onboarding_api.services.file_types.foreign import refuse_inside, refuse_trailer
from apps.onboarding_api.services.file_types.source import Source

MAGIC_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class FileType:
    """`extension` is the type's usual one (`jpg` for a `.jpeg`); `frames` counts the pictures of an image, else 1."""

    extension: str
    content_type: str
    family: Family
    frames: int = 1


def inspect(file: IO[bytes], *, name: str, allowed: Iterable[str]) -> FileType:
    """What `file` (seekable, binary) is. Reads it in blocks of 256 KiB and leaves it at its start.

    `allowed` are extensions without dots. Raises `UnsupportedMedia`, or `HostileFile` for more than its type says; the
    `reason` in their `extra` is one of `Reason`.
    """
    taken = tuple(allowed)
    extension = PurePosixPath(name.lower()).suffix.lstrip(".")
    kind = BY_EXTENSION.get(extension)
    if kind is None or extension not in taken:
        # Said in the caller's own words only as far as they are a plain extension.
        shown = extension[:10] if extension.isascii() and extension.isalnum() else "(none)"
        raise UnsupportedMedia(
            f"files of type {shown!r} are not taken here", reason=Reason.TYPE_NOT_TAKEN, allowed=list(taken)
        )
    source = Source(file)
    try:
        return _inspect(source, kind)
    except UnsupportedMedia as refusal:
        refusal.extra.setdefault("allowed", list(taken))
        raise
    finally:
        file.seek(0)


def _inspect(source: Source, kind: Kind) -> FileType:
    if source.size == 0:
        raise damaged("the file is empty")
    structure = kind.walk(source)
    if kind.family is not Family.DOCUMENT:
        if structure.end is not None:
            refuse_trailer(source, structure.end)
        refuse_inside(source)
    found = _magic_says(source.read(0, MAGIC_BYTES))
    # A text of one letter is too short for libmagic to say anything.
    if found not in kind.magic and not (source.size < 2 and found == "application/octet-stream"):
        raise mismatch(f"the content ({found}) is not what its name says ({kind.extension})")
    return FileType(kind.extension, kind.content_type, kind.family, structure.frames)


def _magic_says(head: bytes) -> str:
    magic, error = _magic()
    try:
        return str(magic.from_buffer(head))
    except error:
        return ""


@lru_cache(maxsize=1)
def _magic() -> tuple[Any, type[Exception]]:
    """libmagic, and what it raises: the system's, else that of the `pylibmagic` wheel, to be imported first."""
    try:
        import magic
    except ImportError:
        import pylibmagic  # noqa: F401, I001 -- importing it makes its library loadable
        import magic
    return magic.Magic(mime=True), magic.MagicException
