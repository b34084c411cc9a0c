"""Finds times of day in a text, with every reading that the words leave open."""

from dataclasses import dataclass
from decimal import Decimal

from apps.onboarding.flows.grammar.numbers import Item, Number
from apps.onboarding.flows.words import clock

MINUTES_A_DAY = 1_440


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time: minutes after midnight, all that are possible. `explicit` if only one is; `half` is the
    half of the day that was said ("am", "pm") or None; `start` and `end` are item positions."""

    readings: tuple[int, ...]
    start: int
    end: int
    explicit: bool
    marked: bool = False


def _half_of(word: str, hour: int) -> str | None:
    """Which half of the day a word puts an hour into."""
    if word in clock.AM or word in clock.MORNING:
        return "am"
    if word in clock.PM or word in clock.AFTERNOON or word in clock.EVENING:
        return "pm"
    if word in clock.NIGHT:
        return "pm" if 7 <= hour <= 11 else "am" if hour == 12 or hour <= 5 else None
    return None


class ClockReader:
    """Reads times from items left to right."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items

    def word(self, index: int) -> str:
        if not 0 <= index < len(self.items):
            return ""
        item = self.items[index]
        return "" if isinstance(item, Number) else item.text

    def number(self, index: int) -> Number | None:
        if not 0 <= index < len(self.items):
            return None
        item = self.items[index]
        return item if isinstance(item, Number) else None

    def touching(self, index: int) -> bool:
        """Whether the symbol at `index` stands between two numbers."""
        return self.number(index - 1) is not None and self.number(index + 1) is not None

    def times(self) -> list[ClockTime]:
        found: list[ClockTime] = []
        index = 0
        while index < len(self.items):
            time = self._read(index)
            if time is None:
                index += 1
            else:
                found.append(time)
                index = time.end
        return found

    def _read(self, index: int) -> ClockTime | None:
        word = self.word(index)
        if word in clock.NOON or (word == "12" and self.word(index + 1) in clock.NOON):
            return ClockTime(readings=(720,), start=index, end=index + 1, explicit=True, marked=True)
        if word in clock.MIDNIGHT:
            return ClockTime(readings=(0,), start=index, end=index + 1, explicit=True, marked=True)
        leading = self._leading_half(index)
        at = index if leading is None else index + leading
        relative = self._relative(at)
        if relative is None:
            relative = self._absolute(at)
        if relative is None:
            return None
        hour, minute, exact, end = relative
        return self._finish(index, hour, minute, exact, end, self.word(index) if leading else None)

    def _leading_half(self, index: int) -> int | None:
        """ "subah 9 baje", "raat ke 8 baje": how many items stand before the number."""
        word = self.word(index)
        if word not in (*clock.MORNING, *clock.AFTERNOON, *clock.EVENING, *clock.NIGHT):
            return None
        ahead = 2 if self.word(index + 1) in {"ke", "को", "ko", "के", "at", "me", "mein", "में"} else 1
        after = self.number(index + ahead) is not None or self.word(index + ahead) in {"half", "quarter"}
        return ahead if after else None

    def _relative(self, index: int) -> tuple[int, int, bool, int] | None:
        """ "half past eight", "quarter to nine", "ten past six"."""
        word, number = self.word(index), self.number(index)
        minutes: int | None = None
        at = index + 1
        if word == "half":
            minutes = 30
        elif word == "quarter" or (word == "a" and self.word(index + 1) == "quarter"):
            minutes, at = 15, at + (word == "a")
        elif number is not None and number.value in {5, 10, 15, 20, 25}:
            minutes = int(number.value)
            if self.word(at) in clock.MINUTES:
                at += 1
        direct = self.number(at)
        if word == "half" and direct is not None and 1 <= direct.value <= 12 and not direct.value % 1:
            return int(direct.value), 30, False, at + 1  # the British "half five"
        direction = self.word(at)
        hour = self.number(at + 1)
        if minutes is None or hour is None or not 1 <= hour.value <= 12 or hour.value % 1:
            return None
        if direction == "past":
            return int(hour.value), minutes, False, at + 2
        if direction == "to" and (word in {"quarter", "a"}):
            return (int(hour.value) - 2) % 12 + 1, 60 - minutes, False, at + 2
        return None

    def _absolute(self, index: int) -> tuple[int, int, bool, int] | None:
        """ "9", "9:30", "9.30", "0600", "nine thirty", "eighteen hundred", "sadhe nau"."""
        number = self.number(index)
        if number is None:
            return self._spoken_zero(index)
        text, value = number.text, number.value
        if text.isdigit() and len(text) in {3, 4} and not number.spoken:
            hour, minute = int(text[:-2]), int(text[-2:])
            exact = len(text) == 4 and (text[0] == "0" or hour > 12)
            if self.word(index + 1) in {"hrs", "hours", "h", "hr"}:
                exact = True
            return (hour, minute, exact, index + 1) if hour <= 24 and minute < 60 else None
        if "." in text and not number.spoken:
            return self._dotted(text, index)
        if number.spoken and value >= 100 and value % 100 == 0 and value <= 2_400:
            return int(value) // 100, 0, True, index + 1
        if value % 1:
            quarter = {Decimal("0.25"): 15, Decimal("0.5"): 30, Decimal("0.75"): 45}.get(value % 1)
            return (int(value), quarter, False, index + 1) if quarter and value < 13 else None
        if not 0 <= value <= 24:
            return None
        hour = int(value)
        exact = (
            hour > 12
            or hour == 0
            or (text.isdigit() and len(text) == 2 and text[0] == "0" and self.word(index + 1) == ":")
        )
        if self.word(index + 1) in {":", "."} and self._minute(index + 2) is not None:
            return hour, self._minute(index + 2) or 0, exact, index + 3
        following = self.number(index + 1)
        if number.spoken and following is not None and following.spoken and 10 <= following.value <= 59:
            return hour, int(following.value), hour > 12, index + 2
        if self.word(index + 1) in {"bajkar", "बजकर"} and following is None and self.number(index + 2):
            minutes = self.number(index + 2)
            if minutes is not None and 0 < minutes.value < 60:
                return hour, int(minutes.value), exact, index + 3
        return hour, 0, exact, index + 1

    def _dotted(self, text: str, index: int) -> tuple[int, int, bool, int] | None:
        whole_part, _, rest = text.partition(".")
        if len(rest) != 2 or int(rest) > 59 or int(whole_part) > 24:
            return None
        hour = int(whole_part)
        return hour, int(rest), hour > 12 or whole_part.startswith("0"), index + 1

    def _spoken_zero(self, index: int) -> tuple[int, int, bool, int] | None:
        """ "oh six hundred hours"."""
        number = self.number(index + 1)
        if self.word(index) not in {"oh", "o"} or number is None or not number.spoken:
            return None
        if number.value % 100 == 0 and 100 <= number.value <= 900:
            return int(number.value) // 100, 0, True, index + 2
        return None

    def _minute(self, index: int) -> int | None:
        number = self.number(index)
        if number is None or not number.text.isdigit() or len(number.text) != 2 or number.value > 59:
            return None
        return int(number.value)

    def _finish(
        self, start: int, hour: int, minute: int, exact: bool, end: int, leading: str | None
    ) -> ClockTime | None:
        """Put the half of the day to an hour, from a word before or behind it."""
        if hour > 24 or (hour == 24 and minute):
            return None
        half = _half_of(leading, hour) if leading else None
        marked = leading is not None
        if self.word(end) in clock.OCLOCK:
            end += 2 if self.word(end) == "o" and self.word(end + 1) == "clock" else 1
        end, behind = self._behind(end, hour)
        if behind is not None:
            half, marked = behind, True
        if self.word(end) in clock.NOON or (self.word(end) in clock.MIDNIGHT and hour == 12):
            half, marked = ("pm" if self.word(end) in clock.NOON else "am"), True
            end += 1
        total = hour * 60 + minute
        if half is not None and 1 <= hour <= 12:
            total = (hour % 12) * 60 + minute + (720 if half == "pm" else 0)
            return ClockTime(readings=(total,), start=start, end=end, explicit=True, marked=marked)
        if half == "am" and hour > 12:
            return None
        if exact or hour > 12 or hour == 0:
            return ClockTime(readings=(total,), start=start, end=end, explicit=True)
        early = (hour % 12) * 60 + minute
        return ClockTime(readings=(early, early + 720), start=start, end=end, explicit=False)

    def _behind(self, end: int, hour: int) -> tuple[int, str | None]:
        """ "am", "a.m.", "in the evening", "at night" behind a time."""
        at = end
        for word in ("in", "at", "the", "of"):
            if self.word(at) == word:
                at += 1
        word = self.word(at)
        if word in {"a", "p"} and self.word(at + 1) in {".", "m"}:
            after = at + 1
            while self.word(after) in {".", "m"} and after < at + 4:
                after += 1
            return after, "am" if word == "a" else "pm"
        half = _half_of(word, hour)
        if half is None:
            return end, None
        # "9 in the morning to 6": a word that leads the next time ("9 se raat 8") stays with that.
        if at == end and word not in (*clock.AM, *clock.PM) and self.number(at + 1) is not None:
            return end, None
        return at + 1, half
