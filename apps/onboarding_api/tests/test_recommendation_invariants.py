"""The checker finds each fault that is put into a good proposal, and nothing in the good one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from apps.onboarding_api.services.llm import ExistingSite, invariants
from apps.onboarding_api.services.llm.invariants import clock
from apps.onboarding_api.services.llm.invariants.policy import StaffingPolicy
from apps.onboarding_api.services.llm.port import CheckRequest
from apps.onboarding_api.tests.recommendation_factories import (
    HOSPITAL,
    KINDS_OF_SITE,
    OFFICE,
    TODAY,
    WAREHOUSE,
    check,
    make,
)

Proposal = dict[str, Any]
ARMED = {**HOSPITAL, "armed_guards": True}
UNLIT = {**OFFICE, "night_lighting": False}
METERED = {**OFFICE, "meters": ["water"], "meter_count": 2}


def _set(path: str, value: Any) -> Callable[[Proposal], None]:
    def change(proposal: Proposal) -> None:
        *way, last = path.split("/")
        target: Any = proposal
        for part in way:
            target = target[int(part)] if isinstance(target, list) else target[part]
        target[int(last) if isinstance(target, list) else last] = value

    return change


def _drop(section: str, code: str) -> Callable[[Proposal], None]:
    def change(proposal: Proposal) -> None:
        proposal[section] = [item for item in proposal[section] if item["code"] != code]

    return change


def _copy(section: str, **fields: Any) -> Callable[[Proposal], None]:
    return lambda proposal: proposal[section].append({**proposal[section][0], **fields})


def _hurry(proposal: Proposal) -> None:
    for point in proposal["checkpoints"]:
        point["interval_minutes"] = 10


FAULTS = [
    ("night_shift_gone", HOSPITAL, _drop("shifts", "C"), "coverage_gap", "blocking"),
    ("no_guard_on_sunday", HOSPITAL, _set("shifts/0/days", [1, 2, 3, 4, 5, 6]), "coverage_gap", "blocking"),
    ("fewer_shifts", WAREHOUSE, _drop("shifts", "NIGHT"), "pattern_differs", "warning"),
    ("unlit_night", UNLIT, _set("shifts/0/ends_at", "20:00"), "night_lighting_missing", "warning"),
    ("one_meter_less", METERED, _drop("meter_points", "water-2"), "meter_count_differs", "warning"),
    ("closes_later", OFFICE, _set("site/closes_at", "20:00"), "opening_hours_uncovered", "warning"),
    ("no_shift", OFFICE, _drop("shifts", "GENERAL"), "no_shift", "blocking"),
    ("shift_doubled", HOSPITAL, _copy("shifts", code="A2"), "shift_twice", "blocking"),
    ("long_overlap", HOSPITAL, _set("shifts/0/ends_at", "16:00"), "shift_overlap", "warning"),
    ("too_long", OFFICE, _set("shifts/0/ends_at", "22:30"), "shift_too_long", "blocking"),
    ("a_day_and_night", OFFICE, _set("shifts/0/ends_at", "09:00"), "shift_too_long", "blocking"),
    ("overtime", OFFICE, _set("shifts/0/ends_at", "19:00"), "shift_with_overtime", "warning"),
    (
        "small_roster",
        HOSPITAL,
        _set("site/attributes/roster_strength", 30),
        "week_with_overtime",
        "warning",
    ),
    ("tiny_roster", HOSPITAL, _set("site/attributes/roster_strength", 10), "week_too_long", "blocking"),
    ("too_few", HOSPITAL, _set("shifts/1/headcount", 7), "too_few_people", "blocking"),
    ("fewer_than_said", OFFICE, _set("shifts/0/headcount", 1), "fewer_people_than_answered", "warning"),
    ("more_than_said", OFFICE, _set("shifts/0/headcount", 9), "more_people_than_answered", "warning"),
    ("armed", HOSPITAL, _set("posts/0/armed", True), "armed_without_approval", "blocking"),
    ("disarmed", ARMED, _set("posts/0/armed", False), "armed_missing", "warning"),
    ("gate_open", HOSPITAL, _drop("posts", "gate-2"), "entrance_without_post", "blocking"),
    ("vehicle_gate_open", WAREHOUSE, _drop("posts", "vehicle-gate-1"), "entrance_without_post", "blocking"),
    ("code_twice", HOSPITAL, _copy("checkpoints", name="Roof"), "code_twice", "blocking"),
    ("name_twice", HOSPITAL, _copy("posts", code="gate-x"), "name_twice", "warning"),
    ("wrong_unit", HOSPITAL, _set("meter_points/0/unit", "m3"), "meter_unit_wrong", "blocking"),
    ("unknown_meter", HOSPITAL, _set("meter_points/0/kind", "flux"), "meter_kind_unknown", "warning"),
    ("meter_gone", HOSPITAL, _drop("meter_points", "water-1"), "meter_missing", "warning"),
    ("nobody_to_call", HOSPITAL, _drop("contacts", "emergency-1"), "contact_missing", "blocking"),
    ("no_way_to_call", HOSPITAL, _set("contacts/0/phone", ""), "contact_unreachable", "blocking"),
    ("phone_in_clear", HOSPITAL, _set("contacts/0/phone", "9876543210"), "contact_in_clear", "blocking"),
    ("name_in_clear", HOSPITAL, _set("contacts/0/name", "Asha Rao"), "contact_in_clear", "blocking"),
    ("past", HOSPITAL, _set("site/go_live_on", "2026-03-01"), "go_live_past", "blocking"),
    ("far", HOSPITAL, _set("site/go_live_on", "2062-09-01"), "go_live_far", "warning"),
    (
        "hurried_round",
        HOSPITAL,
        _hurry,
        "patrol_not_feasible",
        "blocking",
    ),
    ("lazy_round", WAREHOUSE, _set("checkpoints/0/interval_minutes", 90), "patrol_less_often", "warning"),
    ("skyscraper", OFFICE, _set("site/floors", 400), "floors_implausible", "warning"),
    ("tiny", HOSPITAL, _set("site/area_sq_m", "20.00"), "area_implausible", "warning"),
    ("huge", HOSPITAL, _set("site/area_sq_m", "99000000"), "area_implausible", "warning"),
    ("other_name", HOSPITAL, _set("site/name", "Sunset Hospital"), "differs_from_answer", "warning"),
    ("floors_lost", HOSPITAL, _set("site/floors", 2), "differs_from_answer", "warning"),
    (
        "foreign_site",
        HOSPITAL,
        _set("site/updates", "0f0e0d0c-0000-4000-8000-000000000000"),
        "site_to_update_unknown",
        "blocking",
    ),
]


@pytest.mark.parametrize(
    ("answers", "change", "code", "severity"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_seeded_fault_is_found(answers, change, code, severity):
    proposal = deepcopy(dict(make(answers).proposal))
    before = {objection.code for objection in check(proposal, answers).objections}
    change(proposal)
    verdict = check(proposal, answers)
    found = [objection for objection in verdict.objections if objection.code == code]
    assert code not in before
    assert {objection.severity for objection in found} == {severity}
    assert verdict.verdict == "block" if severity == "blocking" else verdict.verdict in {"warn", "block"}


def test_every_blocking_and_warning_code_has_a_seeded_fault():
    """A code that no test can provoke is a rule that nobody knows to work."""
    seeded = {fault[3] for fault in FAULTS}
    elsewhere = {"site_code_taken", "site_name_taken", "contact_invalid", "assets_grouped"}
    raised = set()
    for file in Path(invariants.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"warning", "blocking"}:
                raised.add(ast.literal_eval(node.args[0]))
    assert raised == seeded | elsewhere


def test_good_proposals_of_hospital_and_office_pass():
    assert check(dict(make(HOSPITAL).proposal), HOSPITAL).objections == ()
    assert check(dict(make(OFFICE).proposal), OFFICE).verdict == "pass"


def test_warehouse_is_pointed_out_for_overtime_and_grouped_assets():
    found = {objection.code for objection in check(dict(make(WAREHOUSE).proposal), WAREHOUSE).objections}
    assert found == {"shift_with_overtime", "assets_grouped"}


@pytest.mark.parametrize("kind", KINDS_OF_SITE)
def test_no_proposal_of_the_maker_is_blocked(kind):
    answers = KINDS_OF_SITE[kind]
    assert check(dict(make(answers).proposal), answers).verdict != "block"


def test_invalid_telephone_is_pointed_out():
    verdict = check(dict(make(HOSPITAL).proposal), HOSPITAL, facts={"[REDACTED_PHONE]": False})
    assert [objection.code for objection in verdict.objections] == ["contact_invalid"]


def test_taken_code_and_same_name_are_found():
    proposal = deepcopy(dict(make(HOSPITAL).proposal))
    existing = (ExistingSite(id="7", code=proposal["site"]["code"], name="SUNRISE hospital"),)
    found = {o.code: o.severity for o in check(proposal, HOSPITAL, existing=existing).objections}
    assert found == {"site_code_taken": "blocking", "site_name_taken": "warning"}
    proposal["site"]["updates"] = "7"
    assert check(proposal, HOSPITAL, existing=existing).verdict == "pass"


def test_objection_says_rule_version_and_place():
    proposal = deepcopy(dict(make(HOSPITAL).proposal))
    proposal["posts"][0]["armed"] = True
    objection = check(proposal, HOSPITAL).to_json()["objections"][0]
    assert objection["rule"] == "armed.approved"
    assert objection["version"] == 1
    assert objection["where"] == "/posts/0/armed"


def test_operator_sets_other_working_hours():
    request = CheckRequest(proposal=make(WAREHOUSE).proposal, answers=WAREHOUSE, today=TODAY)
    strict = StaffingPolicy(longest_shift_minutes=10 * 60)
    verdict = invariants.check_proposal(request, policy=strict)
    assert "shift_too_long" in {objection.code for objection in verdict.objections}


def test_checker_shares_no_code_with_the_maker():
    for file in Path(invariants.__file__).parent.glob("*.py"):
        assert "llm.rules" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "gaps"),
    [
        ([(0, clock.WEEK)], []),
        ([(100, clock.WEEK + 100)], []),
        ([(0, 5000)], [(5000, clock.WEEK)]),
        ([(60, 5000), (4000, clock.WEEK)], [(0, 60)]),
        ([], [(0, clock.WEEK)]),
    ],
)
def test_gaps_of_the_week(given, gaps):
    assert clock.uncovered([(0, clock.WEEK)], given) == gaps
