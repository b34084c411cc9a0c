"""Cells of a table that are personal because of the heading above them, whatever they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from apps.onboarding_api.services.document_service.extracted import Table
from apps.onboarding_api.services.ocr_service import registers
from apps.onboarding_api.services.ocr_service.service import WholeCell

Place = tuple[int, int]
"""Row and column, from 0."""
_NUMBER = re.compile(r"\d{3}")
_TELEPHONE = re.compile(r"(?:\d[^\w]*){5}")
_SURE_NAMES = re.compile(r"\b(?:visitor|guest|host|whom|person|contact)\b", re.IGNORECASE)
_JOINT = " | "
"""Between the cells of a row in the text of a document (`plain.as_text`)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The personal cells of one table and their kinds."""

    table: Table
    kinds: Mapping[Place, str]

    def cells(self) -> Iterator[tuple[WholeCell, ...]]:
        """For each cell, row by row, what in it is personal: all of it or nothing."""
        for at, row in enumerate(self.table):
            for column, text in enumerate(row):
                kind = self.kinds.get((at, column))
                yield (WholeCell(start=0, end=len(text), kind=kind),) if kind else ()


def look_at(table: Table) -> Found:
    """Telephones and addresses under a heading of theirs; names where the heading can mean only those of people.

    A column "Name" alone may list gates or machines: it counts where a column of telephones or addresses is beside it.
    """
    heading = table[0] if table else ()
    kinds = [registers.personal_kind(cell) for cell in heading]
    if any(_NUMBER.search(cell) for cell in heading):
        return Found(table, {})
    of_people = "PHONE" in kinds or "EMAIL" in kinds
    found = {}
    for at, row in enumerate(table[1:], start=1):
        for column, (text, kind) in enumerate(zip(row, kinds, strict=False)):
            sure = of_people or bool(_SURE_NAMES.search(heading[column]))
            if kind is not None and _is_such(text, kind, sure=sure):
                found[at, column] = kind
    return Found(table, found)


def in_text(text: str, tables: Sequence[Found]) -> tuple[WholeCell, ...]:
    """Where those cells stand in the text of the document, in which the rows of the tables follow each other."""
    spans = []
    position = 0
    for found in tables:
        for at, row in enumerate(found.table):
            line = _JOINT.join(row)
            # The ends of a text are stripped.
            start = text.find(line.strip(), position)
            if start < 0:
                continue
            position = start + len(line.strip())
            cell = start - (len(line) - len(line.lstrip()))
            for column, value in enumerate(row):
                if kind := found.kinds.get((at, column)):
                    spans.append(WholeCell(start=cell, end=cell + len(value), kind=kind))
                cell += len(value) + len(_JOINT)
    return tuple(spans)


def _is_such(text: str, kind: str, *, sure: bool) -> bool:
    if kind == "PHONE":
        return bool(_TELEPHONE.search(text))
    if kind == "EMAIL":
        return "@" in text
    return sure and any(character.isalpha() for character in text)
