"""Reads an answer to a question back: which of the offered readings was meant."""

from typing import Any

from apps.onboarding.flows import grammar
from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.matching import is_filler
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.quantity import unit_in
from apps.onboarding.flows.grammar.results import Choice
from apps.onboarding.flows.grammar.tokens import stems, words_of
from apps.onboarding.flows.grammar.yes_no import read_yes_no

_POSITIONS = {
    "first": 0, "1st": 0, "former": 0, "pehla": 0, "pahla": 0, "pehle": 0, "पहला": 0, "पहले": 0, "पहली": 0,
    "second": 1, "2nd": 1, "latter": 1, "doosra": 1, "dusra": 1, "दूसरा": 1, "दूसरे": 1, "दूसरी": 1,
    "third": 2, "3rd": 2, "teesra": 2, "tisra": 2, "तीसरा": 2, "तीसरी": 2, "fourth": 3, "4th": 3, "fifth": 4,
    "sixth": 5,
}  # fmt: skip
_OPTION_WORDS = frozenset(["option", "number", "choice", "no", "wala", "wali", "one"])
_DIGITS = {"1": 0, "one": 0, "2": 1, "two": 1, "3": 2, "three": 2, "4": 3, "four": 3, "a": 0, "b": 1, "c": 2}
NONE_OF_THEM = object()
"""The person said no to the only reading."""


def resolve(slot: Slot, choices: tuple[Choice, ...], text: str, language: str) -> Any:
    """The chosen `Choice`, `NONE_OF_THEM`, or None where the text does not choose."""
    if not choices:
        return None
    single = _yes_or_no(slot, choices, text)
    if single is not None:
        return single
    placed = _by_position(choices, text)
    if placed is not None:
        return placed
    unit = unit_in(text) if slot.type == "quantity" else None
    if unit is not None and not any(character.isdigit() for character in text):
        fitting = [choice for choice in choices if choice.value.get("unit") == unit]
        return fitting[0] if len(fitting) == 1 else None
    found = grammar.parse(slot, text, language)
    if isinstance(found, grammar.Understood):
        return next((choice for choice in choices if choice.value == found.value), None)
    return _by_words(choices, text)


def _yes_or_no(slot: Slot, choices: tuple[Choice, ...], text: str) -> Any:
    if len(choices) != 1 or slot.type == "yes_no":
        return None
    content = [word for word in words_of(text) if not is_filler(word)]
    if len(content) > 2 or any(isinstance(item, Number) for item in read(text)):
        return None
    answer = read_yes_no(text)
    if answer is None:
        return None
    return choices[0] if answer else NONE_OF_THEM


def _by_position(choices: tuple[Choice, ...], text: str) -> Choice | None:
    """ "the second one", "option 2"."""
    words = [
        word
        for word in words_of(text)
        if word not in {"the", "please", "is", "it's", "that", "i", "mean", "meant"}
    ]
    if "last" in words and len(words) <= 2:
        return choices[-1]
    places = [_POSITIONS[word] for word in words if word in _POSITIONS]
    if not places and len(words) == 2 and words[0] in {"option", "choice"}:
        places = [_DIGITS[words[1]]] if words[1] in _DIGITS else []
    if len(places) != 1 or places[0] >= len(choices):
        return None
    rest = [
        word for word in words if word not in _POSITIONS and word not in _OPTION_WORDS and word not in _DIGITS
    ]
    return choices[places[0]] if not [word for word in rest if not is_filler(word)] else None


def _by_words(choices: tuple[Choice, ...], text: str) -> Choice | None:
    """The only choice whose label has all the words that were said."""
    said = {word for word in stems(text) if not is_filler(word)}
    if not said:
        return None
    fitting = [choice for choice in choices if said <= set(stems(choice.label))]
    return fitting[0] if len(fitting) == 1 else None
