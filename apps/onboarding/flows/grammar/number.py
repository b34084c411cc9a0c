"""Whole numbers and decimals within a range."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from decimal import Decimal
from typing import Any

import regex

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.amounts import joined_value, read_amounts
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules, figure
from apps.onboarding.flows.grammar.folding import fold
from apps.onboarding.flows.grammar.matching import means_nothing
from apps.onboarding.flows.grammar.numbers import Number, read, whole
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say

_GROUND_PLUS = regex.compile(
    r"\b(?:g|gf|ground(?: floor)?|bhutal|भूतल|ग्राउंड(?: फ्लोर)?)\s?(?:\+|plus|and|aur|और)\s?(.{1,20})$"
)
_BASEMENT = regex.compile(r"basement|तहखान|बेसमेंट|tahkhan|\bb\s?\+")
_ONE_STOREY = frozenset(
    [
        "ground floor",
        "ground floor only",
        "only ground floor",
        "just the ground floor",
        "just ground floor",
        "single storey",
        "single story",
        "single floor",
        "one storey",
        "single storeyed",
        "only the ground floor",
        "ground only",
        "ek manzil",
        "ek manzila",
        "एक मंजिला",
        "सिर्फ भूतल",
        "केवल भूतल",
        "भूतल",
        "ground level only",
        "single level",
        "just one floor",
    ]
)
_STOREYED = {"double stor": 2, "triple stor": 3, "double floor": 2, "triple floor": 3, "duplex": 2}


class NumberGrammar(Grammar):
    """`integer` keeps whole numbers only; `number` keeps as many decimals as the slot declares."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        storeys = _storeys(text, language) if slot.ground_plus else None
        if storeys is not None and _BASEMENT.search(fold(text)):
            return self.ask(slot, [storeys, storeys + 1], language)
        if storeys is not None:
            return self.accept(slot, storeys, language)
        amounts = read_amounts(slot, text, language)
        values = amounts.values
        if amounts.negative:
            return Unclear(reason=say(language, "negative"), code="out_of_range")
        if amounts.vague:
            return Unclear(reason=say(language, "not_a_number"))
        if not values:
            if means_nothing(text, slot) and (slot.minimum or 0) <= 0:
                return self.accept(slot, 0, language)
            return Unclear(reason=say(language, "not_a_number"))
        if len(values) > 1:
            joined = joined_value(amounts.numbers)
            rivals = values if joined is None else [joined]
            return self.ask(slot, [whole(value) for value in rivals], language, "which_number")
        value = whole(values[0])
        if not amounts.doubtful:
            return self.accept(slot, value, language)
        return self.ask(slot, [value], language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            return say(language, "not_a_number")
        return check_range(value, slot.minimum, slot.maximum, slot.decimals, language)

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return figure(value, language)

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        kind = "integer" if slot.decimals == 0 else "number"
        schema: dict[str, Any] = {"type": kind, "minimum": slot.minimum, "maximum": slot.maximum}
        if slot.decimals:
            schema["multipleOf"] = float(Decimal(1).scaleb(-slot.decimals))
        return schema

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        step = float(Decimal(1).scaleb(-slot.decimals)) if slot.decimals else 1
        return {"kind": "number", "min": slot.minimum, "max": slot.maximum, "step": step}

    def rules(self, slot: Slot) -> Rules | None:
        rules = jsgf.number_rules(int(slot.maximum or 0), zero=(slot.minimum or 0) <= 0)
        after = jsgf.optional(jsgf.phrases(_counted(slot)))
        return rules | {"value": f"{jsgf.NUMBER_LEAD} <number> {after}"}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        nouns = _counted(slot, language) or [slot.wording(language).label]
        found: list[str] = []
        for value in sample_values(slot.minimum or 0, slot.maximum or 100):
            word = jsgf.spoken_number(value) if language == "en" else figure(value, language)
            found += [word, f"{word} {nouns[0]}"]
        return found


def _counted(slot: Slot, language: str = "en") -> list[str]:
    """The nouns that are counted: floors, storeys."""
    return list(slot.wording(language).counted)


def _storeys(text: str, language: str) -> int | None:
    """ "G+4" is five storeys, "ground floor only" one, "double storey" two."""
    folded = " ".join(fold(text).strip(" .!,").split())
    if folded in _ONE_STOREY:
        return 1
    for word, count in _STOREYED.items():
        if word in folded and len(folded) <= len(word) + 24:
            return count
    found = _GROUND_PLUS.search(folded)
    if found is None:
        return None
    items = read(found.group(1), language)
    rest = [item.text for item in items[1:] if not isinstance(item, Number)]
    if not items or not isinstance(items[0], Number) or items[0].value != items[0].value.to_integral_value():
        return None
    known = {
        "floor",
        "floors",
        "upper",
        "more",
        "storeys",
        "storey",
        "manzil",
        "मंजिल",
        ".",
        "structure",
        "building",
    }
    return int(items[0].value) + 1 if all(word in known for word in rest) else None


def check_range(
    value: float, minimum: float | None, maximum: float | None, decimals: int, language: str
) -> str | None:
    """The fault of a number: a fraction that would need rounding, or out of range; else None."""
    exact = Decimal(str(value))
    if not exact.is_finite():
        return say(language, "not_a_number")
    if exact != exact.quantize(Decimal(1)) if decimals == 0 and abs(exact) < 10**15 else False:
        return say(language, "number_needed_whole", value=figure(value, language))
    exponent = exact.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals:
        return say(language, "number_too_precise", value=figure(value, language))
    low = value if minimum is None else minimum
    high = value if maximum is None else maximum
    if not low <= value <= high:
        shown = figure(value, language)
        return say(
            language, "out_of_range", value=shown, low=figure(low, language), high=figure(high, language)
        )
    return None


def sample_values(minimum: float, maximum: float) -> list[int]:
    """A few round values of a range, for sentences."""
    wanted = (
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        8,
        10,
        12,
        15,
        20,
        25,
        30,
        40,
        50,
        75,
        100,
        150,
        200,
        500,
        1_000,
        5_000,
        10_000,
    )
    return [value for value in wanted if minimum <= value <= maximum]
