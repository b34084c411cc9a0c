"""What a reader of one format gives."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TEXT = 200_000
"""Characters that are kept of one document."""


@dataclass(frozen=True, slots=True)
class Extract:
    """`pages`: pages, sheets or, where the format has neither, 1. `truncated`: there was more than is kept."""

    text: str
    pages: int
    truncated: bool = False

    @classmethod
    def of(cls, parts: list[str], *, pages: int, more: bool = False) -> Extract:
        text = "\n".join(parts)
        return cls(text=text[:LONGEST_TEXT], pages=pages, truncated=more or len(text) > LONGEST_TEXT)
