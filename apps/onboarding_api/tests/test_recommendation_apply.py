"""Applying writes the configuration; reverting leaves the database exactly as it was."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.onboarding import event_log
from apps.onboarding.errors import Forbidden, NotFound
from apps.onboarding.models import Contact, ConversationSession, PatrolCheckpoint, Post, Shift, Site
from apps.onboarding_api.services import recommendations
from apps.onboarding_api.services.llm.proposal_schema import find_faults
from apps.onboarding_api.services.recommendations import applying, reverting, rows
from apps.onboarding_api.services.recommendations.errors import (
    AlreadyReverted,
    ChangedSinceApplied,
    SiteTaken,
    ValuesElsewhere,
)
from apps.onboarding_api.tests.recommendation_factories import (
    HOSPITAL,
    KINDS_OF_SITE,
    OFFICE,
    build_client,
    build_recommendation,
    build_session,
    build_user,
    make,
    refused,
)


@pytest.fixture
def client(db):
    return build_client()


@pytest.fixture
def manager(client):
    return build_user(client)


def everything() -> dict[str, dict[str, Any]]:
    """All rows of the configuration, column by column, times of change included."""
    return {
        label: {str(row.pk): rows.snapshot(row) for row in model._default_manager.all()}
        for label, model in rows.MODELS.items()
    }


def approve(client: Any, user: Any, answers: dict[str, Any]) -> Any:
    recommendation = build_recommendation(client, answers)
    return recommendations.decide(recommendation_id=recommendation.pk, user=user)


def amend_and_approve(client: Any, answers: dict[str, Any], changes: dict[str, Any]) -> Any:
    recommendation = build_recommendation(client, answers)
    amended = recommendations.decide(
        recommendation_id=recommendation.pk, user=build_user(client), decision="amend", changes=changes
    ).next_recommendation
    assert amended is not None
    return recommendations.decide(recommendation_id=amended.pk, user=build_user(client))


def test_parts_become_rows(client, manager):
    approve(client, manager, HOSPITAL)
    shift = Shift.objects.get(code="C")
    assert (shift.starts_at, shift.ends_at, shift.headcount) == (time(22), time(6), 9)
    assert shift.days == [1, 2, 3, 4, 5, 6, 7]
    assert Post.objects.get(code="reception").guards_per_shift == 3
    assert PatrolCheckpoint.objects.get(code="floor-3").floor == "3"
    assert Site.objects.get().opens_at == time(0)


@pytest.mark.parametrize("kind", KINDS_OF_SITE)
def test_reverting_removes_all_that_was_created(client, manager, kind):
    before = everything()
    outcome = approve(client, manager, KINDS_OF_SITE[kind])
    assert everything() != before
    reverted = recommendations.revert(change_set_id=outcome.change_set.pk, user=manager)
    assert everything() == before
    assert reverted.reverted_by == manager
    session = ConversationSession.objects.get(pk=outcome.session.pk)
    assert session.current_state == event_log.State.COMPLETED
    assert list(session.events.values_list("kind", flat=True))[-1] == "configuration_reverted"


def test_update_of_an_existing_site_keeps_its_other_parts_and_reverts_to_the_byte(client, manager):
    approve(client, manager, OFFICE)
    site = Site.objects.get()
    Post.objects.create(site=site, code="helipad", name="Helipad", kind="gate")
    before = everything()
    changes = {"site": {"updates": str(site.pk), "code": site.code, "floors": 5, "city": ""}}
    changes["shifts"] = {"GENERAL": {"headcount": 4}}
    outcome = amend_and_approve(client, OFFICE, changes)
    site.refresh_from_db()
    assert (Site.objects.count(), site.floors, site.city) == (1, 5, "Bengaluru")
    assert Shift.objects.get().headcount == 4
    assert Post.objects.filter(code="helipad").exists()
    operations = [(operation["op"], operation["model"]) for operation in outcome.change_set.operations]
    assert operations == [("update", "site"), ("update", "shift")]
    recommendations.revert(change_set_id=outcome.change_set.pk, user=manager)
    after = everything()
    assert after == {**before, "site": after["site"]}
    assert rows.differing(before["site"][str(site.pk)], after["site"][str(site.pk)]) == []


def test_second_revert_is_refused(client, manager):
    change_set = approve(client, manager, OFFICE).change_set
    recommendations.revert(change_set_id=change_set.pk, user=manager)
    with refused(AlreadyReverted):
        recommendations.revert(change_set_id=change_set.pk, user=manager)


def test_revert_refuses_what_was_changed_since_and_leaves_everything(client, manager):
    change_set = approve(client, manager, HOSPITAL).change_set
    Post.objects.filter(code="gate-2").update(name="Side gate")
    Shift.objects.filter(code="C").delete()
    before = everything()
    with refused(ChangedSinceApplied) as caught:
        recommendations.revert(change_set_id=change_set.pk, user=manager)
    changed = {(one["code"], one["why"]) for one in caught.value.extra["changed"]}
    assert changed == {("gate-2", "changed"), ("C", "deleted")}
    assert everything() == before


def test_revert_refuses_where_something_was_attached_since(client, manager):
    change_set = approve(client, manager, OFFICE).change_set
    Contact.objects.create(site=Site.objects.get(), code="later", name="[REDACTED_NAME]", role="night")
    with refused(ChangedSinceApplied) as caught:
        recommendations.revert(change_set_id=change_set.pk, user=manager)
    assert [(one["model"], one["why"]) for one in caught.value.extra["changed"]] == [
        ("contact", "depends on it")
    ]


def test_older_change_set_cannot_be_reverted_below_a_newer_one(client, manager):
    first = approve(client, manager, OFFICE).change_set
    site = Site.objects.get()
    changes = {"site": {"updates": str(site.pk), "code": site.code, "floors": 8}}
    second = amend_and_approve(client, OFFICE, changes).change_set
    with refused(ChangedSinceApplied):
        recommendations.revert(change_set_id=first.pk, user=manager)
    recommendations.revert(change_set_id=second.pk, user=manager)
    recommendations.revert(change_set_id=first.pk, user=manager)
    assert not Site.objects.exists()


def test_only_managers_revert_and_strangers_see_nothing(client, manager):
    change_set = approve(client, manager, OFFICE).change_set
    with refused(Forbidden):
        recommendations.revert(change_set_id=change_set.pk, user=build_user(client, role="contributor"))
    with refused(NotFound):
        recommendations.revert(change_set_id=change_set.pk, user=build_user(build_client()))


def test_code_that_was_taken_meanwhile_is_refused_whole(client, manager):
    recommendation = build_recommendation(client, OFFICE)
    Site.objects.create(client=client, code="indigo-house", name="Another", site_type="office")
    before = everything()
    with refused(SiteTaken):
        recommendations.decide(recommendation_id=recommendation.pk, user=manager)
    assert everything() == before
    recommendation.refresh_from_db()
    assert recommendation.status == "proposed"


def test_site_of_another_client_cannot_be_updated(client, manager):
    theirs = Site.objects.create(client=build_client(), code="theirs", name="Theirs", site_type="office")
    recommendation = build_recommendation(client, OFFICE)
    recommendation.proposal["site"]["updates"] = str(theirs.pk)
    recommendation.save()
    with refused(SiteTaken):
        recommendations.decide(recommendation_id=recommendation.pk, user=manager)
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_contacts_of_an_earlier_session_are_not_cut_off_from_their_values(client, manager):
    approve(client, manager, OFFICE)
    site = Site.objects.get()
    Contact.objects.create(site=site, code="night-1", name="[REDACTED_NAME_2]", role="night")
    recommendation = build_recommendation(client, OFFICE)
    recommendation.proposal["site"].update(updates=str(site.pk), code=site.code)
    recommendation.save()
    with refused(ValuesElsewhere) as caught:
        recommendations.decide(recommendation_id=recommendation.pk, user=manager)
    assert caught.value.extra["contacts"] == ["night-1"]


SITE_TYPES = [
    "office",
    "retail",
    "warehouse",
    "factory",
    "hospital",
    "residential",
    "school",
    "data_centre",
    "zoo",
]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
COUNTED = st.lists(
    st.fixed_dictionaries(
        {
            "item": st.sampled_from(["lift", "pump", "cctv_camera", "पंप"]),
            "count": st.integers(1, 40) | st.integers(195, 205),
        }
    ),
    max_size=3,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "site_name": st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60),
        "site_type": st.sampled_from(SITE_TYPES),
        "address": st.sampled_from(["", "14 Station Road", "[REDACTED_ADDRESS]"]),
        "area": st.fixed_dictionaries(
            {
                "value": st.integers(1, 10**6) | st.floats(1, 10**6),
                "unit": st.sampled_from(["sq_ft", "sq_m", "sq_yd", "acre", "hectare"]),
            }
        ),
        "floors": st.integers(1, 100),
        "entrances": st.integers(0, 30),
        "vehicle_gates": st.integers(0, 10),
        "operating_hours": st.fixed_dictionaries({"from": CLOCKS, "to": CLOCKS}),
        "operating_days": st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
        "shift_pattern": st.sampled_from(["three_8h", "two_12h", "day_only", "night_only"]),
        "guards_per_shift": st.integers(1, 60),
        "armed_guards": st.booleans(),
        "risks": st.lists(st.sampled_from(["fire", "theft", "flooding", "none", "जोखिम"]), unique=True),
        "visitor_volume": st.tuples(st.integers(0, 900), st.integers(0, 900)).map(
            lambda pair: {"low": min(pair), "high": max(pair)}
        ),
        "meters": st.lists(
            st.sampled_from(["electricity", "water", "gas", "diesel_generator", "none"]), unique=True
        ),
        "assets": COUNTED,
        "meter_count": st.integers(1, 20) | st.just(500),
        "cctv_cameras": st.integers(1, 30) | st.just(5000),
        "loading_docks": st.integers(0, 200),
        "beds": st.integers(1, 5000),
        "patrol_interval": st.fixed_dictionaries({"minutes": st.integers(1, 1440)}),
        "emergency_contact_name": st.just("[REDACTED_NAME]"),
        "emergency_contact_phone": st.just("[REDACTED_PHONE]"),
        "go_live_date": st.dates().map(str),
        "notes": st.text(st.characters(exclude_categories=["C"]), max_size=200),
    },
)


@given(answers=ANSWERS)
@settings(max_examples=40, deadline=None)
def test_any_valid_answers_give_a_valid_proposal(answers):
    made = make(answers)
    assert find_faults(made.proposal) == []
    for section in rows.PART_MODELS:
        codes = [item["code"] for item in made.proposal[section]]
        assert len(codes) == len(set(codes))


@given(answers=ANSWERS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_applying_and_reverting_any_proposal_changes_nothing(client, manager, answers):
    before = everything()
    recommendation = build_recommendation(client, answers, session=build_session(client, answers))
    with event_log.writing(recommendation.session_id) as session:
        change_set = applying.apply_proposal(recommendation, session=session, user=manager)
    assert Site.objects.count() == 1
    reverting.revert(change_set_id=change_set.pk, user=manager)
    assert everything() == before
