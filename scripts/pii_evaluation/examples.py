"""A text with known personal values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ViewKind = Literal["text", "speech", "ocr"]


@dataclass(frozen=True, slots=True)
class Value:
    """A personal value at `[start, end)` of its text, in code points."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """`values` are all the personal values of `text`, in order; none in a hard negative.

    `family` names the template family it was made from: what is held out together when rules are tuned.
    `view` is how the product would read such a text.
    """

    text: str
    values: tuple[Value, ...] = ()
    language: str = "en"
    family: str = ""
    view: ViewKind = "text"
    noise: str = "none"


@dataclass(slots=True)
class Builder:
    """Puts a text together and keeps where its values stand."""

    text: str = ""
    values: list[Value] = field(default_factory=list)

    def say(self, piece: str) -> None:
        self.text += piece

    def tell(self, kind: str, piece: str) -> None:
        """A personal value."""
        self.values.append(Value(kind, len(self.text), len(self.text) + len(piece)))
        self.text += piece
