"""Cases written one by one, in families: [[KIND:value]] in a line is a personal value, nothing else may be taken.

    == family
    fr: [speech] mon numéro est le [[PHONE:zéro six douze]]

`written` is to tune on; `sealed` holds other families of the same hand, for totals only. `market` is to tune on too, by
another hand that knew no rule of the engine; `blind` holds other families and names of that hand, for totals only.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import cast

from scripts.pii_evaluation.examples import Builder, Example, ViewKind
from scripts.pii_evaluation.templates import CORPORA, LANGUAGES

_LINE = re.compile(r"(?P<language>[a-z-]+): (?:\[(?P<view>text|speech|ocr)\] )?(?P<text>.+)")
_VALUE = re.compile(r"\[\[(?P<kind>[A-Z]+):(?P<value>.+?)\]\]", re.DOTALL)


@cache
def cases(folder: str) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Those with values and those without, of `written`, `sealed`, `market` or `blind`."""
    return _read(CORPORA / folder / "told.txt"), _read(CORPORA / folder / "harmless.txt")


def _read(path: Path) -> tuple[Example, ...]:
    found, family = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            family = line[3:].strip()
        elif line and not line.startswith("#"):
            match = _LINE.fullmatch(line)
            if match is None or match["language"] not in LANGUAGES:
                raise ValueError(f"this line does not say its language: {line}")
            found.append(_example(match, family))
    return tuple(found)


def _example(match: re.Match[str], family: str) -> Example:
    text, builder, position = match["text"].replace("\\n", "\n"), Builder(), 0
    for value in _VALUE.finditer(text):
        builder.say(text[position : value.start()])
        builder.tell(value["kind"], value["value"])
        position = value.end()
    builder.say(text[position:])
    return Example(
        text=builder.text,
        values=tuple(builder.values),
        language=match["language"],
        family=f"{match['language']}/{family}",
        view=cast(ViewKind, match["view"] or "text"),
    )
