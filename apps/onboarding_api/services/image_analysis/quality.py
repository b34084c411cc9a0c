"""Technical quality of a photo and the codes on it. Everything here works on the clean copy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SHARPNESS_SIDE = 800
BLUR_LIMIT = 60.0
"""Variance of the Laplacian at 800 px. Sharp samples have some hundreds, the same under a 4 px blur under 20."""
DARK_MEAN, BRIGHT_MEAN = 45.0, 215.0
CLIPPED_SHARE = 0.5
SMALL_SIDE = 480


@dataclass(frozen=True, slots=True)
class Quality:
    """`sharpness` is the variance of the Laplacian, `brightness` the mean grey of 0 to 255."""

    sharpness: float
    brightness: float
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"problems": list(self.problems), "good": not self.problems}


def pixels(jpeg: bytes) -> np.ndarray:
    """The clean copy as rows x columns x BGR."""
    import cv2
    import numpy as np

    image = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
    assert image is not None, "the clean copy was encoded by ourselves"
    return image


def measure(image: np.ndarray) -> Quality:
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    scale = SHARPNESS_SIDE / max(height, width)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    sharpness = float(cv2.Laplacian(small, cv2.CV_64F).var())
    brightness = float(grey.mean())
    problems = {
        "blurred": sharpness < BLUR_LIMIT,
        "too_dark": brightness < DARK_MEAN,
        "too_bright": brightness > BRIGHT_MEAN and float((grey > 250).mean()) > CLIPPED_SHARE,
        "too_small": min(height, width) < SMALL_SIDE,
    }
    return Quality(
        sharpness=round(sharpness, 1),
        brightness=round(brightness, 1),
        problems=tuple(name for name, found in problems.items() if found),
    )


def qr_codes(image: np.ndarray) -> list[str]:
    """The texts of all QR codes on the photo."""
    import cv2

    found, texts, _points, _straight = cv2.QRCodeDetector().detectAndDecodeMulti(image)
    return [text for text in texts if text] if found else []
