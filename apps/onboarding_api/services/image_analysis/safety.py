"""Opening an image that somebody sent, without trusting a byte of it.

`decode` is the one door: header first, then bounded pixels, then a clean copy. Whoever wants it in a child process with
a memory limit calls it there; it takes and gives plain bytes and `SafeImage`, which can be pickled.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.onboarding_api.services.image_analysis.errors import ImageTooLarge, ImageTooSmall, ImageUnreadable

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 50_000_000
"""By the header, before anything is decoded. Phones reach 48 to 50 MP."""
MAX_FRAME_PIXELS = 100_000_000
"""Frames times pixels: animations are decoded frame by frame by whoever opens them later."""
MIN_SIDE = 16
MAX_SIDE = 2048
QUALITY = 88


@dataclass(frozen=True, slots=True)
class SafeImage:
    """`jpeg` is a fresh encoding: upright, at most 2048 px a side, RGB, without any metadata.

    `source_width` and `source_height` are those of the file as it came, in px; `width` and `height` those of `jpeg`.
    """

    jpeg: bytes
    width: int
    height: int
    source_format: str
    source_width: int
    source_height: int


def decode(content: bytes) -> SafeImage:
    """A clean copy of the image.

    Raises `ImageUnreadable` (no image, another format, truncated), `ImageTooLarge` (by the header: more than 50 MP, or
    100 MP over all frames), `ImageTooSmall` (a side under 16 px).
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # Pillow only warns of images between its two limits.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                _check_header(opened)
                width, height, kind = opened.width, opened.height, str(opened.format)
                if kind == "JPEG":
                    # The decoder shrinks by 2, 4 or 8 on the way, down to no less than asked: a third of the memory.
                    opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
                # `verify` passes truncated files: only decoding finds them.
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
                plain = _on_white(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge("more pixels than Pillow's limit", max_pixels=MAX_PIXELS) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        ZeroDivisionError,
    ) as error:
        # What Pillow's parsers raise on damaged files; orientation comes from EXIF, which is no less hostile.
        raise ImageUnreadable(f"decoding failed: {type(error).__name__}") from error
    return SafeImage(
        jpeg=encode(plain),
        width=plain.width,
        height=plain.height,
        source_format=kind,
        source_width=width,
        source_height=height,
    )


def encode(image: Image.Image) -> bytes:
    """JPEG with nothing but pixels: Pillow would carry comments, EXIF and profiles over from `info`."""
    image.info.clear()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, exif=b"", comment=b"", icc_profile=None)
    return out.getvalue()


def _check_header(image: Image.Image) -> None:
    pixels = image.width * image.height
    frames = getattr(image, "n_frames", 1)
    if pixels > MAX_PIXELS or pixels * frames > MAX_FRAME_PIXELS:
        raise ImageTooLarge(f"{image.width} x {image.height} px, {frames} frames", max_pixels=MAX_PIXELS)
    if min(image.width, image.height) < MIN_SIDE:
        raise ImageTooSmall(f"{image.width} x {image.height} px", min_side=MIN_SIDE)


def _on_white(image: Image.Image) -> Image.Image:
    """RGB, transparent parts white, in a fresh image without the source's metadata."""
    from PIL import Image

    if image.has_transparency_data:
        image = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(image, mask=image.getchannel("A"))
        return plain
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain
