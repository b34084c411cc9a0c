"""Nobody is left unguarded when guards were asked for."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import clock, said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning

NEVER_EMPTY = frozenset({"hospital", "data_centre", "data_center", "residential", "hotel"})
"""Types where people sleep or machines run at night: leaving them is questioned, not forbidden. A house rule.
"""


@invariant(id="coverage.round_the_clock", version=1)
def check_round_the_clock(case: Case) -> Iterator[Fault]:
    """24 hours on seven days where the site works round the clock."""
    required = said.works_round_the_clock(case.answers)
    if not required and case.site["site_type"] not in NEVER_EMPTY:
        return
    given = [span for shift in case.items("shifts") for span in clock.spans(shift)]
    gaps = clock.uncovered([(0, clock.WEEK)], given)
    if not gaps:
        return
    start, end = gaps[0]
    message = f"No shift covers {clock.say(start)} to {clock.say(end)}"
    more = f" and {len(gaps) - 1} more gaps" if len(gaps) > 1 else ""
    if required:
        yield blocking("coverage_gap", f"{message}{more}, but the site works round the clock.", "/shifts")
    else:
        yield warning(
            "coverage_gap", f"{message}{more}; a site of this type is rarely left unguarded.", "/shifts"
        )


EXPECTED_SHIFTS = {"three_8h": 3, "two_12h": 2, "day_only": 1, "night_only": 1}
"""Shifts that each answer to the shift pattern stands for."""


@invariant(id="coverage.pattern", version=1)
def check_pattern(case: Case) -> Iterator[Fault]:
    """The shift pattern is the answered one, or it is pointed out."""
    pattern = said.text(case.answers, "shift_pattern")
    expected, found = EXPECTED_SHIFTS.get(pattern), len(case.items("shifts"))
    if expected is not None and found != expected:
        message = f"{found} shift(s) are proposed, but the answered pattern ({pattern}) has {expected}."
        yield warning("pattern_differs", message, "/shifts")


@invariant(id="coverage.night_lighting", version=1)
def check_night_lighting(case: Case) -> Iterator[Fault]:
    """Work after dark needs light: 19:00 to 05:00, taken as dark at any season (a house rule)."""
    if case.answers.get("night_lighting") is not False:
        return
    dark = clock.spans({"starts_at": "19:00", "ends_at": "05:00", "days": [1, 2, 3, 4, 5, 6, 7]})
    given = [span for shift in case.items("shifts") for span in clock.spans(shift)]
    if clock.uncovered(dark, given) != dark:
        message = "Guards work after dark, but there is no lighting at night."
        yield warning("night_lighting_missing", message, "/shifts")


@invariant(id="coverage.opening_hours", version=1)
def check_opening_hours(case: Case) -> Iterator[Fault]:
    """The hours in which the site is open have guards."""
    opens, closes = case.site["opens_at"], case.site["closes_at"]
    if opens is None or closes is None or said.works_round_the_clock(case.answers):
        return
    days = case.site["attributes"].get("operating_days") or sorted(
        {day for shift in case.items("shifts") for day in shift["days"]}
    )
    whole_days = (
        [day for day in days if isinstance(day, int) and 1 <= day <= 7] if isinstance(days, list) else []
    )
    open_spans = clock.spans({"starts_at": opens, "ends_at": closes, "days": whole_days})
    given = [span for shift in case.items("shifts") for span in clock.spans(shift)]
    gaps = clock.uncovered(open_spans, given)
    if gaps:
        start, end = gaps[0]
        message = f"The site is open but has no shift from {clock.say(start)} to {clock.say(end)}."
        yield warning("opening_hours_uncovered", message, "/shifts")
    if not case.items("shifts"):
        yield blocking("no_shift", "There is no shift at all.", "/shifts")
