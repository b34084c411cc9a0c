"""Opening and closing times: "9 to 6", "0600 hrs to 1800 hrs", "subah 9 baje se raat 8 baje", "24x7"."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from functools import lru_cache
from typing import Any

import regex

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.clock_times import MINUTES_A_DAY, ClockReader, ClockTime
from apps.onboarding.flows.grammar.matching import find_phrases, is_filler, plain_words
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.grammar.weekdays import read_days
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import clock, fillers, listed

_CLOCK = regex.compile(r"^(?:[01]\d|2[0-3]):[0-5]\d$")
_DOUBT = frozenset(
    listed(
        """
    or ya या maybe perhaps except but sometimes depends shayad शायद lunch break not nahi नहीं
    """
    )
)
ALL_DAY = {"from": "00:00", "to": "24:00"}


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@lru_cache(maxsize=1)
def _round_the_clock() -> dict[tuple[str, ...], str]:
    return {plain_words(phrase): "all" for phrase in clock.ROUND_THE_CLOCK}


def around_the_clock(text: str) -> bool:
    """Whether a text says 24x7 in any of its forms."""
    folded = text.lower().replace("*", "x").replace("/", " ").replace("×", "x")
    words = plain_words(folded)
    hits = find_phrases(words, _round_the_clock())
    if not hits:
        return False
    covered = {index for hit in hits for index in range(hit.start, hit.end)}
    left = [word for index, word in enumerate(words) if index not in covered]
    return not any(word in _DOUBT or word[0].isdigit() for word in left)


class TimeRangeGrammar(Grammar):
    """The value is {"from": "HH:MM", "to": "HH:MM"}; round the clock is 00:00 to 24:00.

    A range that ends before it begins runs over midnight. `plausible` of the slot says which readings
    of "9 to 6" are reasonable: `opens` (earliest and latest start) and `hours` (shortest and longest).
    """

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        if around_the_clock(text):
            return self.understood(slot, dict(ALL_DAY), language)
        items = read(text, language)
        times = ClockReader(items).times()
        if not times:
            return Unclear(reason=say(language, "not_a_time"))
        if len(times) == 1:
            return Unclear(reason=say(language, "one_time_only"))
        if len(times) > 2:
            return self._several(slot, times, language)
        pairs = self._plausible(slot, times[0], times[1])
        values = [_value(start, end) for start, end in pairs]
        if any(value is None for value in values):
            return self.ask(slot, [dict(ALL_DAY)], language)
        if len(values) == 1 and not _doubtful(slot, items, times) and not self._odd(slot, times, pairs[0]):
            return self.accept(slot, values[0], language)
        return self.ask(slot, list(values), language)

    def _several(self, slot: Slot, times: list[ClockTime], language: str) -> Result:
        """More than one period ("9 to 6, Saturday 10 to 2"): each is offered; the notes can hold the rest."""
        if len(times) % 2:
            return Unclear(reason=say(language, "many_times"))
        values: list[Any] = []
        for first, second in zip(times[::2], times[1::2], strict=True):
            values += [value for pair in self._plausible(slot, first, second) if (value := _value(*pair))]
        if not values:
            return Unclear(reason=say(language, "many_times"))
        return self.ask(slot, values, language, "many_times")

    def _plausible(self, slot: Slot, first: ClockTime, second: ClockTime) -> list[tuple[int, int]]:
        pairs = [(start, end) for start in first.readings for end in second.readings]
        if len(pairs) == 1:
            return pairs
        shortest, longest = (int(hours * 60) for hours in slot.plausible.get("hours", (1, 16)))
        earliest, latest = (_minutes(text) for text in slot.plausible.get("opens", ("05:00", "12:00")))
        lengths = [(pair, (pair[1] - pair[0]) % MINUTES_A_DAY) for pair in pairs]
        fitting = [pair for pair, length in lengths if shortest <= length <= longest]
        usual = [pair for pair in fitting if first.explicit or earliest <= pair[0] <= latest]
        found = usual or fitting or pairs
        return sorted(found, key=lambda pair: (pair[0], (pair[1] - pair[0]) % MINUTES_A_DAY))

    def _odd(self, slot: Slot, times: list[ClockTime], pair: tuple[int, int]) -> bool:
        """A single reading that is implausible although nobody said am or pm: better asked."""
        longest = int(slot.plausible.get("hours", (1, 16))[1] * 60)
        length = (pair[1] - pair[0]) % MINUTES_A_DAY
        return length > longest and not any(time.marked for time in times)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, dict) or set(value) != {"from", "to"}:
            return say(language, "not_a_time")
        start, end = value["from"], value["to"]
        if not isinstance(start, str) or not isinstance(end, str) or not _CLOCK.match(start):
            return say(language, "not_a_time")
        if not (_CLOCK.match(end) or end == "24:00"):
            return say(language, "not_a_time")
        return say(language, "same_times") if start == end else None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        if dict(value) == ALL_DAY:
            return say(language, "around_the_clock")
        return f"{value['from']} - {value['to']}"

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "from": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
                "to": {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},
            },
            "required": ["from", "to"],
            "additionalProperties": False,
        }

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        all_day = {"value": dict(ALL_DAY), "label": say(language, "around_the_clock")}
        return {"kind": "time_range", "step": 1, "pattern": "HH:MM", "options": [all_day]}

    def rules(self, slot: Slot) -> Rules | None:
        rules = {
            "hour": "one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve",
            "minute": "thirty | fifteen | forty five",
            "military": "( [ oh | zero ] <hour> | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen "
            "| nineteen | twenty [ one | two | three ] ) hundred [ hours ]",
            "half": "a m | p m | in the morning | in the evening | in the afternoon | at night",
            "time": "( <hour> [ <minute> | o'clock ] | half past <hour> | quarter past <hour> | quarter to <hour> ) "
            "[ <half> ] | <military> | noon | midnight",
        }
        always = "twenty four seven | twenty four hours | round the clock | around the clock | day and night"
        lead = "[ from | we are open from | open from | it is open from | we open at ]"
        return rules | {"value": f"{lead} <time> ( to | till | until ) <time> | {always}"}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        if language != "en":
            return ["सुबह नौ बजे से शाम छह बजे तक", "सुबह आठ बजे से रात आठ बजे तक", "चौबीस घंटे", "दिन रात"]
        hours = [jsgf.spoken_number(hour) for hour in range(1, 13)]
        found = [f"{start} a m to {end} p m" for start in hours[5:11] for end in hours[3:11]]
        found += [f"{start} to {end}" for start in hours[5:11] for end in hours[3:11]]
        found += [
            "round the clock",
            "twenty four hours",
            "half past eight to six thirty",
            "nine in the morning to six in the evening",
        ]
        return found


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _value(start: int, end: int) -> dict[str, str] | None:
    start %= MINUTES_A_DAY
    if start == end % MINUTES_A_DAY:
        return None
    return {"from": clock_text(start), "to": "24:00" if end % MINUTES_A_DAY == 0 else clock_text(end)}


def _doubtful(slot: Slot, items: tuple[Any, ...], times: list[ClockTime]) -> bool:
    """Words that are no part of the two times, of the days or of the usual talk around them."""
    covered = {index for time in times for index in range(time.start, time.end)}
    left = [item for index, item in enumerate(items) if index not in covered]
    if any(isinstance(item, Number) for item in left):
        return True
    words = [item.text for item in left if item.kind == "word"]
    days, unsure = read_days(" ".join(words), "en")
    excused = {"except", "but", "not"} if days and not unsure else set()
    if any(word in _DOUBT and word not in excused for word in words):
        return True
    between = [item.text for index, item in enumerate(items) if times[0].end <= index < times[1].start]
    joins = (
        fillers.TO_WORDS | fillers.AND_WORDS | {"close", "closes", "closing", "shut", "shuts", "band", "बंद"}
    )
    if not any(word in joins for word in between):
        return True
    day_words = set(words) if days else set()
    unknown = [
        word for word in words if not is_filler(word, slot) and word not in day_words and word not in joins
    ]
    return len(unknown) > 2
