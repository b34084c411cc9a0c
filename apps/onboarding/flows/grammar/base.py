"""What every slot type gives."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.results import Ambiguous, Choice, Result, Unclear, Understood
from apps.onboarding.flows.wording import say

Rules = dict[str, str]
"""JSGF rules, name to right-hand side. The one named "value" is the answer."""


def utc_today() -> datetime.date:
    return datetime.datetime.now(tz=datetime.UTC).date()


@dataclass(frozen=True, slots=True)
class Context:
    """What an utterance is read against: the day it was said and what is known of its placeholders."""

    today: datetime.date = field(default_factory=utc_today)
    facts: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))


class Grammar(ABC):
    """One slot type. Grammars hold no state; all knowledge is in the slot."""

    @abstractmethod
    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        """What the text says. Never raises."""

    @abstractmethod
    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        """None if the value is canonical and in range, else a sentence about the fault."""

    @abstractmethod
    def display(self, slot: Slot, value: Any, language: str) -> str:
        """A checked value as a person would write it; `parse` of it gives the value again."""

    @abstractmethod
    def json_schema(self, slot: Slot) -> dict[str, Any]:
        """JSON Schema 2020-12 of the canonical value."""

    @abstractmethod
    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        """The fields of a plain form control; it submits the canonical value."""

    def rules(self, slot: Slot) -> Rules | None:
        """JSGF rules for English speech; None where only dictation can hear the answer."""
        return None

    @abstractmethod
    def sentences(self, slot: Slot, language: str) -> list[str]:
        """Typical answers, for a domain language model."""

    def understood(self, slot: Slot, value: Any, language: str) -> Understood:
        return Understood(value=value, spoken_back=self.display(slot, value, language))

    def ask(self, slot: Slot, values: list[Any], language: str, reason: str = "which_one") -> Result:
        """The values that pass `check` as choices; the first fault where none does."""
        choices: list[Choice] = []
        fault: str | None = None
        for value in values:
            problem = self.check(slot, value, language)
            if problem is None:
                choice = Choice(value=value, label=self.display(slot, value, language))
                if choice not in choices:
                    choices.append(choice)
            else:
                fault = fault or problem
        if not choices:
            return Unclear(reason=fault or say(language, "not_understood"), code="out_of_range")
        sentence = (
            say(language, "did_you_mean", value=choices[0].label)
            if len(choices) == 1
            else say(language, reason)
        )
        return Ambiguous(choices=tuple(choices[:6]), reason=sentence)

    def accept(self, slot: Slot, value: Any, language: str) -> Result:
        """Understood if the value passes `check`, else Unclear with the fault."""
        problem = self.check(slot, value, language)
        if problem is not None:
            return Unclear(reason=problem, code="out_of_range")
        return self.understood(slot, value, language)


def figure(value: float, language: str) -> str:
    """A number for people: 150,000; in Hindi with the Indian grouping 1,50,000."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
    if not language.startswith("hi"):
        return text
    whole_part, dot, rest = text.replace(",", "").partition(".")
    sign, digits = ("-", whole_part[1:]) if whole_part.startswith("-") else ("", whole_part)
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return sign + ",".join([*groups, tail]) + dot + rest
