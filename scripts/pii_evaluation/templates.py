"""Template files: families of sentences with slots.

    == family
    [speech] call me on {PHONE:said} please

`{UPPER}` is a personal value, `{lower}` filler; `:said` has it spoken; `[speech]` or `[ocr]` names the view;
`\\n` ends a line within a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from scripts.pii_evaluation.examples import ViewKind

CORPORA = Path(__file__).parent / "corpora"
LANGUAGES = ("en", "hi", "hi-latn", "es", "fr", "de", "ar")

_VIEW = re.compile(r"\[(text|speech|ocr)\] ")
_SLOT = re.compile(r"\{([A-Za-z0-9_]+)(?::(said))?\}")


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    said: bool = False

    @property
    def personal(self) -> bool:
        return self.name.isupper()


@dataclass(frozen=True, slots=True)
class Template:
    """`parts` are literal text and slots in turn. `family` is unique over the languages: "en/team"."""

    parts: tuple[str | Slot, ...]
    language: str
    family: str
    view: ViewKind


def read(path: Path, *, language: str = "") -> list[Template]:
    """The templates of a file. Without `language` each line must begin with its own ("fr: ...")."""
    found, family = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            family = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            own, text = (language, line) if language else _of_language(line)
            text = text.replace("\\n", "\n")
            view = _VIEW.match(text)
            found.append(
                Template(
                    parts=tuple(_parts(text[view.end() :] if view else text)),
                    language=own,
                    family=f"{own}/{family}",
                    view=cast(ViewKind, view[1]) if view else "text",
                )
            )
    return found


def _of_language(line: str) -> tuple[str, str]:
    language, mark, text = line.partition(": ")
    if not mark or language not in LANGUAGES:
        raise ValueError(f"this line does not say its language: {line}")
    return language, text


def _parts(text: str) -> Iterator[str | Slot]:
    position = 0
    for slot in _SLOT.finditer(text):
        if slot.start() > position:
            yield text[position : slot.start()]
        yield Slot(slot[1], slot[2] is not None)
        position = slot.end()
    if position < len(text):
        yield text[position:]
