"""What the flow tests share: the shipped flow, and short ways to say what a text should give."""

import datetime
from functools import lru_cache
from typing import Any

from apps.onboarding.flows import grammar
from apps.onboarding.flows.definition import Flow, Slot, load_flow

TODAY = datetime.date(2030, 3, 13)
"""A Wednesday."""


@lru_cache(maxsize=1)
def flow() -> Flow:
    return Flow.from_definition(load_flow())


def slot(name: str) -> Slot:
    return flow().slot(name)


def parse(name: str, text: str, language: str = "en", **known: Any) -> grammar.Result:
    return grammar.parse(slot(name), text, language, today=TODAY, **known)


def value_of(name: str, text: str, language: str = "en") -> Any:
    """The value that is understood; the whole result where it is not, so that a failure shows it."""
    found = parse(name, text, language)
    return found.value if isinstance(found, grammar.Understood) else found


def offered(name: str, text: str, language: str = "en") -> list[Any]:
    """The values offered for choice; nothing where the text was refused or taken."""
    found = parse(name, text, language)
    return [choice.value for choice in found.choices] if isinstance(found, grammar.Ambiguous) else []


def refused(name: str, text: str, language: str = "en") -> bool:
    return isinstance(parse(name, text, language), grammar.Unclear)
