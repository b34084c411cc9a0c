"""A number or a range of numbers: both ends are kept, never averaged."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import itertools
from decimal import Decimal
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.amounts import Amounts, joined_value, read_amounts
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules, figure
from apps.onboarding.flows.grammar.matching import means_nothing
from apps.onboarding.flows.grammar.number import check_range, sample_values
from apps.onboarding.flows.grammar.numbers import Number, whole
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.grammar.tokens import words_of
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import fillers, listed

_OTHER_PERIODS = frozenset(
    listed(
        """
    week weekly weeks month monthly months year yearly annum annually hour hourly hours shift minute
    hafte hafta mahine mahina ghante ghanta saal हफ्ते हफ्ता महीने महीना घंटे घंटा साल सप्ताह वीक
    """
    )
)
_BETWEEN = frozenset({"between", "from", "बीच", "beech"})
_DAILY = frozenset({"per", "each", "every", "a", "day", "daily", "har", "prati", "हर", "प्रति", "रोज"})


class NumberRangeGrammar(Grammar):
    """The value is {"low": int, "high": int}; a single number has both ends equal."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        words = words_of(text)
        if any(word in _OTHER_PERIODS for word in words):
            return Unclear(reason=say(language, "wrong_period", wanted=say(language, "per_day")))
        amounts = read_amounts(slot, text, language, units=_DAILY)
        numbers = amounts.numbers
        if amounts.negative:
            return Unclear(reason=say(language, "negative"), code="out_of_range")
        if amounts.vague:
            return Unclear(reason=say(language, "not_a_number"))
        if not numbers:
            if means_nothing(text, slot) and (slot.minimum or 0) <= 0:
                return self.accept(slot, {"low": 0, "high": 0}, language)
            return Unclear(reason=say(language, "not_a_number"))
        if len(amounts.values) == 1:
            return self._one(slot, text, amounts, language)
        if len(numbers) == 2:
            return self._two(slot, amounts, language)
        singles = [{"low": whole(value), "high": whole(value)} for value in amounts.values]
        return self.ask(slot, singles, language, "which_number")

    def _one(self, slot: Slot, text: str, amounts: Amounts, language: str) -> Result:
        value = whole(amounts.values[0])
        joined = f" {' '.join(words_of(text))} "
        below = any(f" {phrase} " in joined for phrase in fillers.LESS_THAN)
        above = any(f" {phrase} " in joined for phrase in fillers.MORE_THAN)
        negated = " not more than " in joined or " no more than " in joined
        if below and (not above or negated):
            low = whole(Decimal(str(slot.minimum or 0)))
            return self.accept(slot, {"low": low, "high": value}, language)
        if above:
            example = f"{figure(value, language)}-{figure(value * 2, language)}"
            return Unclear(reason=say(language, "open_range", example=example), code="open_range")
        single = {"low": value, "high": value}
        return self.ask(slot, [single], language) if amounts.doubtful else self.accept(slot, single, language)

    def _two(self, slot: Slot, amounts: Amounts, language: str) -> Result:
        first, second = amounts.numbers
        low, high = first.value, second.value
        if first.scale == 1 and second.scale >= 100 and low < second.value / second.scale:
            low *= second.scale
        pair = {"low": whole(low), "high": whole(high)}
        between = [item.text for item in amounts.items if not isinstance(item, Number)]
        middle = _middle(amounts)
        if low > high:
            if middle and all(word in fillers.TO_WORDS for word in middle):
                return Unclear(reason=say(language, "range_backwards"))
            return self._singles(slot, amounts, language)
        ranged = bool(middle) and all(
            word in fillers.TO_WORDS or word in fillers.APPROXIMATE or word in {"a", "to"} for word in middle
        )
        if not ranged and any(word in _BETWEEN for word in between):
            ranged = bool(middle) and all(
                word in fillers.AND_WORDS or word in fillers.TO_WORDS for word in middle
            )
        if ranged:
            return self.ask(slot, [pair], language) if amounts.doubtful else self.accept(slot, pair, language)
        joined = joined_value(amounts.numbers)
        if joined is not None:
            return self.ask(slot, [{"low": whole(joined), "high": whole(joined)}, pair], language)
        singles = [{"low": whole(value), "high": whole(value)} for value in amounts.values]
        return self.ask(slot, [pair, *singles], language)

    def _singles(self, slot: Slot, amounts: Amounts, language: str) -> Result:
        singles = [{"low": whole(value), "high": whole(value)} for value in amounts.values]
        return self.ask(slot, singles, language, "which_number")

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, dict) or set(value) != {"low", "high"}:
            return say(language, "not_a_number")
        for end in (value["low"], value["high"]):
            if isinstance(end, bool) or not isinstance(end, int | float) or end != end:
                return say(language, "not_a_number")
            fault = check_range(end, slot.minimum, slot.maximum, slot.decimals, language)
            if fault is not None:
                return fault
        return say(language, "range_backwards") if value["low"] > value["high"] else None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        low, high = figure(value["low"], language), figure(value["high"], language)
        return low if low == high else f"{low}-{high}"

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        end = {
            "type": "integer" if slot.decimals == 0 else "number",
            "minimum": slot.minimum,
            "maximum": slot.maximum,
        }
        return {
            "type": "object",
            "properties": {"low": dict(end), "high": dict(end)},
            "required": ["low", "high"],
            "additionalProperties": False,
        }

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        return {"kind": "number_range", "min": slot.minimum, "max": slot.maximum, "step": 1}

    def rules(self, slot: Slot) -> Rules | None:
        rules = jsgf.number_rules(int(slot.maximum or 0), zero=(slot.minimum or 0) <= 0)
        noun = jsgf.optional(jsgf.phrases(slot.wording("en").counted))
        after = f"{noun} [ per day | a day | every day | daily ]"
        body = f"( <number> [ to <number> ] | from <number> to <number> | between <number> and <number> ) {after}"
        return rules | {"value": f"{jsgf.NUMBER_LEAD} {body}"}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        values = sample_values(slot.minimum or 0, slot.maximum or 100)
        noun = next(iter(slot.wording(language).counted), slot.wording(language).label)
        if language != "en":
            return [f"{low} {say(language, 'to')} {high} {noun}" for low, high in itertools.pairwise(values)]
        spoken = [jsgf.spoken_number(value) for value in values]
        pairs = list(itertools.pairwise(spoken))
        return [
            *spoken,
            *(f"{low} to {high}" for low, high in pairs),
            *(f"between {low} and {high} {noun}" for low, high in pairs),
            *(f"{low} {noun} per day" for low in spoken),
        ]


def _middle(amounts: Amounts) -> list[str]:
    """The words between the two numbers."""
    first, second = amounts.numbers
    places = [index for index, item in enumerate(amounts.items) if item in (first, second)]
    return [item.text for item in amounts.items[places[0] + 1 : places[-1]]]
