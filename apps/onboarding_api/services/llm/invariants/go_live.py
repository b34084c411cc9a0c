"""The first day lies ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning

FAR_DAYS = 3 * 365
"""Further ahead than three years is probably a slip in the year: a house rule."""


@invariant(id="go_live.date", version=1)
def check_go_live(case: Case) -> Iterator[Fault]:
    """In the client's time zone: `today` is its date."""
    written, today = case.site["go_live_on"], case.request.today
    if written is None:
        return
    day = date.fromisoformat(written)
    if day < today and case.site.get("updates") is None:
        yield blocking(
            "go_live_past", f"The site would go live on {written}, which is past.", "/site/go_live_on"
        )
    elif (day - today).days > FAR_DAYS:
        yield warning(
            "go_live_far", f"The site would go live on {written}: is the year right?", "/site/go_live_on"
        )
