"""Shifts follow one another; they do not run side by side by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from apps.onboarding_api.services.llm.invariants import clock
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning


@invariant(id="shifts.overlap", version=1)
def check_overlaps(case: Case) -> Iterator[Fault]:
    """Longer overlaps than a handover are questioned; the same shift twice is refused."""
    for (_, one), (second, other) in combinations(enumerate(case.items("shifts")), 2):
        where = f"/shifts/{second}"
        if (one["starts_at"], one["ends_at"]) == (other["starts_at"], other["ends_at"]):
            if set(one["days"]) & set(other["days"]):
                message = f"Shifts {one['code']} and {other['code']} are the same hours on the same days."
                yield blocking("shift_twice", message, where)
            continue
        longest = max(
            (
                min(a_to, b_to + shift) - max(a_from, b_from + shift)
                for a_from, a_to in clock.spans(one)
                for b_from, b_to in clock.spans(other)
                for shift in (-clock.WEEK, 0, clock.WEEK)
            ),
            default=0,
        )
        if longest > case.policy.handover_minutes:
            message = f"Shifts {one['code']} and {other['code']} overlap by {longest} minutes."
            yield warning("shift_overlap", message, where)
