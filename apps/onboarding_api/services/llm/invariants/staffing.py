"""Enough people for the posts."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning


@invariant(id="staffing.headcount", version=1)
def check_headcount(case: Case) -> Iterator[Fault]:
    """Every shift has at least the people that its posts take."""
    needed = sum(post["guards_per_shift"] for post in case.items("posts"))
    for at, shift in enumerate(case.items("shifts")):
        if shift["headcount"] < needed:
            message = f"Shift {shift['code']} has {shift['headcount']} people, but the posts take {needed}."
            yield blocking("too_few_people", message, f"/shifts/{at}/headcount")


@invariant(id="staffing.as_answered", version=1)
def check_answered_headcount(case: Case) -> Iterator[Fault]:
    """A number of guards that differs from the answer is pointed out."""
    wanted = said.count(case.answers, "guards_per_shift")
    if wanted is None:
        return
    for at, shift in enumerate(case.items("shifts")):
        if shift["headcount"] < wanted:
            message = f"Shift {shift['code']} has {shift['headcount']} people; {wanted} were asked for."
            yield warning("fewer_people_than_answered", message, f"/shifts/{at}/headcount")
    most = max((shift["headcount"] for shift in case.items("shifts")), default=0)
    answer = case.answers["guards_per_shift"]
    upper = answer.get("high") if isinstance(answer, dict) else wanted
    if isinstance(upper, int) and most > upper:
        message = f"The posts need {most} people on a shift; {upper} were answered."
        yield warning("more_people_than_answered", message, "/shifts")
