"""One of several options, by label, synonym or a close misspelling."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import itertools
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.matching import Hit, find_close, find_phrases, is_filler, option_phrases
from apps.onboarding.flows.grammar.pieces import SEPARATOR, pieces_of
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import fillers, listed

_HEDGES = frozenset(
    listed(
        """
    or ya या maybe perhaps possibly probably except but shayad शायद if depend depends
    """
    )
)
_PASSING = fillers.NOT_WORDS | fillers.AND_WORDS | fillers.REPAIR


class ChoiceGrammar(Grammar):
    """The value is the value of an option."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        words = pieces_of(text, language)
        phrases = option_phrases(slot)
        hits = find_phrases(words, phrases)
        if not hits:
            hits = find_close(words, phrases, hits, rivals=True)
        denied = [hit for hit in hits if _denied(words, hit)]
        kept = _after_repair(words, [hit for hit in hits if hit not in denied])
        values = list(dict.fromkeys(hit.key for hit in kept))
        if not values:
            if denied:
                rest = [
                    option.value for option in slot.options if option.value not in {h.key for h in denied}
                ]
                return self.ask(slot, rest, language) if len(rest) <= 6 else _unknown(language)
            return _unknown(language)
        if len(values) > 1:
            return self.ask(slot, list(values), language)
        if self._doubtful(slot, words, hits):
            return self.ask(slot, [values[0]], language)
        return self.understood(slot, values[0], language)

    def _doubtful(self, slot: Slot, words: tuple[str, ...], hits: list[Hit]) -> bool:
        covered = {index for hit in hits for index in range(hit.start, hit.end)}
        left = [word for index, word in enumerate(words) if index not in covered]
        passing = {"but"} if any(word in fillers.NOT_WORDS for word in left) else set()
        if any(word in _HEDGES and word not in passing for word in left):
            return True
        listed = any(word in fillers.AND_WORDS or word == SEPARATOR for word in left)
        unknown = [
            word for word in left if word != SEPARATOR and word not in _PASSING and not is_filler(word, slot)
        ]
        return listed and bool(unknown) and len(unknown) <= 3

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        fine = isinstance(value, str) and slot.option(value) is not None
        return None if fine else say(language, "no_option")

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return slot.option_label(value, language)

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {"type": "string", "enum": [option.value for option in slot.options]}

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        kind = "radio" if len(slot.options) <= 5 else "select"
        return {"kind": kind, "options": option_list(slot, language)}

    def rules(self, slot: Slot) -> Rules | None:
        said = jsgf.phrases(spoken_options(slot))
        return {"option": said, "value": f"{jsgf.LEAD} [ a | an ] <option> [ please ]"} if said else None

    def sentences(self, slot: Slot, language: str) -> list[str]:
        found: list[str] = []
        for option in slot.options:
            label = slot.option_label(option.value, language)
            if language == "en":
                said = [spoken for text in (label, *option.synonyms) if (spoken := jsgf.speakable(text))]
                found += [*said, *(f"it is a {text}" for text in said[:2])]
            else:
                found += [label, *(text for text in option.synonyms if not text.isascii())]
        return found


def _unknown(language: str) -> Unclear:
    return Unclear(reason=say(language, "no_option"), code="no_option")


def _denied(words: tuple[str, ...], hit: Hit) -> bool:
    """ "not a warehouse", "warehouse nahi"."""
    at = hit.start - 1
    while at >= 0 and words[at] in {"a", "an", "the", "really", "any"}:
        at -= 1
    if at >= 0 and words[at] in fillers.NOT_WORDS:
        return True
    after = words[hit.end] if hit.end < len(words) else ""
    return after in {"nahi", "nahin", "नहीं", "mat", "मत"}


def _after_repair(words: tuple[str, ...], hits: list[Hit]) -> list[Hit]:
    """ "warehouse, no sorry, factory": the last one counts."""
    for first, second in itertools.pairwise(hits):
        between = [word for word in words[first.end : second.start] if word != SEPARATOR]
        if any(word in fillers.REPAIR for word in between) and not any(word in _HEDGES for word in between):
            return [hit for hit in hits if hit.start >= second.start]
    return hits


def option_list(slot: Slot, language: str) -> list[dict[str, Any]]:
    return [
        {"value": option.value, "label": slot.option_label(option.value, language)} for option in slot.options
    ]


def spoken_options(slot: Slot) -> list[str]:
    """Everything that can be said for the options in English."""
    return [
        text for option in slot.options for text in (slot.option_label(option.value, "en"), *option.synonyms)
    ]
