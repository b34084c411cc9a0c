"""What the child does with one file: everything that reads hostile bytes, in one place."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from apps.onboarding_api.services.photos import decoding, exif, fingerprint

if TYPE_CHECKING:
    from apps.onboarding_api.services.photos.child import Work

QUALITY = 88
THUMBNAIL_QUALITY = 80


def load() -> None:
    """Everything that is imported at its first use, now: afterwards no file can be opened."""
    decoding.load()
    fingerprint.of(Image.new("L", (16, 16)))
    encode(Image.new("RGB", (16, 16)), quality=QUALITY)


def answer(content: bytes, work: Work) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """`({format, width, height, position, fingerprint}, (photo, thumbnail))`, or `({refused, detail}, ())`."""
    try:
        return _prepare(content, work)
    except decoding.Refused as refusal:
        return {"refused": refusal.code, "detail": refusal.detail}, ()
    except Exception as error:  # noqa: BLE001 -- the boundary of a process that is there to meet damaged files
        return {"refused": "unreadable", "detail": f"decoding failed: {type(error).__name__}"}, ()


def encode(image: Image.Image, *, quality: int) -> bytes:
    """JPEG with nothing but pixels: Pillow would carry comments, EXIF and profiles over from `info`."""
    image.info.clear()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, exif=b"", comment=b"", icc_profile=None)
    return out.getvalue()


def _prepare(content: bytes, work: Work) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    bounds = decoding.Bounds(
        max_pixels=work.max_pixels,
        max_frame_pixels=work.max_frame_pixels,
        min_side=work.min_side,
        max_side=work.max_side,
    )
    image = decoding.open_image(content, bounds)
    told = {"format": str(image.format), "width": image.width, "height": image.height}
    position = exif.position_in(image)
    photo = decoding.picture(image, bounds)
    thumbnail = photo.copy()
    thumbnail.thumbnail((work.thumbnail_side, work.thumbnail_side), Image.Resampling.LANCZOS)
    told |= {
        "position": None if position is None else position.to_json(),
        "fingerprint": fingerprint.of(photo),
    }
    return told, (encode(photo, quality=QUALITY), encode(thumbnail, quality=THUMBNAIL_QUALITY))
