"""Shifts: from the answered pattern, else from the hours.

The times at which round-the-clock shifts change (06:00, 14:00, 22:00; 08:00, 20:00) are common practice and a
house rule. The nine hours after which a day is split follow the daily limit of the Factories Act 1948,
section 54, used as a default although guards of shops and offices come under the Shops and Establishments
Acts of the states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import Any

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule
from apps.onboarding_api.services.llm.rules.site_kinds import kind_of

ALL_DAYS = [1, 2, 3, 4, 5, 6, 7]
SIX_DAYS = [1, 2, 3, 4, 5, 6]
SPLIT_AFTER_MINUTES = 9 * 60
LONGEST_MINUTES = 12 * 60
_DAY = 24 * 60

THREE = (
    ("A", "Morning shift", "06:00", "14:00"),
    ("B", "Afternoon shift", "14:00", "22:00"),
    ("C", "Night shift", "22:00", "06:00"),
)
TWO = (("DAY", "Day shift", "08:00", "20:00"), ("NIGHT", "Night shift", "20:00", "08:00"))
NIGHT_ONLY = (("NIGHT", "Night shift", "20:00", "08:00"),)

_THREE = re.compile(r"three|3.?x|3_?shift|3_?8|8_?h")
_TWO = re.compile(r"two|2.?x|2_?shift|12_?h")
_NIGHT = re.compile(r"^night")
_SINGLE = re.compile(r"single|general|one|day")


def _shape(brief: Brief) -> str:
    """three, two, night, single, or empty where no pattern was answered (or it is one we do not know)."""
    pattern = brief.answers.text("shift_pattern").lower()
    shapes = (("three", _THREE), ("two", _TWO), ("night", _NIGHT), ("single", _SINGLE))
    return next((shape for shape, words in shapes if words.search(pattern)), "")


def _shift(code: str, name: str, starts_at: str, ends_at: str, days: list[int]) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "headcount": 1,
        "days": list(days),
    }


@rule(
    id="shifts.round_the_clock",
    version=1,
    rests_on=("operating_hours", "shift_pattern", "site_type"),
    en="{count} shifts of {hours} hours on all seven days cover the day without a gap: {because}.",
    hi="सातों दिन {hours} घंटे की {count} शिफ़्ट पूरे दिन को बिना खाली समय के ढकती हैं।",
)
def cover_the_clock(brief: Brief) -> Iterator[Part]:
    shape = _shape(brief)
    because = _why_round_the_clock(brief, shape)
    if not because:
        return
    table = TWO if shape == "two" else THREE
    yield Part(
        section="shifts",
        items=tuple(_shift(*row, ALL_DAYS) for row in table),
        words={"count": len(table), "hours": 24 // len(table), "because": because},
    )


def _why_round_the_clock(brief: Brief, shape: str) -> str:
    """The pattern speaks first, then the hours, then the type of site."""
    if shape in {"two", "three"}:
        return "the answered shift pattern"
    if brief.answers.is_round_the_clock("operating_hours"):
        return "the site works round the clock"
    if not shape and kind_of(brief.answers.text("site_type")).never_left:
        return "a site of this type is never left unguarded, unless a shift pattern is answered"
    return ""


@rule(
    id="shifts.by_hours",
    version=1,
    rests_on=("operating_hours", "operating_days", "shift_pattern", "site_type"),
    en="{count} shift(s) cover the working hours {start} to {end}, {length} hours each: {because}.",
    hi="काम का समय {start} से {end} है, जिसे {count} शिफ़्ट ढकती हैं, हर एक {length} घंटे की।",
)
def cover_working_hours(brief: Brief) -> Iterator[Part]:
    if brief.draft.items("shifts"):
        return
    shape = _shape(brief)
    if shape == "night":
        yield _by_table(brief)
        return
    start, end = brief.answers.hours("operating_hours") or ("09:00", "18:00")
    minutes = (_minutes(end) - _minutes(start)) % _DAY or _DAY
    longest = LONGEST_MINUTES if shape == "single" else SPLIT_AFTER_MINUTES
    count = ceil(minutes / longest)
    edges = [(_minutes(start) + minutes * part // count) % _DAY for part in range(count + 1)]
    days = brief.answers.days("operating_days") or SIX_DAYS
    shifts = tuple(
        _shift(*_title(number, count), _clock(edges[number]), _clock(edges[number + 1]), days)
        for number in range(count)
    )
    yield Part(
        section="shifts",
        items=shifts,
        words={
            "count": count,
            "start": start,
            "end": end,
            "length": f"{minutes / count / 60:g}",
            "because": f"no shift is longer than {longest // 60} hours",
        },
    )


def _by_table(brief: Brief) -> Part:
    days = brief.answers.days("operating_days") or ALL_DAYS
    items = tuple(_shift(*row, days) for row in NIGHT_ONLY)
    words = {
        "count": 1,
        "start": "20:00",
        "end": "08:00",
        "length": "12",
        "because": "a night shift was answered",
    }
    return Part(section="shifts", items=items, words=words)


def _title(number: int, count: int) -> tuple[str, str]:
    return ("GENERAL", "General shift") if count == 1 else (chr(65 + number), f"Shift {chr(65 + number)}")


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
