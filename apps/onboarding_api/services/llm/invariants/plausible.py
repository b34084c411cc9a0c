"""Area and floors that can be true."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants.case import Case, Fault, invariant, warning

MOST_FLOORS = 163
"""The tallest building there is (Burj Khalifa) has 163 floors."""
LEAST_SQ_M_PER_FLOOR = 10.0
MOST_SQ_M = 10_000_000.0
"""Ten square metres hardly hold a staircase; ten square kilometres are a town, not a site. House rules."""


@invariant(id="plausible.floors", version=1)
def check_floors(case: Case) -> Iterator[Fault]:
    floors = case.site["floors"]
    if floors is not None and (floors > MOST_FLOORS or floors == 0):
        yield warning("floors_implausible", f"{floors} floors: is that right?", "/site/floors")


@invariant(id="plausible.area", version=1)
def check_area(case: Case) -> Iterator[Fault]:
    written, floors = case.site["area_sq_m"], case.site["floors"]
    if written is None:
        return
    area = float(written)
    if area < LEAST_SQ_M_PER_FLOOR * max(floors or 1, 1):
        message = f"{area:g} square metres on {floors or 1} floor(s): is the unit right?"
        yield warning("area_implausible", message, "/site/area_sq_m")
    elif area > MOST_SQ_M:
        yield warning("area_implausible", f"{area:,.0f} square metres: is the unit right?", "/site/area_sq_m")
