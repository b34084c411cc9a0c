"""A number with a unit of area. The unit said is the unit kept; nothing is converted or rounded."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from decimal import Decimal
from functools import lru_cache
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.amounts import read_amounts
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules, figure
from apps.onboarding.flows.grammar.folding import fold
from apps.onboarding.flows.grammar.matching import Hit, find_phrases
from apps.onboarding.flows.grammar.number import check_range
from apps.onboarding.flows.grammar.numbers import Number, whole
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.grammar.tokens import words_of
from apps.onboarding.flows.grammar.units import SPOKEN, UNITS, unit_label
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import fillers

_SAMPLES = (500, 1_200, 2_000, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 150_000, 250_000)


@lru_cache(maxsize=1)
def _unit_phrases() -> dict[tuple[str, ...], str]:
    return {tuple(words_of(name)): unit for unit, names in UNITS.items() for name in names}


@lru_cache(maxsize=1)
def _unit_words() -> frozenset[str]:
    return frozenset(word for phrase in _unit_phrases() for word in phrase) | {"feet", "foot", "ft"}


class QuantityGrammar(Grammar):
    """The value is {"value": number, "unit": unit}."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        source = fold(text).replace("sq.", "sq ").replace("m^2", "m2").replace("ft^2", "ft2")
        amounts = read_amounts(slot, _split_powers(source), language, units=_unit_words())
        units = _units_said(source)
        known = [unit.unit for unit in slot.units]
        values = amounts.values
        if amounts.negative:
            return Unclear(reason=say(language, "negative"), code="out_of_range")
        if amounts.vague:
            return Unclear(reason=say(language, "not_a_number"))
        if not values:
            return Unclear(reason=say(language, "needs_unit_and_number", example=_example(slot, language)))
        by_length = any(word in {"x", "by", "into"} for word in words_of(source)) and len(values) > 1
        if by_length or (units and units[0] not in known):
            return Unclear(reason=say(language, "unit_unknown", units=_unit_names(slot, language)))
        numbers = amounts.numbers
        candidates = (
            [whole(value) for value in _shared_scale(numbers)] if len(values) > 1 else [whole(values[0])]
        )
        if not units:
            pairs = [{"value": value, "unit": unit} for value in candidates for unit in known[:2]]
            return self.ask(slot, pairs, language, "which_one")
        pairs = [{"value": value, "unit": unit} for value in candidates for unit in units]
        if len(pairs) > 1 or amounts.doubtful:
            return self.ask(slot, pairs, language)
        return self.accept(slot, pairs[0], language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, dict) or set(value) != {"value", "unit"}:
            return say(language, "needs_unit_and_number", example=_example(slot, language))
        unit = next((known for known in slot.units if known.unit == value["unit"]), None)
        if unit is None:
            return say(language, "unit_unknown", units=_unit_names(slot, language))
        number = value["value"]
        if isinstance(number, bool) or not isinstance(number, int | float) or number != number:
            return say(language, "not_a_number")
        return check_range(number, unit.minimum, unit.maximum, slot.decimals, language)

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return f"{figure(value['value'], language)} {unit_label(value['unit'], language)}"

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {
                        "value": {"type": "number", "minimum": unit.minimum, "maximum": unit.maximum},
                        "unit": {"const": unit.unit},
                    },
                    "required": ["value", "unit"],
                    "additionalProperties": False,
                }
                for unit in slot.units
            ]
        }

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        step = float(Decimal(1).scaleb(-slot.decimals)) if slot.decimals else 1
        units = [
            {
                "value": unit.unit,
                "label": unit_label(unit.unit, language),
                "min": unit.minimum,
                "max": unit.maximum,
            }
            for unit in slot.units
        ]
        return {"kind": "quantity", "step": step, "units": units, "unit": slot.units[0].unit}

    def rules(self, slot: Slot) -> Rules | None:
        rules = jsgf.number_rules(999_999)
        rules["unit"] = jsgf.phrases(name for unit in slot.units for name in SPOKEN[unit.unit])
        return rules | {"value": f"{jsgf.NUMBER_LEAD} <number> [ point <digit> ] [ <unit> ]"}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        found: list[str] = []
        for unit in slot.units:
            for value in _SAMPLES:
                if not unit.minimum <= value <= unit.maximum:
                    continue
                if language == "en":
                    found.append(f"{jsgf.spoken_number(value)} {SPOKEN[unit.unit][0]}")
                else:
                    found.append(self.display(slot, {"value": value, "unit": unit.unit}, language))
        return found


def _split_powers(source: str) -> str:
    """ "m2" and "ft2" carry a digit that is no amount."""
    return source.replace("m2", "sqm").replace("ft2", "sqft").replace("m 2", "sqm")


def _units_said(source: str) -> list[str]:
    """Distinct units in order of mention."""
    hits: list[Hit] = find_phrases(words_of(_split_powers(source)), _unit_phrases())
    units: list[str] = []
    for hit in hits:
        if hit.key not in units:
            units.append(hit.key)
    return units


def _shared_scale(numbers: tuple[Number, ...]) -> list[Decimal]:
    """The values of several numbers; "2 to 3 lakh" gives the first the scale of the second."""
    values: list[Decimal] = []
    last = numbers[-1]
    for number in numbers:
        value = number.value
        if number.scale == 1 and last.scale >= 1_000 and value < last.value / last.scale:
            value *= last.scale
        if value not in values:
            values.append(value)
    return values


def unit_in(text: str) -> str | None:
    """The only unit that a short answer names, for choosing between two readings."""
    units = _units_said(fold(text).replace("sq.", "sq "))
    if len(units) == 1:
        return units[0]
    words = set(words_of(text)) - fillers.FILLERS
    if not words:
        return None
    if words <= {"feet", "foot", "ft", "फुट", "फीट"}:
        return "sq_ft"
    return "sq_m" if words <= {"meter", "meters", "metre", "metres", "m", "मीटर"} else None


def _unit_names(slot: Slot, language: str) -> str:
    return ", ".join(unit_label(unit.unit, language) for unit in slot.units)


def _example(slot: Slot, language: str) -> str:
    return f"{figure(25_000, language)} {unit_label(slot.units[0].unit, language)}"
