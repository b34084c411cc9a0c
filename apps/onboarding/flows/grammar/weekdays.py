"""Days of the week: "Monday to Saturday", "all days except Sunday", "weekdays", "रविवार बंद"."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from functools import lru_cache
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.matching import find_phrases
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.grammar.tokens import words_of
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import days as words
from apps.onboarding.flows.words import fillers, listed

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"weekdays": DAYS[:5], "weekend": DAYS[5:], "all": DAYS}
_OFF = frozenset({"except", "off"})
_DOUBT = frozenset(
    listed(
        """
    alternate alternately or ya या maybe perhaps sometimes 1 2 3 4 5 first second third fourth last odd
    even kabhi शायद shayad half only_ except_
    """
    )
)


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for key, texts in words.PHRASES.items():
        for text in texts:
            found[words_of(text)] = key
    return found


def _sequence(text: str, language: str) -> tuple[str, ...]:
    sequence: list[str] = []
    for item in read(text, language):
        if isinstance(item, Number):
            sequence.append(f"{item.value.normalize():f}")
        elif item.kind != "symbol" or item.text in {"-", ",", "~"}:
            sequence.append(item.text)
    return tuple(sequence)


def read_days(text: str, language: str) -> tuple[list[str], bool]:
    """The days that a text names, in order of the week, and whether there is doubt about them."""
    sequence = _sequence(text, language)
    hits = find_phrases(sequence, _phrases())
    included: list[str] = []
    excluded: list[str] = []
    doubtful = any(word in _DOUBT for word in _left(sequence, hits))
    excluding = False
    last: tuple[int, str] | None = None
    run: list[str] = []
    closed_run = False  # a span or a group is complete: what follows starts anew
    for hit in hits:
        if hit.key == "open":
            excluding, last, run = False, None, []
            continue
        if hit.key in _OFF:
            if hit.key == "off" and run and not excluding:
                included = [day for day in included if day not in run]
                excluded += run
            else:
                excluding = True
            last, run = None, []
            continue
        named = list(_GROUPS.get(hit.key, (hit.key,)))
        between = sequence[last[0] : hit.start] if last is not None else ()
        spans = bool(between) and all(word in words.THROUGH for word in between) and len(named) == 1
        joined = all(word in words.THROUGH or word in fillers.AND_WORDS or word == "," for word in between)
        if last is not None and spans and last[1] in DAYS:
            named = _span(last[1], hit.key)[1:]
            run, closed_run = [*run, *named], True
        else:
            run = [*run, *named] if joined and not closed_run and last is not None else named
            closed_run = hit.key in _GROUPS
        (excluded if excluding else included).extend(named)
        last = (hit.end, hit.key)
    if excluded and not included:
        included = list(DAYS)
    days = [day for day in DAYS if day in included and day not in excluded]
    return days, doubtful


def _left(sequence: tuple[str, ...], hits: list[Any]) -> list[str]:
    covered = {index for hit in hits for index in range(hit.start, hit.end)}
    return [word for index, word in enumerate(sequence) if index not in covered]


def _span(first: str, last: str) -> list[str]:
    """All days from one to another, round the end of the week where needed."""
    start, end = DAYS.index(first), DAYS.index(last)
    length = (end - start) % 7
    return [DAYS[(start + step) % 7] for step in range(length + 1)]


class WeekdaysGrammar(Grammar):
    """The value is a non-empty list of mon ... sun in the order of the week."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        days, doubtful = read_days(text, language)
        if not days:
            guess = _by_count(text, language)
            if guess is not None:
                return self.ask(slot, [guess], language)
            return Unclear(reason=say(language, "not_days"))
        return self.ask(slot, [days], language) if doubtful else self.accept(slot, days, language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        fine = isinstance(value, list) and bool(value) and value == [day for day in DAYS if day in value]
        return None if fine else say(language, "not_days")

    def display(self, slot: Slot, value: Any, language: str) -> str:
        names = words.LABELS.get(language.split("-")[0], words.LABELS["en"])
        if list(value) == list(DAYS):
            return say(language, "every_day")
        positions = [DAYS.index(day) for day in value]
        if len(value) > 2 and positions == list(range(positions[0], positions[0] + len(positions))):
            return f"{names[positions[0]]} {say(language, 'to')} {names[positions[-1]]}"
        return ", ".join(names[position] for position in positions)

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": list(DAYS)},
            "uniqueItems": True,
            "minItems": 1,
        }

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        names = words.LABELS.get(language.split("-")[0], words.LABELS["en"])
        options = [{"value": day, "label": name} for day, name in zip(DAYS, names, strict=True)]
        return {"kind": "checkboxes", "options": options, "exclusive": []}

    def rules(self, slot: Slot) -> Rules | None:
        day = " | ".join(name.lower() for name in words.LABELS["en"])
        days = " | ".join(f"{name.lower()}s" for name in words.LABELS["en"])
        group = "weekdays | all days | every day | daily | all week | seven days a week | weekends"
        rest = "( [ all days | every day ] except | closed on ) ( <day> | <days> ) [ and ( <day> | <days> ) ]"
        body = f"[ from ] <day> ( to | through | till ) <day> | <day> ( [ and ] <day> )* | {group} | {rest}"
        return {"day": day, "days": days, "value": body}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        names = words.LABELS.get(language, words.LABELS["en"])
        lowered = [name.lower() for name in names]
        to = say(language, "to")
        found = [*lowered, *(f"{lowered[0]} {to} {day}" for day in lowered[3:]), say(language, "every_day")]
        return (
            [*found, "weekdays", "all days except sunday", "seven days a week"] if language == "en" else found
        )


def _by_count(text: str, language: str) -> list[str] | None:
    """ "six days a week" without names: the usual six are offered, not taken."""
    numbers = [item.value for item in read(text, language) if isinstance(item, Number)]
    if len(numbers) != 1 or not any(word in {"day", "days", "din", "दिन"} for word in words_of(text)):
        return None
    return {5: list(DAYS[:5]), 6: list(DAYS[:6])}.get(int(numbers[0]))
