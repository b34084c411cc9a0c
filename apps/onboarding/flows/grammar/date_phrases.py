"""Dates in words: "15th of August", "next Monday", "in two weeks", "अगले सोमवार"."""

import calendar
import datetime
from functools import lru_cache

from apps.onboarding.flows.grammar.folding import fold
from apps.onboarding.flows.grammar.numbers import Item, Number, read
from apps.onboarding.flows.grammar.tokens import words_of
from apps.onboarding.flows.words import dates as words
from apps.onboarding.flows.words import days as day_words
from apps.onboarding.flows.words import english_numbers

_SUFFIXES = frozenset({"st", "nd", "rd", "th", "tarikh", "tareekh", "taarikh", "तारीख"})
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {fold(name): number for number, names in words.MONTHS.items() for name in names.split()}


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, int]:
    return {
        parts[0]: _DAYS.index(day)
        for day in _DAYS
        for name in day_words.PHRASES[day]
        if len(parts := words_of(name)) == 1
    }


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, or the last day of that month."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


class DateReader:
    """Reads all dates of one utterance. `sure` is False where several days could be meant."""

    def __init__(self, folded: str, language: str, today: datetime.date) -> None:
        self.items: tuple[Item, ...] = tuple(
            item for item in read(folded, language) if isinstance(item, Number) or item.kind != "symbol"
        )
        self.today = today
        self.sure = True
        self.impossible = False
        self.vague = any(
            self.word(index) in words.VAGUE or self.word(index) in _months()
            for index in range(len(self.items))
        )

    def word(self, index: int) -> str:
        if not 0 <= index < len(self.items):
            return ""
        item = self.items[index]
        return "" if isinstance(item, Number) else item.text

    def number(self, index: int) -> int | None:
        if not 0 <= index < len(self.items):
            return None
        item = self.items[index]
        if not isinstance(item, Number) or item.value % 1 or item.value > 9_999:
            return None
        return int(item.value)

    def dates(self) -> list[datetime.date]:
        for method in (self._named, self._counted, self._relative, self._weekday, self._day_of_month):
            found = method()
            if found or self.impossible:
                return list(dict.fromkeys(found))
        return []

    def _day_at(self, index: int) -> int | None:
        """The day of the month at a position: 15, 15th, fifteenth, twenty first."""
        number = self.number(index)
        if self.word(index) in words.HINDI_ORDINALS:
            return words.HINDI_ORDINALS[self.word(index)]
        if number is not None:
            ordinal = english_numbers.ORDINALS.get(self.word(index + 1), 0)
            return number + ordinal if number in {20, 30} and ordinal < 10 else number
        ordinal = english_numbers.ORDINALS.get(self.word(index), 0)
        if ordinal:
            tens = self.number(index - 1)
            return tens + ordinal if tens in {20, 30} and ordinal < 10 else ordinal
        return None

    def _named(self) -> list[datetime.date]:
        """A month by name with a day on either side."""
        found: list[datetime.date] = []
        for index in range(len(self.items)):
            month = _months().get(self.word(index))
            if month is None:
                continue
            before = index - 1
            while (
                self.word(before) in {"of", "the", "ki", "ke", "की", "के", "month"}
                or self.word(before) in _SUFFIXES
            ):
                before -= 1
            day = self._day_at(before) if before >= 0 else None
            after = index + 1
            if day is None or day > 31:
                while self.word(after) in {"the", "ki", "ke", "की", "के"}:
                    after += 1
                day = self._day_at(after)
                after += 1
                while self.word(after) in _SUFFIXES or self.word(after) in english_numbers.ORDINALS:
                    after += 1
            if day is None or day > 31:
                continue
            found += self._with_year(month, day, after)
        return found

    def _with_year(self, month: int, day: int, after: int) -> list[datetime.date]:
        while self.word(after) in {"of", "in", "year"}:
            after += 1
        year = self.number(after)
        if year is not None and year < 100 and year >= 20:
            second = self.number(after + 1)
            year = year * 100 + second if year == 20 and second is not None and second < 100 else 2_000 + year
        if year is not None and 2_000 <= year <= 2_100:
            return self._checked(year, month, day)
        for candidate in range(self.today.year, self.today.year + 5):
            try:
                date = datetime.date(candidate, month, day)
            except ValueError:
                continue
            if date >= self.today:
                return [date]
        self.impossible = True
        return []

    def _checked(self, year: int, month: int, day: int) -> list[datetime.date]:
        try:
            return [datetime.date(year, month, day)]
        except ValueError:
            self.impossible = True
            return []

    def _counted(self) -> list[datetime.date]:
        """ "in two weeks", "10 days from now", "do hafte baad"."""
        if not any(self.word(index) in words.AFTER for index in range(len(self.items))):
            return []
        for index in range(len(self.items)):
            size = words.SIZES.get(self.word(index))
            if size is None:
                continue
            count = self.number(index - 1)
            if count is None and self.word(index - 1) in {"a", "an", "ek", "एक"}:
                count = 1
            if count is None or not 0 < count <= 400:
                continue
            start = self._anchor()
            if size == 0:
                return [add_months(start, count)] if count <= 36 else []
            return [start + datetime.timedelta(days=count * size)]
        return []

    def _anchor(self) -> datetime.date:
        """Where counting starts: today, or the weekday that is named ("a week from Monday": asked back)."""
        for index in range(len(self.items)):
            weekday = _weekdays().get(self.word(index))
            if weekday is not None:
                self.sure = False
                return self.today + datetime.timedelta(days=(weekday - self.today.weekday()) % 7 or 7)
        return self.today

    def _relative(self) -> list[datetime.date]:
        said = " ".join(self.word(index) for index in range(len(self.items)))
        if any(fold(phrase) in said for phrase in words.DAY_AFTER):
            return [self.today + datetime.timedelta(days=2)]
        found: list[datetime.date] = []
        for index in range(len(self.items)):
            if self.word(index) in words.TODAY:
                found.append(self.today)
            elif self.word(index) in words.TOMORROW:
                found.append(self.today + datetime.timedelta(days=1))
        return found

    def _weekday(self) -> list[datetime.date]:
        """The next such day; "next Monday" may also be the one after, so both are offered."""
        found: list[datetime.date] = []
        for index in range(len(self.items)):
            weekday = _weekdays().get(self.word(index))
            if weekday is None:
                continue
            if self.word(index - 1) in words.PAST:
                continue
            ahead = (weekday - self.today.weekday()) % 7 or 7
            day = self.today + datetime.timedelta(days=ahead)
            found.append(day)
            if self.word(index - 1) in words.NEXT:
                found.append(day + datetime.timedelta(days=7))
                self.sure = False
        return found

    def _day_of_month(self) -> list[datetime.date]:
        """ "the 15th", "first of next month", "15 tarikh"."""
        for index in range(len(self.items)):
            day = self._day_at(index)
            ordinals = (english_numbers.ORDINALS, words.HINDI_ORDINALS)
            marked = self.word(index + 1) in _SUFFIXES or any(self.word(index) in table for table in ordinals)
            if day is None or not marked or not 1 <= day <= 31:
                continue
            rest = {self.word(position) for position in range(len(self.items))}
            following = add_months(self.today.replace(day=1), 1)
            if rest & words.NEXT and rest & {"month", "mahine", "महीने"}:
                return self._checked(following.year, following.month, day)
            if rest & {"week", "weeks", "quarter"}:
                return []
            start = self.today.replace(day=1) if day >= self.today.day else following
            self.sure = bool(rest & {"this"} and rest & {"month"})
            return self._checked(start.year, start.month, day)
        return []
