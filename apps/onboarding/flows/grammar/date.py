"""A calendar day: written, spoken or relative to today. "05/06" is asked, never assumed."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import datetime
from typing import Any

import regex

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.date_phrases import DateReader
from apps.onboarding.flows.grammar.folding import fold
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import dates as words
from apps.onboarding.flows.words import days

_ISO = regex.compile(r"(?<![\d/.-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d/-])")
_SHORT = regex.compile(r"(?<![\d/.-])(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?![\d/-])")
_NO_YEAR = regex.compile(r"(?<![\d/.-])(\d{1,2})[-/](\d{1,2})(?![\d/.-])")
_DOUBT = regex.compile(r"\b(?:or|maybe|perhaps|ya|shayad)\b|\bया\b|शायद")


class DateGrammar(Grammar):
    """The value is an ISO date, "2030-08-15"."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        folded = fold(text)
        numeric, wrong = _numeric(folded, context.today)
        if numeric:
            return self._settle(slot, numeric, folded, language, context)
        if wrong:
            return Unclear(reason=say(language, "no_such_date"))
        reader = DateReader(folded, language, context.today)
        found = reader.dates()
        if reader.impossible:
            return Unclear(reason=say(language, "no_such_date"))
        if found:
            return self._settle(slot, found, folded, language, context, sure=reader.sure)
        return Unclear(reason=say(language, "date_vague" if reader.vague else "not_a_date"))

    def _settle(
        self,
        slot: Slot,
        found: list[datetime.date],
        folded: str,
        language: str,
        context: Context,
        *,
        sure: bool = True,
    ) -> Result:
        usable = [day for day in found if not slot.future_only or day >= context.today]
        if not usable:
            shown = self.display(slot, found[0].isoformat(), language)
            return Unclear(reason=say(language, "date_past", value=shown), code="out_of_range")
        values = [day.isoformat() for day in dict.fromkeys(usable)]
        if len(values) > 1 or not sure or len(usable) < len(found) or _DOUBT.search(folded):
            return self.ask(slot, list(values), language, "which_date")
        return self.accept(slot, values[0], language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        try:
            day = datetime.date.fromisoformat(value)
        except (TypeError, ValueError):
            return say(language, "not_a_date")
        if day.isoformat() != value or not 2_000 <= day.year <= 2_100:
            return say(language, "not_a_date")
        return None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        day = datetime.date.fromisoformat(value)
        months = words.MONTH_LABELS.get(language.split("-")[0], words.MONTH_LABELS["en"])
        return f"{day.day} {months[day.month - 1]} {day.year}"

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": "^2[01][0-9]{2}-[01][0-9]-[0-3][0-9]$"}

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        return {"kind": "date", "future_only": slot.future_only, "pattern": "YYYY-MM-DD"}

    def rules(self, slot: Slot) -> Rules | None:
        ordinals = (
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
        )
        more = "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
        low = "first second third fourth fifth sixth seventh eighth ninth"
        rules = {
            "low": " | ".join(low.split()),
            "ordinal": f"{' | '.join((ordinals + ' ' + more).split())} | twenty <low> | thirty first",
            "month": " | ".join(name.lower() for name in words.MONTH_LABELS["en"]),
            "weekday": " | ".join(name.lower() for name in days.LABELS["en"]),
            "small": " | ".join(jsgf.spoken_number(number) for number in range(2, 13)),
        }
        body = (
            "[ on ] [ the ] <ordinal> [ of ] <month> | <month> [ the ] <ordinal> | today | tomorrow "
            "| day after tomorrow | ( next | this | on ) <weekday> | in <small> ( days | weeks | months ) "
            "| in a week | in a month"
        )
        return rules | {"value": body}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        months = words.MONTH_LABELS.get(language, words.MONTH_LABELS["en"])
        if language != "en":
            return [f"{day} {month}" for month in months for day in (1, 15)]
        found = [
            f"{day} of {month.lower()}" for month in months for day in ("first", "fifteenth", "twentieth")
        ]
        return [*found, "tomorrow", "day after tomorrow", "next monday", "in two weeks", "in a month"]


def _valid(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _numeric(folded: str, today: datetime.date) -> tuple[list[datetime.date], bool]:
    """Dates in digits, and whether digits looked like a date but are none."""
    found: list[datetime.date] = []
    wrong = False
    for match in _ISO.finditer(folded):
        year, month, day = (int(part) for part in match.groups())
        date = _valid(year, month, day)
        wrong = wrong or date is None
        found += [date] if date else []
    for match in _SHORT.finditer(folded):
        first, second, year = (int(part) for part in match.groups())
        year += 2_000 if year < 100 else 0
        both = [_valid(year, second, first), _valid(year, first, second)]
        dates = [date for date in dict.fromkeys(both) if date]
        wrong = wrong or not dates
        found += dates
    if not found and not wrong:
        for match in _NO_YEAR.finditer(folded):
            first, second = (int(part) for part in match.groups())
            found += [
                date
                for day, month in ((first, second), (second, first))
                if (date := upcoming(today, month, day)) is not None
            ]
    return list(dict.fromkeys(found)), wrong


def upcoming(today: datetime.date, month: int, day: int) -> datetime.date | None:
    """The next such day from today on; None if there never is one within four years."""
    for year in range(today.year, today.year + 5):
        date = _valid(year, month, day)
        if date is not None and date >= today:
            return date
    return None
