"""Preparing a photo: what was sent goes in, a clean copy with a thumbnail and what its metadata said comes out."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from apps.onboarding.errors import DomainError
from apps.onboarding_api.services.media_input import MediaFile, read_media
from apps.onboarding_api.services.photos import bounded, errors, segments
from apps.onboarding_api.services.photos.child import Work
from apps.onboarding_api.services.photos.exif import Position

logger = logging.getLogger("security")
CHILD = "apps.onboarding_api.services.photos.child"
MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""A photo of 2048 x 2048 px of pure noise has about 5 MB."""
_REFUSALS: dict[str, type[DomainError]] = {
    "unreadable": errors.ImageUnreadable,
    "too_large": errors.ImageTooLarge,
    "too_small": errors.ImageTooSmall,
    "heic_unavailable": errors.HeicUnavailable,
}
_FORMATS = frozenset({"jpeg", "png", "webp", "gif", "tiff", "heif"})


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """`jpeg` is a fresh encoding: upright, at most 2048 px a side, RGB, without any metadata.

    `source_width` and `source_height` are those of the file as it came, in px, `source_format` its kind ("jpeg", "png",
    "webp", "gif", "tiff", "heif"); `width` and `height` are those of `jpeg`. `fingerprint` is empty for a flat picture.
    """

    jpeg: bytes
    width: int
    height: int
    fingerprint: str
    source_format: str
    source_width: int
    source_height: int


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """`thumbnail` is a JPEG as clean as the photo, at most 320 px a side; `position` what the EXIF data said."""

    photo: CleanPhoto
    thumbnail: bytes
    position: Position | None


def prepare(file: MediaFile) -> PreparedPhoto:
    """Decode a file that somebody sent, in a process of its own that can take neither memory nor time without end.

    Raises `ImageUnreadable` (no image, another format, damaged, or too much work), `ImageTooLarge` and `ImageTooSmall`
    (by the header), `HeicUnavailable`, and `DecoderUnavailable` where no such process can be had.
    """
    rules = settings.PHOTOS
    work = Work(
        max_pixels=rules.max_pixels,
        max_frame_pixels=rules.max_frame_pixels,
        min_side=rules.min_side,
        max_side=rules.max_side,
        thumbnail_side=rules.thumbnail_side,
        memory_bytes=rules.child_memory_mb * 1024 * 1024,
        cpu_seconds=rules.child_cpu_seconds,
        wall_seconds=rules.child_wall_seconds,
        output_bytes=MAX_ANSWER_BYTES,
    )
    try:
        answer = bounded.run(
            CHILD,
            folder=settings.BASE_DIR,
            argument=work.write(),
            given=read_media(file),
            seconds=work.wall_seconds,
        )
    except bounded.Ended as error:
        raise errors.ImageUnreadable(f"the decoder gave no answer: {error}") from error
    except bounded.CannotStart as error:
        raise errors.DecoderUnavailable(str(error)) from error
    try:
        return _read(answer, work)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        # Whoever took the child over writes what they like; only what is plainly a photo is taken from it.
        raise errors.ImageUnreadable(f"the decoder's answer is none: {type(error).__name__}") from error


def clean(file: MediaFile | CleanPhoto) -> CleanPhoto:
    """The clean copy, where it is none already. Raises as `prepare` does."""
    return file if isinstance(file, CleanPhoto) else prepare(file).photo


def _read(answer: bytes, work: Work) -> PreparedPhoto:
    head, _, rest = answer.partition(b"\n")
    told: dict[str, Any] = json.loads(head)
    if "refused" in told:
        raise _REFUSALS[told["refused"]](str(told["detail"])[:200])
    first, second = (int(length) for length in told["parts"])
    if min(first, second) < 0 or first + second != len(rest):
        raise ValueError("parts of other lengths")
    if not told.get("confined"):
        _tell_unconfined()
    jpeg, thumbnail = rest[:first], rest[first:]
    width, height = _size(jpeg, work.max_side)
    _size(thumbnail, work.thumbnail_side)
    kind = str(told["format"]).lower().replace("mpo", "jpeg")
    mark = str(told["fingerprint"])
    if kind not in _FORMATS or (mark and f"{int(mark, 16):016x}" != mark):
        raise ValueError("no such format or fingerprint")
    return PreparedPhoto(
        photo=CleanPhoto(
            jpeg=jpeg,
            width=width,
            height=height,
            fingerprint=mark,
            source_format=kind,
            source_width=int(told["width"]),
            source_height=int(told["height"]),
        ),
        thumbnail=thumbnail,
        position=None if told["position"] is None else Position.from_json(told["position"]),
    )


@cache
def _tell_unconfined() -> None:
    """Once for each process."""
    logger.warning("photo decoder: no system call filter on this machine; it may open files and connections")


def _size(jpeg: bytes, side: int) -> tuple[int, int]:
    """Of a JPEG that is proven to hold nothing but pixels. `segments.NotPlain`."""
    width, height = segments.size_of_plain(jpeg)
    if not (0 < width <= side and 0 < height <= side):
        raise segments.NotPlain("larger than asked for")
    return width, height
