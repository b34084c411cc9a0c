"""Experiments over HTTP: made, started, looked at, stopped, rolled out; whose they are; what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.models import Experiment, FlowVersion, Membership
from apps.onboarding_api.services import experiments
from apps.onboarding_api.services.experiments import NewArm
from apps.onboarding_api.tests import experiment_world, factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.experiment_world import OTHER_ORDER, OTHER_WORDS, Crowd, body

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _flow() -> None:
    factories.default_flow()


@pytest.fixture
def staff() -> Caller:
    return Caller(factories.UserFactory.create(is_staff=True))


@pytest.fixture
def manager() -> Membership:
    found: Membership = factories.MembershipFactory.create(role="manager")
    return found


def made(ask: Caller, **changed: Any) -> dict[str, Any]:
    answer = ask("POST", reverse("experiments"), body(**changed))
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == reverse("experiment", args=[answer.json()["experiment_id"]])
    found: dict[str, Any] = answer.json()
    return found


def do(ask: Caller, deed: str, experiment: dict[str, Any], sent: Any = None) -> Any:
    return ask("POST", reverse(f"experiment-{deed}", args=[experiment["experiment_id"]]), sent)


def results(ask: Caller, experiment: dict[str, Any]) -> dict[str, Any]:
    answer = ask("GET", reverse("experiment-results", args=[experiment["experiment_id"]]))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_whole_course_from_draft_to_default_flow(staff: Caller) -> None:
    draft = made(staff, minimum_units=1_000)
    assert (draft["state"], [arm["weight"] for arm in draft["arms"]]) == ("draft", [5000, 5000])
    started = do(staff, "start", draft).json()
    assert started["state"] == "running"
    assert [arm["flow_version"] for arm in started["arms"]] == [1, 2]
    experiment = Experiment.objects.get(pk=draft["experiment_id"])
    crowd = Crowd(experiment)
    crowd.add("a", 1000, completed=300)
    crowd.add("b", 1000, completed=420)
    experiments.watch()
    told = results(staff, draft)
    assert (told["verdict"], told["arm"], told["maturity"]) == ("winner", "b", 1.0)
    assert told["words"][0].startswith("b completes more often: +12.0 points, between +")
    assert told["words"][1] == "You may stop now, and roll b out."
    rolled = do(staff, "roll-out", draft, {"arm": "b"})
    assert rolled.status_code == 200, rolled.content
    assert [note["deed"] for note in rolled.json()["notes"]] == [
        "created", "started", "stopped", "rolled_out",
    ]  # fmt: skip
    default = FlowVersion.objects.get(name=experiment_world.FLOW, is_default=True)
    assert default.flow().slot("site_type").wording("en").question == "What do you guard there?"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"key": "Upper"}, "/key"),
        ({"key": "a\n"}, "/key"),
        ({"title": "  "}, "/title"),
        ({"kind": "colour"}, "/kind"),
        ({"flow": "nothing"}, "/flow"),
        ({"control": "c"}, "/control"),
        ({"traffic": 0}, "/traffic"),
        ({"traffic": "NaN"}, "/traffic"),
        ({"arms": [{"name": "a"}]}, "/arms"),
        ({"arms": [{"name": "a"}, {"name": "a", "changes": OTHER_WORDS}]}, "/arms"),
        ({"arms": [{"name": "a"}, {"name": "b"}]}, "/arms/1/changes"),
        ({"arms": [{"name": "a"}, {"name": "b", "weight": "inf", "changes": OTHER_WORDS}]}, "/arms"),
        ({"arms": [{"name": "a"}, {"name": "b", "changes": {"moat": {}}}]}, "/arms/1/changes"),
        ({"arms": [{"name": "a"}, {"name": "b", "changes": {"floors": {"fr": {}}}}]}, "/arms/1/changes/floors"),
        (
            {"arms": [{"name": "a"}, {"name": "b", "changes": {"floors": {"en": {"question": ""}}}}]},
            "/arms/1/changes/floors/en/question",
        ),
        (
            {"arms": [{"name": "a"}, {"name": "b", "changes": {"floors": {"en": {"question": "x" * 501}}}}]},
            "/arms/1/changes/floors/en/question",
        ),
        ({"arms": [{"name": "a"}, {"name": "b", "changes": []}]}, "/arms"),
        (
            {"kind": "question_order", "arms": [{"name": "a"}, {"name": "b", "changes": {"order": ["floors"]}}]},
            "/arms/1/changes/order",
        ),
        (
            {
                "kind": "question_order",
                "arms": [{"name": "a"}, {"name": "b", "changes": {"order": ["floors", "floors"]}}],
            },
            "/arms/1/changes/order/1",
        ),
        (
            {"kind": "flow_version", "arms": [{"name": "a"}, {"name": "b", "changes": {"version": 77}}]},
            "/arms/1/changes/version",
        ),
        (
            {
                "kind": "interventions",
                "arms": [{"name": "a"}, {"name": "b", "changes": {"parameters": {"person_after": 0}}}],
            },
            "/arms/1/changes/parameters/person_after",
        ),
        (
            {
                "kind": "interventions",
                "arms": [{"name": "a"}, {"name": "b", "changes": {"parameters": {"hand_off_after": 2}}}],
            },
            "/arms/1/changes",
        ),
        (
            {
                "kind": "interventions",
                "arms": [{"name": "a"}, {"name": "b", "changes": {"parameters": {"person_after": 3}}}],
            },
            "/arms/1/changes",
        ),
        ({"guardrails": [{"metric": "cost"}]}, "/guardrails/0/metric"),
        ({"guardrails": [{"metric": "errors"}, {"metric": "errors"}]}, "/guardrails/1/metric"),
        ({"other_metrics": ["completed"]}, "/other_metrics"),
        ({"guard_hours": 100}, "/guard_hours"),
        ({"minimum_units": 10}, "/minimum_units"),
        ({"planned_units": 500}, "/planned_units"),
        ({"surprise": 1}, "/surprise"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_with_the_place(
    staff: Caller, change: dict[str, Any], pointer: str
) -> None:
    problem = assert_problem(staff("POST", reverse("experiments"), body(**change)), 400)
    assert any(fault["pointer"].startswith(pointer) for fault in problem["errors"]), problem["errors"]
    assert not Experiment.objects.exists()


@pytest.mark.parametrize("sent", [b"{", b"[]", b'"x"', b"null", b'{"key": "\\u0000"}', b"1"])
def test_rubbish_is_no_fault_of_ours(staff: Caller, sent: bytes) -> None:
    assert staff("POST", reverse("experiments"), sent).status_code == 400


def test_a_key_is_given_once(staff: Caller) -> None:
    made(staff)
    assert_problem(staff("POST", reverse("experiments"), body()), 409)


def test_two_experiments_do_not_run_on_the_same_sessions(staff: Caller) -> None:
    do(staff, "start", made(staff))
    second = made(staff, key="second")
    assert_problem(do(staff, "start", second), 409)
    assert_problem(
        do(staff, "start", made(staff, key="third", client_id=str(factories.ClientFactory.create().pk))), 409
    )


def test_each_step_is_taken_once(staff: Caller) -> None:
    draft = made(staff)
    assert_problem(do(staff, "stop", draft, {}), 409)
    assert do(staff, "start", draft).status_code == 200
    assert_problem(do(staff, "start", draft), 409)
    assert do(staff, "stop", draft, {"reason": "enough"}).status_code == 200
    assert_problem(do(staff, "stop", draft, {}), 409)


def test_the_same_key_starts_once(staff: Caller) -> None:
    draft = made(staff)
    path = reverse("experiment-start", args=[draft["experiment_id"]])
    first, again = (staff("POST", path, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotent-Replay"] == "true"


def test_what_has_not_won_is_rolled_out_with_a_reason_only(staff: Caller) -> None:
    draft = made(staff)
    do(staff, "start", draft)
    assert_problem(do(staff, "roll-out", draft, {"arm": "b"}), 422)
    assert_problem(do(staff, "roll-out", draft, {"arm": "z", "reason": "x"}), 400)
    rolled = do(staff, "roll-out", draft, {"arm": "b", "reason": "our lawyers ask for it"})
    assert rolled.json()["notes"][-1]["data"]["won"] is False


def test_people_see_the_experiments_of_their_clients_only(staff: Caller, manager: Membership) -> None:
    over_all = made(staff)
    own = made(Caller(manager.user), key="own", client_id=str(manager.client_id))
    stranger = Caller(factories.MembershipFactory.create(role="manager").user)

    def seen(ask: Caller) -> set[str]:
        return {row["key"] for row in ask("GET", reverse("experiments")).json()["results"]}

    assert seen(staff) == {over_all["key"], "own"}
    assert seen(Caller(manager.user)) == {"own"}
    assert seen(stranger) == set()
    for experiment in (own, over_all):
        assert_problem(
            stranger("GET", reverse("experiment-results", args=[experiment["experiment_id"]])), 404
        )
        assert_problem(do(stranger, "start", experiment), 404)
    assert_problem(do(Caller(manager.user), "start", over_all), 404)


def test_a_manager_cannot_compare_over_all_clients_nor_for_another(manager: Membership) -> None:
    ask = Caller(manager.user)
    assert_problem(ask("POST", reverse("experiments"), body()), 403)
    other = str(factories.ClientFactory.create().pk)
    assert_problem(ask("POST", reverse("experiments"), body(client_id=other)), 404)
    assert_problem(ask("POST", reverse("experiments"), body(client_id=str(uuid4()))), 404)


def test_a_flow_made_for_another_client_cannot_be_an_arm(manager: Membership) -> None:
    other: Membership = factories.MembershipFactory.create(role="manager")
    experiment_world.running(user=other.user, client_id=other.client_id)
    theirs = FlowVersion.objects.get(is_default=False)
    sent = body(
        kind="flow_version",
        client_id=str(manager.client_id),
        key="peeking",
        arms=[{"name": "a"}, {"name": "b", "changes": {"version": theirs.version}}],
    )
    assert_problem(Caller(manager.user)("POST", reverse("experiments"), sent), 400)


def test_titles_and_reasons_are_scrubbed_and_wording_names_nobody(staff: Caller) -> None:
    draft = made(staff, title="Asked by asha.verma@example.com")
    assert "asha.verma" not in draft["title"]
    do(staff, "start", draft)
    stopped = do(staff, "stop", draft, {"reason": "told by +91 98765 43210"}).json()
    assert "98765" not in stopped["notes"][-1]["reason"]
    words = {"site_type": {"en": {"question": "Write to asha.verma@example.com, please"}}}
    sent = body(key="second", arms=[{"name": "a"}, {"name": "b", "changes": words}])
    problem = assert_problem(staff("POST", reverse("experiments"), sent), 400)
    assert problem["errors"][0]["pointer"] == "/arms/1/changes/site_type/en/question"


def test_who_waits_for_their_window_is_told_over_the_api(staff: Caller) -> None:
    experiment = experiment_world.running(
        kind="question_order", arms=[NewArm("a", 1), NewArm("b", 1, OTHER_ORDER)]
    )
    crowd = Crowd(experiment, exposed=timezone.now() - timedelta(hours=1))
    crowd.add("a", 5)
    crowd.add("b", 5)
    told = results(staff, {"experiment_id": str(experiment.pk)})
    assert (told["exposed"], told["counted"], told["maturity"], told["verdict"]) == (10, 0, 0.0, "go_on")
    assert "10 (100%) are not, since their 72 hours are not over" in told["words"][-1]


def test_the_page_of_the_admin_says_it_in_words(client: Browser) -> None:
    experiment = experiment_world.running()
    crowd = Crowd(experiment)
    crowd.add("a", 1000, completed=300)
    crowd.add("b", 1000, completed=420)
    client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:onboarding_experiment_change", args=[experiment.pk])).content.decode()
    assert "b completes more often: +12.0 points" in page
    assert "42.0%" in page


def test_the_admin_starts_and_stops(client: Browser) -> None:
    user = factories.UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    experiment = experiments.create(experiment_world.new(), user=user)
    address = reverse("admin:onboarding_experiment_changelist")
    for deed, state in (("start", "running"), ("stop", "stopped")):
        client.post(address, {"action": deed, "_selected_action": [str(experiment.pk)]})
        experiment.refresh_from_db()
        assert experiment.state == state


def test_the_admin_rolls_out_after_asking_once_more(client: Browser) -> None:
    user = factories.UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    experiment = experiment_world.running()
    change = reverse("admin:onboarding_experiment_change", args=[experiment.pk])
    address = reverse("admin:onboarding_experiment_roll_out", args=[experiment.pk])
    assert address in client.get(change).content.decode()
    page = client.get(address).content.decode()
    assert "New sessions of all clients start with" in " ".join(page.split())
    assert (
        client.post(address, {"arm": "b", "reason": "they asked for it"}).status_code == 200
    )  # not confirmed
    refused = client.post(address, {"arm": "b", "sure": "on"}).content.decode()
    assert "say why it is rolled out all the same" in refused
    experiment.refresh_from_db()
    assert experiment.state == "running"
    done = client.post(address, {"arm": "b", "sure": "on", "reason": "they asked for it"})
    assert (done.status_code, done.headers["Location"]) == (302, change)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.rolled_out_arm) == ("rolled_out", "b")
    assert address not in client.get(change).content.decode()
    assert client.get(address).status_code == 403


def test_the_admin_page_of_rolling_out_is_for_who_may_run_experiments(client: Browser) -> None:
    client.force_login(factories.UserFactory.create(is_staff=True))
    experiment = experiment_world.running()
    address = reverse("admin:onboarding_experiment_roll_out", args=[experiment.pk])
    for answer in (client.get(address), client.post(address, {"arm": "b", "sure": "on", "reason": "x"})):
        assert answer.status_code == 403
    experiment.refresh_from_db()
    assert experiment.state == "running"
