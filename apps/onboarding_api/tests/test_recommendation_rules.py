"""What the embedded maker proposes, and that it says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.onboarding.flows import grammar
from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding_api.services.llm import ExistingSite, UploadSummary
from apps.onboarding_api.services.llm.proposal_schema import LISTS, find_faults
from apps.onboarding_api.services.llm.rules import book
from apps.onboarding_api.tests.recommendation_factories import (
    HOSPITAL,
    KINDS_OF_SITE,
    OFFICE,
    WAREHOUSE,
    make,
)


def codes(proposal: Any, section: str) -> list[str]:
    return [item["code"] for item in proposal[section]]


def lookup(document: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("/").split("/"):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def test_hospital_is_guarded_round_the_clock_with_control_room_and_reception():
    proposal = make(HOSPITAL).proposal
    assert [(s["starts_at"], s["ends_at"]) for s in proposal["shifts"]] == [
        ("06:00", "14:00"),
        ("14:00", "22:00"),
        ("22:00", "06:00"),
    ]
    assert all(shift["days"] == [1, 2, 3, 4, 5, 6, 7] for shift in proposal["shifts"])
    assert codes(proposal, "posts") == ["gate-1", "gate-2", "gate-3", "control-room", "reception", "patrol"]
    # Eight guards on posts and one reliever for six of them.
    assert {shift["headcount"] for shift in proposal["shifts"]} == {9}
    assert not any(post["armed"] for post in proposal["posts"])


def test_area_in_square_feet_becomes_square_metres():
    assert make(HOSPITAL).proposal["site"]["area_sq_m"] == "11148.36"


def test_bare_area_without_unit_is_not_guessed():
    assert make({**HOSPITAL, "area": 5000}).proposal["site"]["area_sq_m"] is None


def test_risks_ask_for_an_hourly_round_with_their_own_checkpoints():
    checkpoints = make(HOSPITAL).proposal["checkpoints"]
    assert {point["interval_minutes"] for point in checkpoints} == {60}
    assert {point["floor"] for point in checkpoints} == {"", "G", "1", "2", "3", "4", "5"}
    assert {"fire-panel-and-pump-room", "stores-and-loading-bay"} <= {p["code"] for p in checkpoints}
    assert [point["sequence"] for point in checkpoints] == list(range(1, 9))


def test_office_has_one_general_shift_on_its_working_days():
    proposal = make(OFFICE).proposal
    assert proposal["shifts"] == [
        {
            "code": "GENERAL",
            "name": "General shift",
            "starts_at": "09:00",
            "ends_at": "18:00",
            "headcount": 2,
            "days": [1, 2, 3, 4, 5],
        }
    ]
    assert codes(proposal, "posts") == ["gate-1", "patrol"]


def test_long_day_is_split_so_that_nobody_works_more_than_nine_hours():
    answers = {key: value for key, value in OFFICE.items() if key != "shift_pattern"}
    proposal = make({**answers, "operating_hours": {"from": "07:00", "to": "23:00"}}).proposal
    assert [(s["starts_at"], s["ends_at"]) for s in proposal["shifts"]] == [
        ("07:00", "15:00"),
        ("15:00", "23:00"),
    ]


def test_night_hours_cross_midnight():
    proposal = make({**OFFICE, "operating_hours": {"from": "20:00", "to": "04:00"}}).proposal
    assert [(s["starts_at"], s["ends_at"]) for s in proposal["shifts"]] == [("20:00", "04:00")]


def test_answered_pattern_of_twelve_hours_gives_two_shifts():
    proposal = make(WAREHOUSE).proposal
    assert [(s["starts_at"], s["ends_at"]) for s in proposal["shifts"]] == [
        ("08:00", "20:00"),
        ("20:00", "08:00"),
    ]


def test_vehicle_gates_have_guards_and_the_main_entrance_is_armed_where_answered():
    proposal = make(WAREHOUSE).proposal
    assert {"gate-1", "gate-2", "vehicle-gate-1", "vehicle-gate-2"} <= set(codes(proposal, "posts"))
    assert [post["code"] for post in proposal["posts"] if post["armed"]] == ["gate-1"]


def test_every_entrance_keeps_its_guard_even_where_too_few_were_answered():
    proposal = make({**OFFICE, "entrances": 5, "guards_per_shift": 2}).proposal
    assert [post["kind"] for post in proposal["posts"]] == ["gate"] * 5
    assert proposal["shifts"][0]["headcount"] == 5


def test_roster_strength_follows_from_the_working_week():
    # Three shifts of 8 hours, 9 people, 7 days; each person works 6 of them: 3 x ceil(63 / 6).
    assert make(HOSPITAL).proposal["site"]["attributes"]["roster_strength"] == 33


def test_many_assets_become_one_item_with_a_count_and_few_become_items():
    proposal = make(WAREHOUSE).proposal
    assert proposal["assets"] == [
        {
            "code": "cctv_camera-all",
            "name": "Cctv camera (350 together)",
            "kind": "cctv_camera",
            "count": 350,
        }
    ]
    assert proposal["site"]["attributes"]["grouped_assets"] == {"cctv_camera-all": 350}
    assert len(make(HOSPITAL).proposal["assets"]) == 32


def test_answered_cameras_are_listed_unless_they_are_among_the_assets():
    assert codes(make({**OFFICE, "cctv_cameras": 3}).proposal, "assets") == [
        "cctv-001",
        "cctv-002",
        "cctv-003",
    ]
    assert len(make({**WAREHOUSE, "cctv_cameras": 3}).proposal["assets"]) == 1


def test_number_of_meters_is_given_to_the_only_kind_and_never_guessed_among_several():
    one = make({**OFFICE, "meters": ["water"], "meter_count": 3}).proposal
    assert codes(one, "meter_points") == ["water-1", "water-2", "water-3"]
    several = make({**OFFICE, "meters": ["water", "gas"], "meter_count": 3}).proposal
    assert codes(several, "meter_points") == ["water-1", "gas-1"]


def test_loading_docks_have_a_guard_and_a_checkpoint():
    proposal = make({**WAREHOUSE, "loading_docks": 10}).proposal
    assert {p["code"]: p["guards_per_shift"] for p in proposal["posts"]}["loading-docks"] == 2
    assert "loading-docks" in codes(proposal, "checkpoints")


def test_armed_guards_are_as_many_as_answered():
    proposal = make({**WAREHOUSE, "armed_guard_count": 3}).proposal
    assert [post["code"] for post in proposal["posts"] if post["armed"]] == [
        "gate-1",
        "gate-2",
        "vehicle-gate-1",
    ]


def test_never_left_types_are_covered_round_the_clock_without_a_pattern():
    answers = {key: value for key, value in WAREHOUSE.items() if key != "shift_pattern"}
    assert len(make(answers).proposal["shifts"]) == 3


def test_two_spellings_of_an_asset_do_not_share_codes():
    proposal = make({"assets": [{"item": "पंप", "count": 2}, {"item": "लिफ्ट", "count": 2}]}).proposal
    assert len(set(codes(proposal, "assets"))) == 4


def test_confirmed_reading_opens_the_meter_it_fits_with_its_leading_zeros():
    upload = UploadSummary(id="u1", kind="meter", reading="004512.5", unit="kWh")
    made = make(HOSPITAL, uploads=(upload,))
    readings = {point["kind"]: point["opening_reading"] for point in made.proposal["meter_points"]}
    assert readings == {"electricity": "004512.5", "water": ""}
    assert any(entry.get("uploads") == ["u1"] for entry in made.evidence)


def test_reading_that_fits_several_meters_is_not_guessed():
    upload = UploadSummary(id="u1", kind="meter", reading="123", unit="")
    assert {p["opening_reading"] for p in make(HOSPITAL, uploads=(upload,)).proposal["meter_points"]} == {""}


def test_position_is_the_median_of_the_photos():
    uploads = tuple(
        UploadSummary(id=str(number), kind="scene", latitude=latitude, longitude=73.8)
        for number, latitude in enumerate((18.5, 18.6, 51.0))
    )
    site = make(HOSPITAL, uploads=uploads).proposal["site"]
    assert (site["latitude"], site["longitude"]) == (18.6, 73.8)


def test_contact_is_made_of_placeholders():
    assert make(HOSPITAL).proposal["contacts"] == [
        {
            "code": "emergency-1",
            "name": "[REDACTED_NAME]",
            "role": "emergency",
            "phone": "[REDACTED_PHONE]",
            "email": "",
        }
    ]


def test_code_of_the_site_avoids_those_that_the_client_has():
    existing = (ExistingSite(id="x", code="sunrise-hospital", name="Sunrise Hospital"),)
    assert make(HOSPITAL, existing=existing).proposal["site"]["code"] == "sunrise-hospital-2"


def test_personal_name_in_the_name_of_a_site_stays_out_of_its_code():
    site = make({"site_name": "[REDACTED_NAME_2] Memorial Hospital"}).proposal["site"]
    assert (site["name"], site["code"]) == ("[REDACTED_NAME_2] Memorial Hospital", "memorial-hospital")


def test_documents_stay_with_the_site():
    upload = UploadSummary(id="d1", kind="document", document_type="floor_plan")
    documents = make(OFFICE, uploads=(upload,)).proposal["site"]["attributes"]["documents"]
    assert documents == [{"upload_id": "d1", "type": "floor_plan"}]


def test_name_in_another_script_still_gets_a_code():
    assert make({"site_name": "पुणे कार्यालय"}).proposal["site"]["code"] == "site"


def test_patrol_that_was_answered_often_has_only_as_many_checkpoints_as_can_be_walked():
    proposal = make({**HOSPITAL, "floors": 60, "patrol_interval": {"minutes": 30}}).proposal
    assert len(proposal["checkpoints"]) == 15
    assert {point["interval_minutes"] for point in proposal["checkpoints"]} == {30}


def test_no_answer_at_all_still_gives_a_valid_proposal():
    made = make({})
    assert find_faults(made.proposal) == []
    assert made.proposal["site"]["name"] == "Site of Acme"


@pytest.mark.parametrize(
    "answers",
    [
        {"floors": "many", "area": {"value": "x", "unit": "sq_ft"}, "assets": "lifts", "risks": None},
        {"operating_hours": {"from": "9", "to": None}, "operating_days": ["Monday", "nonsense", 9]},
        {"floors": -3, "entrances": True, "visitor_volume": {"low": None, "high": 10}},
        {"assets": [{"kind": "lift"}, {"count": 3}, 7], "meters": [None, {"kind": "gas", "count": 0}]},
        {"site_name": 5, "go_live_date": "2026-02-30", "patrol_interval": {"minutes": 0}},
        {"guards_per_shift": 10**12, "floors": 10**9, "entrances": 10**8},
    ],
)
def test_answers_of_other_shapes_are_left_aside_not_stumbled_over(answers):
    assert find_faults(make(answers).proposal) == []


@pytest.mark.parametrize("kind", KINDS_OF_SITE)
def test_every_part_is_cited_and_every_citation_is_an_answer(kind):
    answers = KINDS_OF_SITE[kind]
    made = make(answers)
    cited = {path for entry in made.evidence for path in entry.get("paths", [entry["path"]])}
    for path in cited:
        lookup(made.proposal, path)
    for section in LISTS:
        for index in range(len(made.proposal[section])):
            assert f"/{section}/{index}" in cited
    site = made.proposal["site"]
    filled = {f"/site/{name}" for name, value in site.items() if value not in (None, "", {})}
    filled |= {f"/site/attributes/{name}" for name in site["attributes"]}
    assert filled - {"/site/attributes"} <= cited
    known = {(rule.id, rule.version) for rule in book.RULES}
    for entry in made.evidence:
        assert (entry["rule"], entry["version"]) in known
        assert entry["reason"]
        assert "{" not in entry["reason"]
        assert all(answers[slot] == value for slot, value in entry["answers"].items())


def test_reasons_come_in_hindi_too():
    assert all(entry["reason_hi"] for entry in make(HOSPITAL).evidence)


def test_rules_have_ids_of_their_own():
    assert len({rule.id for rule in book.RULES}) == len(book.RULES)


def test_maker_is_deterministic_and_says_that_it_is_rules():
    one, other = make(HOSPITAL), make(HOSPITAL)
    assert json.dumps(one.proposal) == json.dumps(other.proposal)
    assert one.maker.startswith("rules-based")


def test_rules_rest_on_slots_of_the_flow_and_leave_none_out():
    flow = Flow.from_definition(load_flow("facility_onboarding"))
    rested_on = {slot for rule in book.RULES for slot in rule.rests_on}
    assert rested_on == {slot.name for slot in flow.slots}


@pytest.mark.parametrize("kind", KINDS_OF_SITE)
def test_answers_of_these_tests_are_answers_of_the_flow(kind):
    flow = Flow.from_definition(load_flow("facility_onboarding"))
    for slot, value in KINDS_OF_SITE[kind].items():
        assert grammar.check(flow.slot(slot), value, "en") is None
