"""What a grammar makes of an utterance: exactly one of three."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible value, with the words shown to a person. `value` is JSON-able and canonical."""

    value: Any
    label: str

    def to_json(self) -> dict[str, Any]:
        return {"value": self.value, "label": self.label}


@dataclass(frozen=True, slots=True)
class Understood:
    """One reading only. `spoken_back` is the value as a person would read it."""

    value: Any
    spoken_back: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A few readings: the person picks one. Never empty; one choice means "did you mean this?"."""

    choices: tuple[Choice, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """No reading. `reason` is a sentence in the person's language that says what is missing."""

    reason: str
    code: str = "not_understood"


Result = Understood | Ambiguous | Unclear


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Where a personal value stands in the raw text, half-open and in code points.

    `normalised` is the canonical form (E.164 for a telephone, lower-case address for an e-mail) or None
    where none can be made; `valid` says whether it can be used to reach somebody.
    """

    start: int
    end: int
    kind: str
    normalised: str | None
    valid: bool
