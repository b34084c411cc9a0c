"""Plain, wrapped text; colours only on a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import TextIO

_WIDEST = 110
_MARGIN = 11
_STYLES = {"title": "1", "platform": "36", "person": "33", "good": "32", "bad": "31;1", "quiet": "2"}


class Screen:
    """Prints the story: headings, who says what, facts."""

    def __init__(self, *, width: int = 100, colour: bool = False, output: TextIO | None = None) -> None:
        self._width = max(60, min(width, _WIDEST))
        self._colour = colour
        self._output = output or sys.stdout
        self.steps = 0

    @classmethod
    def of_terminal(cls, environ: Mapping[str, str] = os.environ) -> Screen:
        colour = sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        return cls(width=shutil.get_terminal_size((100, 24)).columns, colour=colour)

    def heading(self, title: str) -> None:
        self.steps += 1
        self._line("")
        self._line(self._styled("title", f"{self.steps}. {title}"))

    def platform(self, text: str) -> None:
        """What the product says to the person."""
        self._labelled("Platform", text, "platform")

    def person(self, name: str, text: str) -> None:
        """What a person says or does."""
        self._labelled(name, text, "person")

    def fact(self, label: str, text: str) -> None:
        """What became of it."""
        self._labelled(label, text, "quiet")

    def item(self, text: str) -> None:
        """One line of a list."""
        self._labelled("", text, "")

    def good(self, text: str) -> None:
        self._line("")
        self._line(self._styled("good", text))

    def bad(self, text: str) -> None:
        self._line("")
        self._line(self._styled("bad", text))

    def _labelled(self, label: str, text: str, style: str) -> None:
        lines = [
            piece
            for line in text.splitlines() or [""]
            for piece in textwrap.wrap(line, self._width - _MARGIN) or [""]
        ]
        head = self._styled(style, f"  {label}"[: _MARGIN - 1].ljust(_MARGIN))
        self._line(head + lines[0])
        for line in lines[1:]:
            self._line(" " * _MARGIN + line)

    def _styled(self, style: str, text: str) -> str:
        return f"\033[{_STYLES[style]}m{text}\033[0m" if self._colour and style else text

    def _line(self, text: str) -> None:
        print(text.rstrip() if not self._colour else text, file=self._output, flush=True)
