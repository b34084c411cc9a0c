"""From bytes that somebody sent to a small upright picture in plain colours. Runs in the child only.

Header first, then bounded pixels, then a picture that shares nothing with the file but what it shows.
"""

from __future__ import annotations

import importlib
import io
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageCms

from apps.onboarding_api.services.photos import exif_bounds

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF")
HEIF = "HEIF"
_PLUGINS = (
    "JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin", "WebPImagePlugin", "GifImagePlugin", "TiffImagePlugin",
)  # fmt: skip
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright (CIPA DC-008, tag 274)."""

_ENOUGH = 0.95
"""So much of the longest side asked for will do, if a decoder can give it: photos of 4000 and 8000 px, which most
phones make, come out at 2000 px for half of the work, shrunk once."""
_GAP = 1.5
"""What is more than so many times too large is first shrunk by a whole factor, which is cheap: 48 MP cost 0.9 s of
processor without it, 0.4 with it, and differ by less than one of 256 shades."""


class Refused(Exception):
    """The file gives no picture. `code`: "unreadable", "too_large", "too_small" or "heic_unavailable"."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Bounds:
    """Pixels by the header, of one frame and of all together; the smallest side taken, the longest side made."""

    max_pixels: int
    max_frame_pixels: int
    min_side: int
    max_side: int


@cache
def load() -> tuple[str, ...]:
    """Load all decoders; the formats that can be opened."""
    exif_bounds.install()
    Image.preinit()
    for plugin in _PLUGINS:
        importlib.import_module(f"PIL.{plugin}")
    return (*FORMATS, HEIF) if _open_heif() else FORMATS


def open_image(content: bytes, bounds: Bounds) -> Image.Image:
    """The file by its header, nothing decoded yet. `Refused`."""
    formats = load()
    if HEIF not in formats and content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise Refused("heic_unavailable", "no HEIC decoder is installed")
    # Above it Pillow warns, above twice as much it raises; the warning counts as a refusal too.
    Image.MAX_IMAGE_PIXELS = bounds.max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        image = Image.open(io.BytesIO(content), formats=list(formats))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_large", "more pixels than are taken") from error
    _check_header(image, bounds)
    return image


def picture(image: Image.Image, bounds: Bounds) -> Image.Image:
    """The first frame: upright, at most `max_side` px, RGB, transparent parts white, colours of sRGB."""
    if image.format in {"JPEG", "MPO"}:
        # The decoder shrinks by 2, 4 or 8 on the way, down to no less than asked: a fraction of the memory.
        image.draft("RGB", _wanted(image.size, bounds.max_side))
    # `verify` passes truncated files: only decoding finds them.
    image.load()
    # Asked after decoding: Pillow turns TIFFs while it loads them, and then says that they are upright. A PNG may
    # tell its orientation behind its pixels.
    turn = _TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    small = _eight_bits(image)
    small.thumbnail((bounds.max_side, bounds.max_side), Image.Resampling.LANCZOS, reducing_gap=_GAP)
    plain = _on_white(_in_srgb(small, profile))
    return plain if turn is None else plain.transpose(turn)


def _wanted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """The least that a decoder may shrink to."""
    shrunk = min(1.0, max_side * _ENOUGH / max(size))
    return max(1, int(size[0] * shrunk)), max(1, int(size[1] * shrunk))


def _open_heif() -> bool:
    """Whether HEIC can be decoded here: by pi-heif, where it is installed."""
    try:
        pi_heif: Any = importlib.import_module("pi_heif")
    except ImportError:
        return False
    pi_heif.register_heif_opener()
    return True


def _check_header(image: Image.Image, bounds: Bounds) -> None:
    pixels = image.width * image.height
    # A phone's JPEG may carry further pictures (depth, brightness) of other sizes, which nobody decodes.
    frames = 1 if image.format in {"MPO", HEIF} else getattr(image, "n_frames", 1)
    if pixels > bounds.max_pixels or pixels * frames > bounds.max_frame_pixels:
        raise Refused("too_large", f"{image.width} x {image.height} px, {frames} frames")
    if min(image.width, image.height) < bounds.min_side:
        raise Refused("too_small", f"{image.width} x {image.height} px")


def _orientation(image: Image.Image) -> int:
    """1 (upright) where the file says none or nonsense."""
    try:
        found = image.getexif().get(ORIENTATION)
    except (
        OSError,
        SyntaxError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        ZeroDivisionError,
    ):
        # A photo whose metadata is damaged is a photo without metadata.
        return 1
    return found if isinstance(found, int) else 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """A mode that can be shrunk smoothly: palettes become colours, deeper greys 8 bits."""
    match image.mode:
        case "P" | "PA":
            return image.convert("RGBA" if image.has_transparency_data else "RGB")
        case "1":
            return image.convert("L")
        case mode if mode.startswith("I;16"):
            return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        case "I" | "F":
            darkest, brightest = (float(value) for value in image.getextrema())  # type: ignore[arg-type]  # one band
            scale = 255 / ((brightest - darkest) or 1)
            return image.point(lambda value: value * scale - darkest * scale).convert("L")
        case _:
            return image


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """The colours that the file's profile means, since the profile goes. Left alone where it cannot be understood."""
    if not isinstance(profile, bytes) or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        given = ImageCms.getOpenProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return made or image


def _on_white(image: Image.Image) -> Image.Image:
    """RGB in a fresh image, without anything that came along with the source."""
    plain = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        solid = image.convert("RGBA")
        plain.paste(solid, mask=solid.getchannel("A"))
    else:
        plain.paste(image.convert("RGB"))
    return plain
