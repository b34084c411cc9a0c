"""One photo made small by one way, in a process of its own: `python image_child.py WAY FILE`, prints JSON.

`cpu_ms` and `peak_mb` (10^6 bytes) are those of the whole process, start and imports included. It imports nothing of
the benches, since the peer runs in another environment.
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

SIDE, QUALITY = 2048, 88


def ours(path: Path) -> bytes:
    """What the product's child does, limits left out: thumbnail, fingerprint and EXIF are part of it."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from apps.onboarding_api.services.photos import child, working

    work = child.Work(50_000_000, 100_000_000, 16, SIDE, 320, 0, 0, 0, 0)
    return working.answer(path.read_bytes(), work)[1][0]


def pillow(path: Path) -> bytes:
    """As most programs do it: opened, turned upright (which decodes it in full), made small, saved."""
    from PIL import Image, ImageOps

    with Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def pyvips(path: Path) -> bytes:
    """libvips' own way: it shrinks while it loads, and turns the picture upright."""
    import pyvips as vips  # type: ignore[import-not-found]  # installed by the bench, in an environment of its own

    image = vips.Image.thumbnail(str(path), SIDE, height=SIDE, size="down")
    made: bytes = image.jpegsave_buffer(Q=QUALITY, keep="none", optimize_coding=True)
    return made


def make(path: Path, width: int, height: int) -> None:
    """A photo's worth of shapes and grain."""
    from PIL import Image, ImageFilter

    coarse = [Image.effect_noise((width // 100, height // 100), 90).resize((width, height)) for _ in range(3)]
    fine = Image.effect_noise((width // 2, height // 2), 24).resize((width, height))
    grain = Image.merge("RGB", [fine] * 3)
    Image.blend(Image.merge("RGB", coarse).filter(ImageFilter.GaussianBlur(2)), grain, 0.35).save(
        path, "JPEG", quality=85
    )


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (found,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(found.split()[1]) * 1024 / 1_000_000


def main(arguments: list[str]) -> None:
    way, path = arguments[0], Path(arguments[1])
    if way == "make":
        make(path, int(arguments[2]), int(arguments[3]))
        return
    jpeg = {"ours": ours, "pillow": pillow, "pyvips": pyvips}[way](path)
    told = {"cpu_ms": time.process_time() * 1000, "peak_mb": _peak_mb(), "bytes": len(jpeg)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
