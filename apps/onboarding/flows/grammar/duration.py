"""Lengths of time: "every 30 minutes", "half an hour", "dedh ghante", "twice an hour"."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from decimal import Decimal
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.amounts import negative
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules, figure
from apps.onboarding.flows.grammar.matching import is_filler
from apps.onboarding.flows.grammar.numbers import Item, Number, read
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import clock, fillers, hindi_numbers, listed

_HALF = Decimal("0.5")
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_TIMES_WORDS = frozenset(["time", "times", "round", "rounds", "baar", "bar", "dafa", "बार", "दफा"])
_PER = frozenset(
    listed(
        """
    a an per every each in har prati हर प्रति ek एक mein me में
    """
    )
)
_IGNORED = _PER | frozenset(
    listed(
        """
    once interval intervals after of patrol patrols rounds round ke ki ka baad me mein में के बाद का की
    long minutes' minute's hours' duration frequency walk gasht गश्त lagaye lagate lagana लगाते
    """
    )
)
_QUARTERS = {word: Decimal("1.25") for word in hindi_numbers.PLUS_QUARTER} | {
    word: Decimal("0.75") for word in hindi_numbers.LESS_QUARTER
}
_FOLDED_HALF = frozenset(word.replace("़", "") for word in hindi_numbers.HALF) | {"half"}


class DurationGrammar(Grammar):
    """The value is {"minutes": int}. Minimum and maximum of the slot are minutes."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        items = read(text, language)
        if negative(items):
            return Unclear(reason=say(language, "negative"), code="out_of_range")
        rate = _rate(items)
        if rate is not None:
            if rate != rate.to_integral_value():
                return Unclear(
                    reason=say(language, "number_needed_whole", value=figure(float(rate), language))
                )
            return self.accept(slot, {"minutes": int(rate)}, language)
        reading = _Reading(items)
        reading.run()
        danger = any(
            not isinstance(item, Number)
            and (item.text in fillers.OR_WORDS or item.text in {"maybe", "?", "not", "than", "least", "most"})
            for item in items
        )
        stray = [
            word
            for word in reading.left
            if not is_filler(word, slot) and word not in _IGNORED and (word.isalpha() or word == "?")
        ]
        if reading.bare and not reading.minutes:
            return self._without_unit(slot, reading, language, doubtful=danger)
        if reading.total is None:
            return Unclear(reason=say(language, "not_a_duration"))
        values = list(reading.totals())
        if any(value != value.to_integral_value() for value in values):
            return Unclear(
                reason=say(language, "number_needed_whole", value=figure(float(values[0]), language))
            )
        found = [{"minutes": int(value)} for value in values]
        if len(found) > 1 or danger or stray or reading.bare:
            return self.ask(slot, found, language)
        return self.accept(slot, found[0], language)

    def _without_unit(self, slot: Slot, reading: "_Reading", language: str, *, doubtful: bool) -> Result:
        """A bare number is minutes or hours: whichever is plausible, and a question where both are."""
        found: list[Any] = []
        for number in reading.bare:
            for minutes in (number, number * 60):
                value = {"minutes": int(minutes)}
                if minutes == minutes.to_integral_value() and self.check(slot, value, language) is None:
                    found.append(value)
        if not found:
            return Unclear(reason=say(language, "not_a_duration"))
        if len(found) == 1 and len(reading.bare) == 1 and not doubtful and not reading.left_unknown(slot):
            return self.accept(slot, found[0], language)
        return self.ask(slot, found, language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, dict) or set(value) != {"minutes"} or type(value["minutes"]) is not int:
            return say(language, "not_a_duration")
        minutes = value["minutes"]
        if not (slot.minimum or 1) <= minutes <= (slot.maximum or minutes):
            low, high = int(slot.minimum or 1), int(slot.maximum or minutes)
            return say(
                language,
                "out_of_range",
                value=length_text(minutes, language),
                low=length_text(low, language),
                high=length_text(high, language),
            )
        return None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return length_text(value["minutes"], language)

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "minutes": {
                    "type": "integer",
                    "minimum": int(slot.minimum or 1),
                    "maximum": int(slot.maximum or 0),
                }
            },
            "required": ["minutes"],
            "additionalProperties": False,
        }

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        return {"kind": "duration", "min": slot.minimum, "max": slot.maximum, "step": 1, "unit": "minute"}

    def rules(self, slot: Slot) -> Rules | None:
        rules = jsgf.number_rules(99)
        body = (
            "[ every | once every | after every ] ( <number> ( minutes | minute | hours | hour ) "
            "| half an hour | half hour | an hour | hour | one and a half hours | an hour and a half "
            "| quarter of an hour ) | hourly | once an hour | twice an hour | every hour"
        )
        return rules | {"value": body}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        minutes = [value for value in (10, 15, 20, 30, 45) if value >= (slot.minimum or 1)]
        hours = [value for value in (1, 2, 3, 4, 6, 8, 12) if value * 60 <= (slot.maximum or 0)]
        if language != "en":
            return [length_text(value, language) for value in (*minutes, *(hour * 60 for hour in hours))]
        found = [f"every {jsgf.spoken_number(value)} minutes" for value in minutes]
        found += [f"every {jsgf.spoken_number(value)} hour{'s' if value > 1 else ''}" for value in hours]
        return [*found, "every half an hour", "hourly", "twice an hour", "once every hour"]


def length_text(minutes: int, language: str) -> str:
    """ "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts: list[str] = []
    if hours:
        parts.append(f"{figure(hours, language)} {say(language, 'hour' if hours == 1 else 'hours')}")
    if rest or not hours:
        parts.append(f"{rest} {say(language, 'minute' if rest == 1 else 'minutes')}")
    return " ".join(parts)


def _unit_size(word: str) -> int | None:
    if word in clock.MINUTES:
        return 1
    if word in clock.HOURS:
        return 60
    return 1_440 if word in clock.DAYS else None


def _rate(items: tuple[Item, ...]) -> Decimal | None:
    """ "twice an hour", "4 times a day": the length between two."""
    for index, item in enumerate(items):
        count: Decimal | None = None
        at = index + 1
        if not isinstance(item, Number) and item.text in _TIMES:
            count = Decimal(_TIMES[item.text])
            if at < len(items) and not isinstance(items[at], Number) and items[at].text in _TIMES_WORDS:
                at += 1
        elif isinstance(item, Number) and at < len(items) and items[at].text in _TIMES_WORDS:
            count, at = item.value, at + 1
        if not count or at >= len(items):
            continue
        if isinstance(items[at], Number) or items[at].text not in _PER:
            continue
        at += 1
        amount = Decimal(1)
        if at < len(items) and isinstance(number := items[at], Number):
            amount, at = number.value, at + 1
        size = _unit_size(items[at].text) if at < len(items) and not isinstance(items[at], Number) else None
        if size is not None and at + 1 >= len(items):
            return amount * size / count
    return _hindi_rate(items)


def _hindi_rate(items: tuple[Item, ...]) -> Decimal | None:
    """ "din mein 4 baar", "ghante mein do baar"."""
    if len(items) < 4 or isinstance(items[0], Number):
        return None
    size = _unit_size(items[0].text)
    number, times = items[2], items[3]
    if size is None or items[1].text not in {"mein", "me", "में"} or not isinstance(number, Number):
        return None
    return Decimal(size) / number.value if times.text in _TIMES_WORDS and number.value else None


class _Reading:
    """Adds up amounts with units; remembers amounts without."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items
        self.minutes: list[tuple[Decimal, int]] = []
        self.alternatives: list[Decimal] = []
        self.bare: list[Decimal] = []
        self.left: list[str] = []

    def word(self, index: int) -> str:
        if not 0 <= index < len(self.items):
            return ""
        item = self.items[index]
        return "" if isinstance(item, Number) else item.text

    def run(self) -> None:
        index = 0
        while index < len(self.items):
            index = self._step(index)

    def _step(self, index: int) -> int:
        item = self.items[index]
        if isinstance(item, Number):
            at = index + 1
            clock_like = self._clock_like(index)
            if clock_like is not None:
                self.minutes.append((clock_like, 60))
                self.left.append("?")
                return index + 3
            if item.value == 1 and self.word(at) in _TIMES_WORDS:
                return at + 1
            while self.word(at) == "-" and _unit_size(self.word(at + 1)):
                at += 1
            size = _unit_size(self.word(at))
            if size is None:
                return self._bare(index, item)
            self.minutes.append((item.value * size, size))
            return self._and_half(at + 1, size)
        if item.text in _FOLDED_HALF:
            return self._half(index)
        if item.text == "quarter" or (item.text == "quarters" and self.bare):
            return self._quarter(index)
        quarter = _QUARTERS.get(item.text)
        following = _unit_size(self.word(index + 1))
        if quarter is not None and following is not None:
            self.minutes.append((quarter * following, following))
            return index + 2
        size = _unit_size(item.text)
        if size is not None and not self.minutes:
            self.minutes.append((Decimal(size), size))
            return self._and_half(index + 1, size)
        self.left.append(item.text)
        return index + 1

    def _clock_like(self, index: int) -> Decimal | None:
        """ "1:30" as a length."""
        hours, minutes = self.items[index], self.items[index + 2] if index + 2 < len(self.items) else None
        if self.word(index + 1) != ":" or not isinstance(hours, Number) or not isinstance(minutes, Number):
            return None
        fine = minutes.text.isdigit() and len(minutes.text) == 2 and minutes.value < 60 and hours.value < 24
        return hours.value * 60 + minutes.value if fine else None

    def _bare(self, index: int, item: Number) -> int:
        """A number without its own unit: the first end of "2 to 3 hours", or truly bare."""
        following = self.word(index + 1)
        after = self.items[index + 2] if index + 2 < len(self.items) else None
        if (following in fillers.TO_WORDS or following in fillers.OR_WORDS) and isinstance(after, Number):
            size = _unit_size(self.word(index + 3))
            if size is not None:
                self.alternatives.append(item.value * size)
                return index + 2
        self.bare.append(item.value)
        return index + 1

    def _and_half(self, at: int, size: int) -> int:
        if self.word(at) in {"and", "aur", "और"} and self.word(at + 1) in {"a", "half"}:
            half = at + 2 if self.word(at + 1) == "a" else at + 1
            if self.word(half) == "half":
                self.minutes.append((_HALF * size, size))
                return half + 1
        return at

    def _half(self, index: int) -> int:
        at = index + 1
        while self.word(at) in {"a", "an", "-"}:
            at += 1
        size = _unit_size(self.word(at))
        if size is None:
            self.left.append(self.word(index))
            return index + 1
        self.minutes.append((_HALF * size, size))
        return at + 1

    def _quarter(self, index: int) -> int:
        at = index + 1
        while self.word(at) in {"of", "a", "an", "hour"} and self.word(at) != "hour":
            at += 1
        if self.word(at) != "hour":
            self.left.append(self.word(index))
            return index + 1
        count = self.bare.pop() if self.word(index) == "quarters" and self.bare else Decimal(1)
        self.minutes.append((count * 15, 60))
        return at + 1

    @property
    def total(self) -> Decimal | None:
        """The sum, if the parts go from larger to smaller units."""
        sizes = [size for _, size in self.minutes]
        if not self.minutes or sizes != sorted(sizes, reverse=True):
            return None
        return sum((minutes for minutes, _ in self.minutes), Decimal(0))

    def totals(self) -> list[Decimal]:
        sizes = [size for _, size in self.minutes]
        if len(sizes) == 2 and sizes[0] == sizes[1] and self.minutes[1][0] >= sizes[1]:
            return [*self.alternatives, *(minutes for minutes, _ in self.minutes)]
        return [*self.alternatives, *([] if self.total is None else [self.total])]

    def left_unknown(self, slot: Slot) -> bool:
        return any(
            not is_filler(word, slot) and word not in _IGNORED and word.isalpha() for word in self.left
        )
