"""Reading answers: typed, and tolerant of what was not asked, skipped or stored in an older shape.

A missing or unreadable answer reads as None (or empty): rules then use a house default and say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.onboarding_api.services.llm.rules import measures


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers by slot."""

    by_slot: Mapping[str, Any]

    def text(self, slot: str) -> str:
        value = self.by_slot.get(slot)
        return value.strip() if isinstance(value, str) else ""

    def flag(self, slot: str) -> bool | None:
        """Yes or no; a number answers how many, so anything above zero is yes."""
        value = self.by_slot.get(slot)
        if isinstance(value, bool):
            return value
        number = self.number(slot)
        return None if number is None else number > 0

    def number(self, slot: str) -> int | None:
        """A whole number; of a range the upper end, since enough is what is asked for."""
        span = self.span(slot)
        return None if span is None else span[1]

    def span(self, slot: str) -> tuple[int, int] | None:
        """Low and high of a number or a range."""
        value = self.by_slot.get(slot)
        if isinstance(value, Mapping) and "low" in value and "high" in value:
            low, high = whole(value["low"]), whole(value["high"])
            return None if low is None or high is None else (min(low, high), max(low, high))
        one = whole(value.get("value", value.get("count")) if isinstance(value, Mapping) else value)
        return None if one is None else (one, one)

    def area_sq_m(self, slot: str) -> Decimal | None:
        """Square metres, to the hundredth. A bare number has no unit and is not guessed."""
        value = self.by_slot.get(slot)
        if not isinstance(value, Mapping):
            return None
        factor = measures.SQUARE_METRES.get(str(value.get("unit")))
        amount = decimal(value.get("value"))
        if factor is None or amount is None or amount < 0:
            return None
        return (amount * factor).quantize(Decimal("0.01"))

    def hours(self, slot: str) -> tuple[str, str] | None:
        """From and to as HH:MM; equal ends mean round the clock."""
        value = self.by_slot.get(slot)
        if isinstance(value, str) and re.sub(r"\W", "", value).lower() in {
            "24x7",
            "24hours",
            "247",
            "roundtheclock",
        }:
            return ("00:00", "00:00")
        if not isinstance(value, Mapping):
            return None
        if value.get("all_day") or value.get("round_the_clock"):
            return ("00:00", "00:00")
        start, end = clock(value.get("from")), clock(value.get("to"))
        return None if start is None or end is None else (start, end)

    def is_round_the_clock(self, slot: str) -> bool:
        hours = self.hours(slot)
        return hours is not None and (hours[0] == hours[1] or hours == ("00:00", "23:59"))

    def days(self, slot: str) -> list[int]:
        """ISO weekdays, sorted; empty where not answered."""
        value = self.by_slot.get(slot)
        listed = value.get("days") if isinstance(value, Mapping) else value
        if not isinstance(listed, list):
            return []
        found = {measures.WEEKDAYS.get(str(day).strip().lower()[:3]) or whole(day) for day in listed}
        return sorted(day for day in found if day is not None and 1 <= day <= 7)

    def words(self, slot: str) -> list[str]:
        """The chosen options, without "none of these"."""
        value = self.by_slot.get(slot)
        listed = value if isinstance(value, list) else [value] if isinstance(value, str) else []
        kinds = [kind_of_item(item) for item in listed]
        return list(dict.fromkeys(kind for kind in kinds if kind and kind.lower() not in measures.NOTHING))

    def counted(self, slot: str) -> list[tuple[str, int]]:
        """Kinds with their counts, in order; the same kind twice is added up, a bare kind counts one."""
        value = self.by_slot.get(slot)
        totals: dict[str, int] = {}
        for item in value if isinstance(value, list) else []:
            kind = kind_of_item(item)
            count = whole(item.get("count", 1)) if isinstance(item, Mapping) else 1
            if kind and kind.lower() not in measures.NOTHING and count and count > 0:
                totals[kind] = totals.get(kind, 0) + count
        return list(totals.items())

    def minutes(self, slot: str) -> int | None:
        value = self.by_slot.get(slot)
        if isinstance(value, Mapping):
            if "minutes" in value:
                return whole(value["minutes"])
            amount, factor = decimal(value.get("value")), measures.MINUTES.get(str(value.get("unit")))
            return None if amount is None or factor is None else int(amount * factor)
        return whole(value)


def kind_of_item(item: Any) -> str:
    """What is counted: `{"item": "lift", "count": 2}` (also `kind`), or a bare option."""
    return str(item.get("item", item.get("kind", ""))) if isinstance(item, Mapping) else str(item)


def whole(value: Any) -> int | None:
    """A whole number that is not negative, or None."""
    number = decimal(value)
    return None if number is None or number < 0 or number > 1_000_000_000 else int(number)


def decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 10 else None


def clock(value: Any) -> str | None:
    """HH:MM where it is a time of day; 24:00 is midnight."""
    if value == "24:00":
        return "00:00"
    return value if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) else None
