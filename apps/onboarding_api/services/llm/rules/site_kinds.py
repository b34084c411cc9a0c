"""What is assumed about each type of site. House rules: to be amended by who knows the site."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteKind:
    """`never_left`: guarded round the clock even where the working hours are shorter. `critical`: has a
    control room.

    `patrol_minutes`: from one round to the next. `grounds`: has an outer boundary to be walked.
    """

    never_left: bool = False
    critical: bool = False
    patrol_minutes: int = 120
    grounds: bool = False


DEFAULT = SiteKind()
KINDS = {
    "hospital": SiteKind(never_left=True, critical=True, patrol_minutes=60),
    "data_centre": SiteKind(never_left=True, critical=True, patrol_minutes=60, grounds=True),
    "data_center": SiteKind(never_left=True, critical=True, patrol_minutes=60, grounds=True),
    "residential": SiteKind(never_left=True, grounds=True),
    "factory": SiteKind(never_left=True, critical=True, grounds=True),
    "warehouse": SiteKind(never_left=True, grounds=True),
    "construction": SiteKind(never_left=True, grounds=True),
    "hotel": SiteKind(never_left=True),
    "school": SiteKind(grounds=True),
    "bank": SiteKind(critical=True, patrol_minutes=60),
}
HIGH_RISKS = frozenset({"theft", "fire", "unauthorised_entry", "workplace_violence", "hazardous_materials"})
"""Risks for which a round every hour is proposed: a house rule."""


def kind_of(site_type: str) -> SiteKind:
    return KINDS.get(site_type, DEFAULT)
