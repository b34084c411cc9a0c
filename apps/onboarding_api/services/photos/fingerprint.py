"""A photo's fingerprint: alike for the same picture in another size or encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

SIDE = 8
FLAT = 2.0
"""Standard deviation of grey (0 to 255) under which a picture shows nothing to tell it by: a covered lens, a wall."""


def of(image: Image.Image) -> str:
    """Difference hash, 64 bits as 16 hexadecimal digits, one for each pair of neighbours in 8 rows of 9 grey cells:
    set where the right one is brighter. Empty for a picture that is flat.

    Near duplicates differ in few bits (`distance`).
    """
    from PIL import Image, ImageStat

    cells = image.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(cells).stddev[0] < FLAT:
        return ""
    grey = cells.tobytes()
    bits = 0
    for row in range(SIDE):
        start = row * (SIDE + 1)
        for left, right in zip(grey[start : start + SIDE], grey[start + 1 : start + SIDE + 1], strict=True):
            bits = bits << 1 | (right > left)
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """Bits that differ between two fingerprints: up to about 6 is the same picture, sent again or re-encoded."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
