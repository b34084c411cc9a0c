"""Recognises the universal commands in English, Hindi and Hindi in Latin letters."""

import re
from functools import lru_cache
from typing import Any

from apps.onboarding.flows.commands import (
    Back,
    Cancel,
    Command,
    Explain,
    HandOff,
    MoreQuestions,
    Propose,
    Repeat,
    Skip,
)
from apps.onboarding.flows.grammar.folding import fold
from apps.onboarding.flows.grammar.tokens import words_of
from apps.onboarding.flows.words.command_patterns import PATTERNS, POLITE_AFTER, POLITE_BEFORE

_COMMANDS: dict[str, Command] = {
    "skip": Skip(),
    "back": Back(),
    "repeat": Repeat(),
    "explain": Explain(),
    "cancel": Cancel(),
    "hand_off": HandOff(),
    "propose": Propose(),
    "more_questions": MoreQuestions(),
}
_LONGEST = 14
"""Commands are short; a longer utterance (in words) is an answer."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Any, Command], ...]:
    return tuple(
        (re.compile(fold("|".join(f"(?:{pattern})" for pattern in PATTERNS[name]))), command)
        for name, command in _COMMANDS.items()
    )


@lru_cache(maxsize=1)
def _polite() -> tuple[Any, Any]:
    before = re.compile(fold(rf"(?:{POLITE_BEFORE}) "))
    after = re.compile(fold(rf" (?:{POLITE_AFTER})$"))
    return before, after


def spoken(text: str) -> str:
    """The words of a text, folded, one space apart."""
    return " ".join(words_of(text))


def _forms(said: str) -> list[str]:
    """The utterance with more and more polite words taken off: behind it first, then one before it."""
    before, after = _polite()
    forms: list[str] = []
    for _ in range(6):
        forms.append(said)
        shorter = said
        for _ in range(3):
            tail = after.search(shorter)
            if tail is None:
                break
            shorter = shorter[: tail.start()]
            forms.append(shorter)
        lead = before.match(said)
        if lead is None:
            break
        said = said[lead.end() :]
    return forms


def recognise(text: str, language: str) -> Command | None:
    """The universal command that an utterance is as a whole, or None. Both languages are always heard."""
    del language  # people mix them
    said = spoken(text)
    if not said or said.count(" ") >= _LONGEST:
        return None
    for form in _forms(said):
        for pattern, command in _patterns():
            if form and pattern.fullmatch(form):
                return command
    return None
