"""Answers that are personal data: only placeholders ever reach this grammar."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from typing import Any

import regex

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import fillers

_PLACEHOLDER = regex.compile(r"\[REDACTED_([A-Z]{1,20})(?:_(\d{1,6}))?\]")
_CONTROLS = {"NAME": "text", "PHONE": "tel", "EMAIL": "email"}


def placeholders(text: str, kind: str) -> list[str]:
    """Distinct placeholders of one kind, in order."""
    return list(
        dict.fromkeys(found.group() for found in _PLACEHOLDER.finditer(text) if found.group(1) == kind)
    )


class PersonalGrammar(Grammar):
    """The value is the placeholder itself, "[REDACTED_PHONE_2]"; the vault knows what stands behind it."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        found = placeholders(text, str(slot.personal))
        if not found:
            return Unclear(reason=say(language, f"personal_missing_{slot.personal}"))
        usable = [placeholder for placeholder in found if context.facts.get(placeholder, True)]
        if not usable:
            return Unclear(reason=say(language, f"personal_invalid_{slot.personal}"), code="personal_invalid")
        if len(usable) == 1:
            return self.accept(slot, usable[0], language)
        middle = text[text.index(usable[0]) : text.index(usable[1])].lower().split()
        if any(word.strip(",.") in fillers.REPAIR for word in middle):
            return self.accept(slot, usable[-1], language)
        return self.ask(slot, list(usable), language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        fine = isinstance(value, str) and placeholders(value, str(slot.personal)) == [value]
        return None if fine else say(language, f"personal_missing_{slot.personal}")

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return str(value)

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^\[REDACTED_{slot.personal}(_[0-9]{{1,6}})?\]$"}

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        return {"kind": _CONTROLS[str(slot.personal)], "personal": slot.personal}

    def rules(self, slot: Slot) -> Rules | None:
        if slot.personal != "PHONE":
            return None
        rules = {
            "digit": "zero | oh | one | two | three | four | five | six | seven | eight | nine",
            "digits": "<digit> | double <digit> | triple <digit>",
        }
        lead = "[ it is | it's | the number is | my number is | call ] [ plus ]"
        return rules | {"value": f"{lead} <digits>+"}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        if language != "en" or slot.personal != "PHONE":
            return []
        digits = [jsgf.spoken_number(number) for number in range(10)]
        return [" ".join(digits[(start + step * 3) % 10] for step in range(10)) for start in range(10)]
