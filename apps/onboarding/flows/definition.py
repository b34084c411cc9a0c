"""A flow as frozen data. See `reading` for how it is built and checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from apps.onboarding.flows.conditions import Condition
from apps.onboarding.flows.errors import FlowInvalid
from apps.onboarding.flows.loading import load_flow

__all__ = ["Flow", "FlowInvalid", "Help", "Option", "Slot", "UnitRange", "Wording", "load_flow"]


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """What is said about a slot in one language. `names` are what people call the question when they
    correct it; `cues` are words that may stand around an answer without changing it."""

    question: str
    why: str
    retry: str
    label: str
    form_label: str
    names: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One choice. `synonyms` are of every language: people mix them. An exclusive option ("none of
    these") cannot be combined with others."""

    value: str
    labels: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    exclusive: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class UnitRange:
    """A unit that a quantity may have and what is plausible in it."""

    unit: str
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One question and the value it takes. Compared by identity, so that it can key caches."""

    name: str
    type: str
    tier: str
    wordings: Mapping[str, Wording]
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    units: tuple[UnitRange, ...] = ()
    min_length: int = 1
    max_length: int = 200
    max_items: int = 20
    personal: str | None = None
    multiline: bool = False
    ground_plus: bool = False
    open_items: bool = False
    days_slot: str | None = None
    future_only: bool = False
    plausible: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def wording(self, language: str) -> Wording:
        """The wording of a language (``hi-IN`` falls back to ``hi``), else of the flow's default."""
        found = self.wordings.get(language) or self.wordings.get(language.split("-")[0].lower())
        return found or next(iter(self.wordings.values()))

    def option(self, value: object) -> Option | None:
        return next((option for option in self.options if option.value == value), None)

    def option_label(self, value: object, language: str) -> str:
        """The label of an option in a language, else its value."""
        option = self.option(value)
        if option is None:
            return str(value)
        labels = option.labels
        found = labels.get(language) or labels.get(language.split("-")[0].lower())
        return found or next(iter(labels.values()))


@dataclass(frozen=True, slots=True)
class Help:
    """What is offered after how many answers in a row to one question that were not understood.

    A form control, a person, the hand-over to one; and why the question is asked (None: only to who asks for it).
    """

    form_control_after: int = 2
    person_after: int = 3
    hand_off_after: int = 5
    explain_after: int | None = None

    def given(self, misses: int) -> tuple[bool, ...]:
        """What is there at so many misses: where two flows say the same here, nobody can tell them apart by it."""
        after = (self.form_control_after, self.person_after, self.hand_off_after)
        return (*(misses >= one for one in after), misses == self.explain_after)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A complete, checked flow. Slots are asked in their order: required ones first, then optional."""

    name: str
    version: int
    languages: tuple[str, ...]
    slots: tuple[Slot, ...]
    help: Help
    _by_name: Mapping[str, Slot] = field(repr=False)
    _canonical: str = field(repr=False)

    @classmethod
    def from_definition(cls, mapping: Mapping[str, Any]) -> "Flow":
        """Check a definition and build the flow. Raises `FlowInvalid` with the path of the fault."""
        # Imported here because the reader builds the classes above.
        from apps.onboarding.flows.reading import read_flow

        return read_flow(mapping)

    @property
    def definition(self) -> dict[str, Any]:
        """Exactly what is stored as an immutable version. A fresh copy each time."""
        return json.loads(self._canonical)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self._canonical.encode()).hexdigest()

    @property
    def default_language(self) -> str:
        return self.languages[0]

    def language(self, language: str | None) -> str:
        """The nearest language that this flow has wording for."""
        wanted = (language or "").replace("_", "-").lower()
        for known in self.languages:
            if wanted == known.lower() or wanted.split("-")[0] == known.lower():
                return known
        return self.languages[0]

    def slot(self, name: str) -> Slot:
        """The slot of that name. Raises `KeyError`."""
        return self._by_name[name]

    def has_slot(self, name: object) -> bool:
        return isinstance(name, str) and name in self._by_name
