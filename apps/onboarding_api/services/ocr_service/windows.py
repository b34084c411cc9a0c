"""The window of a meter: which pieces of text are its display, and cutting it out for reading it alone."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.onboarding_api.services.ocr_service.port import OcrProvider, Point, TextLine

if TYPE_CHECKING:
    import numpy as np

MIN_DIGITS, MAX_DIGITS = 4, 9
RIVAL_HEIGHT = 0.75
"""A second number at least so tall beside the tallest could be the display just as well."""

REACHES = (0.3, 0.8, 1.2, 2.0)
"""How far to both sides of a piece the rest of its number is looked for, in heights of the piece."""

_DIGITS = re.compile(r"\d+(?:[.,]\d{1,3})?")
_UNIT_BEHIND = re.compile(r"\s*(?:k\s?wh|k\s?vah|m\s?[3³]|l|ltr)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Display:
    """Digits on one line; `corners` bound all its pieces, in pixels of the photo."""

    digits: str
    confidence: float
    height: float
    corners: tuple[Point, Point, Point, Point]


def digits_of(text: str) -> str | None:
    """The digits of a text that holds nothing else but a unit, gaps between drums closed; None otherwise."""
    joined = re.sub(r"[\s|]+", "", _UNIT_BEHIND.sub("", text.strip()))
    return joined.replace(",", ".") if _DIGITS.fullmatch(joined) else None


def displays(lines: Sequence[TextLine]) -> list[Display]:
    """What may be the display, the tallest first; others only where they are nearly as tall."""
    numbers = sorted((line for line in lines if digits_of(line.text)), key=lambda line: line.left)
    groups: list[list[TextLine]] = []
    for line in numbers:
        beside = next((group for group in groups if _continues(group[-1], line)), None)
        if beside is None:
            groups.append([line])
        else:
            beside.append(line)
    found = [_display(group) for group in groups]
    long_enough = [one for one in found if MIN_DIGITS <= len(one.digits.replace(".", "")) <= MAX_DIGITS]
    tallest = max((one.height for one in long_enough), default=0.0)
    rivals = [one for one in long_enough if one.height >= RIVAL_HEIGHT * tallest]
    return sorted(rivals, key=lambda one: one.height, reverse=True)


def reread(image: np.ndarray, lines: Sequence[TextLine], provider: OcrProvider) -> list[TextLine]:
    """The lines, with those that may be a misread display read once more, the way up they are.

    The engine turns a piece that it takes to be upside down: "015499" on seven segments became "66h50".
    """
    tallest = max((line.height for line in lines), default=0.0)
    again = []
    for line in lines:
        doubtful = (
            digits_of(line.text) is None and len(line.text) <= MAX_DIGITS + 1 and line.height > 0.6 * tallest
        )
        if doubtful:
            text, confidence = provider.read_line(_straight(image, line.box, 0.06 * line.height))
            if digits_of(text):
                line = TextLine(text=text, confidence=confidence, box=line.box)
        again.append(line)
    return again


def completed(
    image: np.ndarray, lines: Sequence[TextLine], provider: OcrProvider, *, expected: int | None
) -> Display | None:
    """The display of which only some drums were found, read alone in ever wider windows around them.

    A number counts that stands in two windows at least and has the `expected` digits (4 to 9 where that is not known).
    """
    numbers = [line for line in lines if digits_of(line.text)]
    tallest = max((line.height for line in numbers), default=0.0)
    found: dict[str, list[Display]] = {}
    for line in numbers:
        if line.height <= 0.6 * tallest:
            continue
        for reach in REACHES:
            corners = _wider(line.box, reach * line.height)
            text, confidence = provider.read_line(_straight(image, corners, 0.06 * line.height))
            digits = digits_of(text)
            count = len(digits.split(".")[0]) if digits else 0
            if digits and (count == expected if expected else MIN_DIGITS <= count <= MAX_DIGITS):
                found.setdefault(digits, []).append(Display(digits, confidence, line.height, corners))
    best = max(found.values(), key=len, default=[])
    return best[0] if len(best) > 1 else None


def crops(image: np.ndarray, display: Display) -> Iterator[np.ndarray]:
    """The window on its own, straightened: once as it is, once wider and with its contrast raised."""
    import cv2

    for margin, flattened in ((0.06, False), (0.16, True)):
        window = _straight(image, display.corners, margin * display.height)
        if flattened:
            grey = cv2.cvtColor(window, cv2.COLOR_BGR2GRAY)
            raised = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(2, 4)).apply(grey)
            window = cv2.cvtColor(raised, cv2.COLOR_GRAY2BGR)
        yield window


def _continues(left: TextLine, right: TextLine) -> bool:
    """Whether `right` goes on where `left` ends: the same line, about the same height, at most a digit between."""
    tall = max(left.height, right.height)
    return (
        abs(left.centre[1] - right.centre[1]) < 0.35 * tall
        and min(left.height, right.height) > 0.5 * tall
        and -0.3 * tall < right.left - left.right < 1.2 * tall
    )


def _display(group: Sequence[TextLine]) -> Display:
    first, last = group[0], group[-1]
    return Display(
        digits="".join(digits_of(line.text) or "" for line in group),
        confidence=min(line.confidence for line in group),
        height=max(line.height for line in group),
        corners=(first.box[0], last.box[1], last.box[2], first.box[3]),
    )


def _wider(corners: Sequence[Point], reach: float) -> tuple[Point, Point, Point, Point]:
    """The corners moved outwards along the line of text, `reach` pixels to either side."""
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(math.dist(top_left, top_right), 1.0)
    across = (top_right[0] - top_left[0]) / width * reach
    down = (top_right[1] - top_left[1]) / width * reach
    return (
        (top_left[0] - across, top_left[1] - down),
        (top_right[0] + across, top_right[1] + down),
        (bottom_right[0] + across, bottom_right[1] + down),
        (bottom_left[0] - across, bottom_left[1] - down),
    )


def _straight(image: np.ndarray, corners: Sequence[Point], margin: float) -> np.ndarray:
    import cv2
    import numpy as np

    top_left, top_right, bottom_right, bottom_left = (
        np.array(corner, dtype=np.float32) for corner in corners
    )
    width = max(float(np.linalg.norm(top_right - top_left)), 1.0)
    height = max(float(np.linalg.norm(bottom_left - top_left)), 1.0)
    along, down = (top_right - top_left) / width * margin, (bottom_left - top_left) / height * margin
    source = np.array(
        [
            top_left - along - down,
            top_right + along - down,
            bottom_right + along + down,
            bottom_left - along + down,
        ]
    )
    size = (round(width + 2 * margin), round(height + 2 * margin))
    target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target)
    return cv2.warpPerspective(image, matrix, size, borderMode=cv2.BORDER_REPLICATE)
