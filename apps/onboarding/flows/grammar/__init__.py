"""From one slot: text to value, speech grammar, sample sentences, JSON schema, form control, read-back.

Nothing is guessed in silence: a text has exactly one plausible reading (`Understood`), a few
(`Ambiguous`), or none (`Unclear`).
"""

import datetime
from collections.abc import Mapping
from typing import Any

from apps.onboarding.flows import special_values
from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, utc_today
from apps.onboarding.flows.grammar.choice import ChoiceGrammar
from apps.onboarding.flows.grammar.counted_list import CountedListGrammar
from apps.onboarding.flows.grammar.date import DateGrammar
from apps.onboarding.flows.grammar.duration import DurationGrammar
from apps.onboarding.flows.grammar.folding import MAX_TEXT
from apps.onboarding.flows.grammar.multi_choice import MultiChoiceGrammar
from apps.onboarding.flows.grammar.number import NumberGrammar
from apps.onboarding.flows.grammar.number_range import NumberRangeGrammar
from apps.onboarding.flows.grammar.personal import PersonalGrammar
from apps.onboarding.flows.grammar.quantity import QuantityGrammar
from apps.onboarding.flows.grammar.results import (
    Ambiguous,
    Choice,
    PersonalSpan,
    Result,
    Unclear,
    Understood,
)
from apps.onboarding.flows.grammar.text import TextGrammar
from apps.onboarding.flows.grammar.time_range import TimeRangeGrammar
from apps.onboarding.flows.grammar.weekdays import WeekdaysGrammar
from apps.onboarding.flows.grammar.yes_no import YesNoGrammar
from apps.onboarding.flows.wording import say

__all__ = [
    "Ambiguous",
    "Choice",
    "PersonalSpan",
    "Result",
    "Unclear",
    "Understood",
    "check",
    "display",
    "form_control",
    "json_schema",
    "parse",
    "personal_spans",
    "sentences",
    "speech_grammar",
]

_NUMBER = NumberGrammar()
_GRAMMARS: dict[str, Grammar] = {
    "text": TextGrammar(),
    "yes_no": YesNoGrammar(),
    "choice": ChoiceGrammar(),
    "multi_choice": MultiChoiceGrammar(),
    "integer": _NUMBER,
    "number": _NUMBER,
    "number_range": NumberRangeGrammar(),
    "quantity": QuantityGrammar(),
    "time_range": TimeRangeGrammar(),
    "duration": DurationGrammar(),
    "date": DateGrammar(),
    "weekdays": WeekdaysGrammar(),
    "counted_list": CountedListGrammar(),
    "personal": PersonalGrammar(),
}


def parse(
    slot: Slot,
    text: str,
    language: str,
    *,
    facts: Mapping[str, bool] | None = None,
    today: datetime.date | None = None,
) -> Result:
    """What an answer says. Never raises.

    `facts` tells which placeholders of personal data are usable; `today` (default: the day in UTC) is
    what "tomorrow" counts from.
    """
    if len(text) > MAX_TEXT:
        return Unclear(reason=say(language, "too_long"), code="too_long")
    if not text.strip():
        return Unclear(reason=say(language, "empty"), code="empty")
    context = Context(today=today or utc_today(), facts=facts or {})
    return _GRAMMARS[slot.type].parse(slot, text, language, context)


def check(slot: Slot, value: Any, language: str) -> str | None:
    """None if a value is canonical, well typed and in range; else a sentence about the fault."""
    return _GRAMMARS[slot.type].check(slot, value, language)


def display(slot: Slot, value: Any, language: str) -> str:
    """A valid value as a person would write it."""
    return _GRAMMARS[slot.type].display(slot, value, language)


def speech_grammar(slot: Slot, language: str) -> str | None:
    """A JSGF grammar of all answers and universal commands; None where only dictation can hear them.

    The acoustic model is English: other languages give None.
    """
    if not language.lower().startswith("en"):
        return None
    rules = _GRAMMARS[slot.type].rules(slot)
    return None if rules is None else jsgf.document(slot.name, rules)


def sentences(slot: Slot, language: str) -> tuple[str, ...]:
    """Typical answers, for a domain language model."""
    base = language.split("-")[0].lower()
    return tuple(dict.fromkeys(_GRAMMARS[slot.type].sentences(slot, base)))


def json_schema(slot: Slot) -> dict[str, Any]:
    """JSON Schema 2020-12 of the canonical value, the form in which a model must answer."""
    return _GRAMMARS[slot.type].json_schema(slot)


def form_control(slot: Slot, language: str) -> dict[str, Any]:
    """A plain form control as JSON. What it submits is the canonical value."""
    wording = slot.wording(language)
    common = {"name": slot.name, "label": wording.form_label, "required": slot.tier == "required"}
    return common | _GRAMMARS[slot.type].form_control(slot, language)


def personal_spans(slot: Slot, text: str, language: str, *, region: str = "IN") -> tuple[PersonalSpan, ...]:
    """Where the personal values stand in a raw answer to a personal question, words around them left out.

    A command ("skip", "go back") has none. Runs at the door, before anything is stored.
    """
    if (
        slot.personal is None
        or not text.strip()
        or len(text) > MAX_TEXT
        or text.strip() in special_values.ALL
    ):
        return ()
    # Imported here: commands stand above the grammars, and only personal questions ask about them.
    from apps.onboarding.flows import command_phrases
    from apps.onboarding.flows.grammar import personal_email, personal_name, personal_phone

    if command_phrases.recognise(text, language) is not None:
        return ()
    if slot.personal == "PHONE":
        return personal_phone.find_phones(text, region)
    return personal_email.find_emails(text) if slot.personal == "EMAIL" else personal_name.find_names(text)
