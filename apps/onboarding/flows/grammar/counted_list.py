"""Counted things: "2 lifts, 1 generator and 4 fire extinguishers"."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import itertools
from dataclasses import dataclass
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules, figure
from apps.onboarding.flows.grammar.choice import option_list, spoken_options
from apps.onboarding.flows.grammar.matching import (
    find_close,
    find_phrases,
    is_filler,
    means_nothing,
    option_phrases,
)
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.grammar.tokens import stem
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import fillers, listed

_BREAKS = frozenset({",", ";", ".", "/", "&", "+", "|", "•"}) | fillers.AND_WORDS
_HEDGES = frozenset(
    listed(
        """
    or ya या maybe perhaps except not shayad शायद few several some many lots plenty kuch कुछ kai कई pair pairs
    couple bunch dozens
        """
    )
)
_ONE = frozenset({"a", "an", "one", "single", "ek", "एक"})
_MEASURES = frozenset(
    listed(
        """
        kg kgs kilo kva kw kwh hp ton tons tonne tr litre litres liter liters ltr ml m mm cm km inch inches ft feet foot
        metre metres meter meters sq sqft volt volts v watt watts w amp amps a gb tb hour hours minute minutes day
        days year years floor floors percent rs rupees lakh
        """
    )
)
"""Behind a number these measure a thing: they are no thing of their own."""
_ONLY_AROUND = frozenset(
    listed(
        """
    x nos no number numbers of units pieces pcs each total
    """
    )
)


@dataclass
class _Part:
    """One item in the making."""

    counts: list[int]
    words: list[str]
    fraction: bool = False
    denied: bool = False
    article: bool = False
    noun_first: bool = False


class CountedListGrammar(Grammar):
    """The value is a list of {"item": option value, or the words said, "count": int}, each item once."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        if means_nothing(text):
            return self.accept(slot, [], language)
        parts, hedged = _split(slot, text, language)
        value: list[dict[str, Any]] = []
        missing: list[str] = []
        doubtful = hedged
        for part in parts:
            name = self._item(slot, part.words)
            if name is None:
                doubtful = doubtful or bool(part.counts) or bool(part.words)
                continue
            if part.denied:
                continue
            if len(part.counts) != 1 or part.fraction:
                if not part.counts and part.article:
                    part.counts.append(1)
                elif not part.counts:
                    missing.append(" ".join(part.words))
                    continue
                else:
                    return Unclear(reason=say(language, "no_items"))
            same = next((entry for entry in value if entry["item"] == name), None)
            if same is not None:
                same["count"] += part.counts[0]
                doubtful = True
                continue
            value.append({"item": name, "count": part.counts[0]})
        if missing:
            return Unclear(
                reason=say(language, "count_missing", items=", ".join(missing)), code="count_missing"
            )
        if not value:
            return Unclear(reason=say(language, "no_items"))
        return self.ask(slot, [value], language) if doubtful else self.accept(slot, value, language)

    def _item(self, slot: Slot, said: list[str]) -> str | None:
        """The option that the words name, else the words themselves where the slot is open."""
        words = tuple(stem(word) for word in said)
        phrases = option_phrases(slot)
        hits = find_phrases(words, phrases) or find_close(words, phrases, [])
        if hits:
            keys = {hit.key for hit in hits}
            return hits[0].key if len(keys) == 1 else None
        kept = [word for word in said if not is_filler(word, slot) and word not in _ONLY_AROUND]
        if (
            not slot.open_items
            or not kept
            or any(word in _MEASURES for word in kept)
            or len(kept) > 5
            or any(len(word) < 2 for word in kept)
        ):
            return None
        return " ".join(kept)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, list):
            return say(language, "no_items")
        if len(value) > slot.max_items:
            return say(language, "too_many_items", count=slot.max_items)
        seen: set[str] = set()
        for entry in value:
            if not isinstance(entry, dict) or set(entry) != {"item", "count"}:
                return say(language, "no_items")
            item, count = entry["item"], entry["count"]
            if not isinstance(item, str) or not item.strip() or len(item) > 60 or item in seen:
                return say(language, "no_items")
            if slot.option(item) is None and not slot.open_items:
                return say(language, "no_option")
            seen.add(item)
            if type(count) is not int:
                return say(language, "not_a_number")
            low, high = int(slot.minimum or 1), int(slot.maximum or count)
            if not low <= count <= high:
                return say(
                    language,
                    "out_of_range",
                    value=figure(count, language),
                    low=figure(low, language),
                    high=figure(high, language),
                )
        return None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        said = [f"{entry['count']} × {slot.option_label(entry['item'], language)}" for entry in value]
        return ", ".join(said) if said else say(language, "none")

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        item: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 60}
        if not slot.open_items:
            item = {"type": "string", "enum": [option.value for option in slot.options]}
        return {
            "type": "array",
            "maxItems": slot.max_items,
            "items": {
                "type": "object",
                "properties": {
                    "item": item,
                    "count": {
                        "type": "integer",
                        "minimum": int(slot.minimum or 1),
                        "maximum": int(slot.maximum or 0),
                    },
                },
                "required": ["item", "count"],
                "additionalProperties": False,
            },
        }

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        return {
            "kind": "counted_list",
            "options": option_list(slot, language),
            "open": slot.open_items,
            "min": slot.minimum,
            "max": slot.maximum,
            "step": 1,
            "max_items": slot.max_items,
        }

    def rules(self, slot: Slot) -> Rules | None:
        nouns = [plural for text in spoken_options(slot) for plural in (text, f"{text}s")]
        rules = jsgf.number_rules(min(int(slot.maximum or 99), 999))
        rules["noun"] = jsgf.phrases(nouns)
        rules["item"] = "( <number> | a | an ) <noun>"
        return rules | {
            "value": "[ we have | there are | there is ] <item> ( [ and ] <item> )* | none | nothing"
        }

    def sentences(self, slot: Slot, language: str) -> list[str]:
        labels = [slot.option_label(option.value, language) for option in slot.options]
        if language != "en":
            return [f"{count} {label}" for label in labels for count in (1, 2, 4)]
        said = [text for label in labels if (text := jsgf.speakable(label))]
        found = [
            f"{count} {text}{'' if count == 'one' else 's'}"
            for text in said
            for count in ("one", "two", "four")
        ]
        pairs = [f"two {one}s and one {two}" for one, two in itertools.pairwise(said)]
        return [*found, *pairs]


def _split(slot: Slot, text: str, language: str) -> tuple[list[_Part], bool]:
    """One part per thing: cut at separators and where a number follows a noun."""
    parts: list[_Part] = []
    part = _Part(counts=[], words=[])
    hedged = False
    leading = True

    def close() -> None:
        nonlocal part
        if part.counts or any(not is_filler(word) for word in part.words):
            parts.append(part)
        part = _Part(counts=[], words=[])

    for item in read(text, language):
        if isinstance(item, Number):
            named = [word for word in part.words if not is_filler(word) and word not in _ONLY_AROUND]
            if part.counts and named:
                close()
                named = []
            part.noun_first = bool(named)
            if item.value % 1:
                part.fraction = True
            part.counts.append(int(item.value))
            leading = False
            continue
        word = item.text
        if word in _BREAKS:
            close()
            leading = True
            continue
        if item.kind == "symbol":
            hedged = hedged or word in {"?", "%"}
            continue
        if word in _HEDGES:
            hedged, part.article = True, False
            continue
        if word == "no" and part.counts:  # "1 no" counts pieces, it denies nothing
            continue
        if word in {"no", "without", "nahi", "nahin", "नहीं", "zero"}:
            part.denied = True
            continue
        if word in _ONE and leading and not part.counts and not part.words:
            part.article = True
            continue
        leading = leading and is_filler(word)
        if leading:
            continue
        if part.noun_first and part.counts and not is_filler(word) and word not in _ONLY_AROUND:
            close()
        part.words.append(word)
    close()
    return [part for part in parts if part.counts or _content(slot, part.words)], hedged


def _content(slot: Slot, words: list[str]) -> list[str]:
    """Words that are neither talk nor the subject of the question."""
    return [word for word in words if not is_filler(word, slot) or (stem(word),) in option_phrases(slot)]
