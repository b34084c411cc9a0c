"""The book of rules, in the order they are applied. Later rules look at what earlier ones proposed."""

from __future__ import annotations

from apps.onboarding_api.services.llm.rules import (
    assets,
    contacts,
    fire_safety,
    meters,
    patrol,
    posts,
    shifts,
    site,
    staffing,
)

VERSION = 1
"""Raised with every change of any rule: `maker` of a recommendation carries it."""

RULES = (
    site.name_site,
    site.set_type,
    site.set_place,
    site.set_area,
    site.set_floors,
    site.set_hours,
    site.set_go_live,
    site.set_position,
    site.keep_remarks,
    site.keep_documents,
    posts.guard_entrances,
    posts.guard_vehicle_gates,
    posts.staff_control_room,
    posts.guard_docks,
    posts.staff_reception,
    posts.staff_patrol,
    posts.arm_gates,
    shifts.cover_the_clock,
    shifts.cover_working_hours,
    staffing.count_heads,
    staffing.count_roster,
    patrol.place_checkpoints,
    assets.list_assets,
    assets.list_cameras,
    assets.keep_grouped_counts,
    meters.list_meters,
    meters.open_meters,
    contacts.name_emergency_contact,
    fire_safety.note_fire_safety,
)
