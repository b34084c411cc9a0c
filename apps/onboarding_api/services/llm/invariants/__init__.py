"""The checker: invariants that always run, whoever made the proposal. `check_proposal` is the whole of it.

Independent of the maker on purpose: the invariants read the answers and the proposal with code and figures of
their own, and import nothing from `rules`. Where both need a figure (two minutes for a checkpoint), both
write it down.
"""

from __future__ import annotations

from apps.onboarding_api.services.llm.invariants import (
    answers_kept,
    armed,
    assets,
    contacts,
    coverage,
    entrances,
    existing,
    go_live,
    hours,
    meters,
    names,
    overlap,
    patrol,
    plausible,
    staffing,
)
from apps.onboarding_api.services.llm.invariants.case import Case, Invariant
from apps.onboarding_api.services.llm.invariants.policy import StaffingPolicy, current_policy
from apps.onboarding_api.services.llm.port import CheckRequest, Verdict

VERSION = 1
"""Raised with every change of any invariant."""
CHECKER = f"invariants {VERSION}"

INVARIANTS: tuple[Invariant, ...] = (
    coverage.check_round_the_clock,
    coverage.check_opening_hours,
    coverage.check_pattern,
    coverage.check_night_lighting,
    overlap.check_overlaps,
    hours.check_shift_length,
    hours.check_weekly_hours,
    staffing.check_headcount,
    staffing.check_answered_headcount,
    armed.check_armed,
    entrances.check_entrances,
    names.check_codes,
    names.check_names,
    meters.check_units,
    meters.check_answered_meters,
    meters.check_meter_count,
    contacts.check_reachable,
    contacts.check_placeholders,
    go_live.check_go_live,
    patrol.check_feasible,
    patrol.check_interval_agrees,
    existing.check_site_code,
    existing.check_site_name,
    plausible.check_floors,
    plausible.check_area,
    assets.check_grouped,
    answers_kept.check_site_fields,
)


def check_proposal(request: CheckRequest, *, policy: StaffingPolicy | None = None) -> Verdict:
    """The verdict on a proposal that obeys the schema; the worst objections first."""
    case = Case(request=request, policy=policy or current_policy())
    objections = [objection for invariant in INVARIANTS for objection in invariant(case)]
    objections.sort(key=lambda objection: (objection.severity != "blocking", objection.where, objection.code))
    return Verdict.of(objections, checker=CHECKER)
