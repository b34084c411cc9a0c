"""What a bench finds: rows of figures, and what must be said beside them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


class CannotMeasure(Exception):
    """The bench could not be carried out: one sentence that says why."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured thing. `other` is the peer's or the floor's figure from the same run, in the same unit.

    `samples` is how many single measurements stand behind `ours`; `aim` is what was hoped for, in words, and `met`
    whether it came true (None where there is no aim).
    """

    measure: str
    ours: float
    unit: str
    samples: int
    other: float | None = None
    aim: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.other if self.other else None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


@dataclass(frozen=True, kw_only=True)
class Result:
    """A bench's table. `other` names the peer or floor of its rows; `notes` say how it was measured."""

    name: str
    title: str
    rows: tuple[Row, ...]
    other: str = ""
    notes: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "other": self.other,
            "rows": [row.to_json() for row in self.rows],
            "notes": list(self.notes),
        }
