"""What every OCR provider takes and gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A piece of text. `box` has its four corners in pixels, from the top left in reading direction; `confidence` is of
    0 to 1 and, alone, proves nothing: wrong meter readings have scored 0.95."""

    text: str
    confidence: float
    box: tuple[Point, Point, Point, Point]

    @property
    def left(self) -> float:
        return min(x for x, _y in self.box)

    @property
    def right(self) -> float:
        return max(x for x, _y in self.box)

    @property
    def top(self) -> float:
        return min(y for _x, y in self.box)

    @property
    def bottom(self) -> float:
        return max(y for _x, y in self.box)

    @property
    def height(self) -> float:
        """The mean of the two side edges: a slanted box spans more than its text is tall."""
        return (math.dist(self.box[0], self.box[3]) + math.dist(self.box[1], self.box[2])) / 2

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class OcrProvider(Protocol):
    """`image` is an array of rows x columns x BGR, 8 bits. Both raise `ProviderUnavailable` when they cannot work."""

    is_embedded: bool
    """True where nothing leaves the process."""

    def read(self, image: np.ndarray) -> tuple[TextLine, ...]:
        """All pieces of text, in no promised order."""
        ...

    def read_line(self, image: np.ndarray) -> tuple[str, float]:
        """The text of an image that shows one line and nothing else, with its confidence; ("", 0.0) for none."""
        ...
