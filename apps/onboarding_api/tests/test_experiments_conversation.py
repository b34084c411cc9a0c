"""The conversation really asks what the arm says, everybody stays in their arm, and counts from the difference on."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.onboarding.models import (
    ClientFlow,
    ConversationSession,
    Experiment,
    ExperimentUnit,
    FlowVersion,
    Membership,
)
from apps.onboarding_api.services import conversation, experiments
from apps.onboarding_api.services.conversation import processing
from apps.onboarding_api.services.experiments import NewArm
from apps.onboarding_api.tests import experiment_world as world
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller
from apps.onboarding_api.tests.experiment_world import KEY, OTHER_ORDER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kept_connection")]


@pytest.fixture
def member() -> Membership:
    factories.default_flow()
    found: Membership = factories.MembershipFactory.create(role="contributor")
    return found


def id_in(experiment: Experiment, arm: str) -> UUID:
    """An id that the hash puts into that arm."""
    while True:
        candidate = uuid4()
        if world.arm_of(experiment, candidate) == arm:
            return candidate


def opened(member: Membership, session_id: UUID | None = None, **how: Any) -> ConversationSession:
    return conversation.open_session(user=member.user, session_id=session_id, **how)[0]


def say(session: ConversationSession, member: Membership, text: str) -> dict[str, Any]:
    turn = conversation.submit_answer(
        session_id=session.pk, user=member.user, answer=conversation.Answer(text=text)
    )
    processing.process_step(session_id=session.pk, user_input="", context={"turn_id": str(turn.pk)})
    turn.refresh_from_db()
    return turn.reply


def unit_of(session: ConversationSession) -> ExperimentUnit:
    return ExperimentUnit.objects.get(session=session)


def test_each_arm_asks_in_its_own_order_over_the_api(member: Membership) -> None:
    experiment = world.running(kind="question_order", arms=[NewArm("a", 1), NewArm("b", 1, OTHER_ORDER)])
    asked = {}
    for arm in ("a", "b"):
        answer = Caller(member.user)(
            "POST", reverse("conversation"), {"session_id": str(id_in(experiment, arm))}
        )
        assert answer.status_code == 200, answer.content
        asked[arm] = answer.json()["reply"]["slot"]
    assert asked == {"a": "site_name", "b": "site_type"}


def test_each_arm_asks_in_its_own_words(member: Membership) -> None:
    experiment = world.running()
    said = {
        arm: say(opened(member, id_in(experiment, arm)), member, "Green Valley Tower")["question"]
        for arm in ("a", "b")
    }
    assert said["b"] == "What do you guard there?"
    assert said["a"] == factories.default_flow().flow().slot("site_type").wording("en").question


def test_a_session_counts_only_from_the_question_that_differs(member: Membership) -> None:
    experiment = world.running()
    for arm in ("a", "b"):
        session = opened(member, id_in(experiment, arm))
        assert session.variants == {}
        assert unit_of(session).exposed_at is None
        say(session, member, "Green Valley Tower")
        session.refresh_from_db()
        assert session.variants == {KEY: arm}
        event = session.events.get(kind="experiment_exposed")
        assert event.data == {"experiment": KEY, "arm": arm}
        assert unit_of(session).exposed_at is not None
        say(session, member, "a warehouse")
        assert session.events.filter(kind="experiment_exposed").count() == 1


def test_an_order_that_differs_at_once_counts_at_once(member: Membership) -> None:
    experiment = world.running(kind="question_order", arms=[NewArm("a", 1), NewArm("b", 1, OTHER_ORDER)])
    for arm in ("a", "b"):
        session = opened(member, id_in(experiment, arm))
        assert session.variants == {KEY: arm}


def test_words_of_another_language_expose_nobody(member: Membership) -> None:
    experiment = world.running(
        arms=[NewArm("a", 1), NewArm("b", 1, {"site_type": {"hi": {"question": "कैसी जगह है?"}}})]
    )
    spoken = {}
    for language in ("en", "hi"):
        session = opened(member, id_in(experiment, "b"), language=language)
        say(session, member, "Green Valley Tower")
        session.refresh_from_db()
        spoken[language] = session.variants
    assert spoken == {"en": {}, "hi": {KEY: "b"}}


def test_a_correction_that_leads_to_the_difference_exposes_too(member: Membership) -> None:
    session = opened(member, id_in(world.running(), "b"))
    conversation.correct_answers(
        session_id=session.pk, user=member.user, patch={"site_name": "Indigo House"}, if_match="*"
    )
    session.refresh_from_db()
    assert session.variants == {KEY: "b"}


def test_a_flow_version_can_be_an_arm(member: Membership) -> None:
    base = factories.default_flow()
    definition = base.definition
    definition["slots"] = [slot for slot in definition["slots"] if slot["name"] != "site_name"]
    FlowVersion.objects.create(
        name=base.name, version=90, digest="d" * 64, definition=definition, is_default=False
    )
    experiment = world.running(kind="flow_version", arms=[NewArm("a", 1), NewArm("b", 1, {"version": 90})])
    session = opened(member, id_in(experiment, "b"))
    assert session.flow_version is not None
    assert session.flow_version.version == 90
    assert session.variants == {KEY: "b"}  # one question fewer shows at once, in the progress


def test_each_arm_offers_help_in_its_own_time_and_counts_from_then_on(member: Membership) -> None:
    """Up to the second misunderstanding both arms do the same; at it one offers a person, the other a form control."""
    sooner = {"parameters": {"person_after": 2, "explain_after": 2}}
    experiment = world.running(kind="interventions", arms=[NewArm("a", 1), NewArm("b", 1, sooner)])
    why = factories.default_flow().flow().slot("site_type").wording("en").why
    said = {}
    for arm in ("a", "b"):
        session = opened(member, id_in(experiment, arm))
        say(session, member, "Green Valley Tower")
        first = say(session, member, "qwertz")
        session.refresh_from_db()
        assert (first["control"], session.variants) == (None, {})
        said[arm] = say(session, member, "qwertz")
        session.refresh_from_db()
        assert session.variants == {KEY: arm}
    assert [choice["value"] for choice in said["b"]["choices"]] == ["hand_off", "continue"]
    assert "hand_off" not in [choice["value"] for choice in said["a"]["choices"]]
    assert said["a"]["control"] is not None
    assert why in said["b"]["text"]
    assert why not in said["a"]["text"]


def test_who_is_always_understood_is_not_part_of_an_experiment_on_help(member: Membership) -> None:
    experiment = world.running(
        kind="interventions", arms=[NewArm("a", 1), NewArm("b", 1, {"parameters": {"form_control_after": 1}})]
    )
    session = opened(member, id_in(experiment, "b"))
    say(session, member, "Green Valley Tower")
    say(session, member, "a warehouse")
    assert unit_of(session).exposed_at is None


def test_help_that_won_is_what_new_sessions_get(member: Membership) -> None:
    experiment = world.running(
        kind="interventions", arms=[NewArm("a", 1), NewArm("b", 1, {"parameters": {"form_control_after": 1}})]
    )
    experiments.roll_out(experiment.pk, user=experiment.created_by, arm="b", reason="a test")
    session = opened(member)
    assert session.flow_version is not None
    assert session.flow_version.definition["help"] == {"form_control_after": 1}
    assert say(session, member, "Green Valley Tower")["control"] is None
    assert say(session, member, "qwertz")["control"] is not None


def test_another_process_puts_the_same_session_into_the_same_arm(member: Membership) -> None:
    experiment = world.running()
    ids = [str(uuid4()) for _ in range(200)]
    here = [world.arm_of(experiment, UUID(one)) for one in ids]
    program = (
        "import sys; from apps.onboarding_api.services.statistics.experiments.assignment import variant_for\n"
        "for one in sys.argv[2:]:\n"
        "    print(variant_for(experiment=sys.argv[1], unit=one, weights={'a': 5000, 'b': 5000}))"
    )
    there = subprocess.run(
        [sys.executable, "-c", program, KEY, *ids], capture_output=True, text=True, check=True
    )
    assert there.stdout.split() == here
    assert set(here) == {"a", "b"}


def test_a_person_stays_in_one_arm_through_all_their_sessions(member: Membership) -> None:
    world.running(unit="user")
    arms = {unit_of(opened(member)).arm.name for _ in range(8)}
    assert len(arms) == 1
    assert {unit.unit for unit in ExperimentUnit.objects.all()} == {f"user-{member.user.pk}"}


def test_a_second_request_changes_nothing(member: Membership) -> None:
    experiment = world.running()
    session_id = id_in(experiment, "b")
    first, again = opened(member, session_id), opened(member, session_id)
    assert first.pk == again.pk
    assert ExperimentUnit.objects.count() == 1


def test_nobody_is_moved_to_another_arm_once_they_are_in_one(member: Membership) -> None:
    experiment = world.running()
    unit = unit_of(opened(member, id_in(experiment, "b")))
    other = experiment.arms.get(name="a")
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        ExperimentUnit.objects.filter(pk=unit.pk).update(arm=other)


@pytest.mark.parametrize("change", [{"traffic": 1}, {"control": "b"}, {"window_hours": 1}])
def test_what_runs_cannot_be_changed(change: dict[str, Any]) -> None:
    experiment = world.running()
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        Experiment.objects.filter(pk=experiment.pk).update(**change)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        experiment.arms.filter(name="b").update(weight=1)


def test_who_is_outside_the_traffic_takes_no_part(member: Membership) -> None:
    world.running(traffic=0.0001)
    session = opened(member)
    assert session.flow_version == factories.default_flow()
    assert not ExperimentUnit.objects.filter(session=session).exists()


def test_a_stopped_experiment_takes_and_exposes_nobody_more(member: Membership) -> None:
    experiment = world.running()
    staff = factories.UserFactory.create(is_staff=True)
    before = opened(member, id_in(experiment, "b"))
    experiments.stop(experiment.pk, user=staff)
    assert say(before, member, "Green Valley Tower")["question"] == "What do you guard there?"
    before.refresh_from_db()
    assert before.variants == {}
    after = opened(member, id_in(experiment, "b"))
    assert after.flow_version == factories.default_flow()


def test_an_experiment_of_one_client_touches_no_other(member: Membership) -> None:
    other: Membership = factories.MembershipFactory.create(role="manager")
    experiment = world.running(user=other.user, client_id=other.client_id)
    assert opened(member, id_in(experiment, "b")).flow_version == factories.default_flow()
    theirs = opened(other, id_in(experiment, "b"))
    assert theirs.flow_version != factories.default_flow()
    assert not ExperimentUnit.objects.exclude(session=theirs).exists()


def test_the_winner_is_what_new_sessions_start_with(member: Membership) -> None:
    experiment = world.running()
    staff = factories.UserFactory.create(is_staff=True)
    experiments.roll_out(experiment.pk, user=staff, arm="b", reason="the figures of another country")
    session = opened(member)
    assert say(session, member, "Green Valley Tower")["question"] == "What do you guard there?"
    assert FlowVersion.objects.filter(name=world.FLOW, is_default=True).count() == 1


def test_a_winner_for_one_client_leaves_the_flow_of_the_others(member: Membership) -> None:
    other: Membership = factories.MembershipFactory.create(role="manager")
    experiment = world.running(user=other.user, client_id=other.client_id)
    experiments.roll_out(experiment.pk, user=other.user, arm="b", reason="we like it")
    assert ClientFlow.objects.get().client_id == other.client_id
    assert opened(member).flow_version == factories.default_flow()
    assert say(opened(other), other, "Tower")["question"] == "What do you guard there?"
    everybody = world.running(key="everybody")
    assert not ExperimentUnit.objects.filter(experiment=everybody, session=opened(other)).exists()
