"""Working hours within the policy (see `policy` for its source)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import clock
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning


@invariant(id="hours.shift_length", version=1)
def check_shift_length(case: Case) -> Iterator[Fault]:
    for at, shift in enumerate(case.items("shifts")):
        minutes = clock.length(shift["starts_at"], shift["ends_at"])
        if minutes > case.policy.longest_shift_minutes:
            limit = case.policy.longest_shift_minutes / 60
            message = (
                f"Shift {shift['code']} lasts {minutes / 60:g} hours; the policy allows {limit:g} at most."
            )
            yield blocking("shift_too_long", message, f"/shifts/{at}")
        elif minutes > case.policy.daily_minutes:
            limit = case.policy.daily_minutes / 60
            message = (
                f"Shift {shift['code']} lasts {minutes / 60:g} hours: what is beyond {limit:g} is overtime."
            )
            yield warning("shift_with_overtime", message, f"/shifts/{at}")


@invariant(id="hours.weekly", version=1)
def check_weekly_hours(case: Case) -> Iterator[Fault]:
    """With a day of rest in seven, nobody needs to work more than the policy's week."""
    roster = case.site["attributes"].get("roster_strength")
    if isinstance(roster, bool) or not isinstance(roster, int) or roster < 1:
        return
    person_minutes = sum(
        clock.length(shift["starts_at"], shift["ends_at"]) * shift["headcount"] * len(shift["days"])
        for shift in case.items("shifts")
    )
    each = person_minutes / roster
    where = "/site/attributes/roster_strength"
    if each > case.policy.weekly_minutes_with_overtime:
        message = (
            f"{roster} people would have to work {each / 60:.1f} hours a week each, more than is allowed."
        )
        yield blocking("week_too_long", message, where)
    elif each > case.policy.weekly_minutes:
        message = f"{roster} people would have to work {each / 60:.1f} hours a week each, with overtime."
        yield warning("week_with_overtime", message, where)
