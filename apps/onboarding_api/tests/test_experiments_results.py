"""What an experiment says is true of sessions whose truth is known: none won, one won, one harmed, arms mixed up."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.onboarding.models import Experiment
from apps.onboarding_api.services import experiments
from apps.onboarding_api.services.experiments import NewArm, watching, words
from apps.onboarding_api.services.statistics.experiments import assignment, sequences
from apps.onboarding_api.services.statistics.experiments.stopping import Verdict
from apps.onboarding_api.tests import experiment_world as world
from apps.onboarding_api.tests.experiment_world import KEY, OTHER_WORDS, Crowd
from scripts.funnel_simulator import lives, truth
from scripts.funnel_simulator import world as simulated

pytestmark = pytest.mark.django_db


def seen(experiment: Experiment) -> experiments.Result:
    return experiments.result_of(experiment)


def text_of(result: experiments.Result) -> str:
    return " ".join(words.of(result))


def simulated_world(*, advance: float) -> simulated.World:
    """Arm b goes on `advance` times as fast from the first answer to the proposal."""
    return simulated.World(
        experiment=simulated.Experiment(
            key=KEY, variants={"a": simulated.Factor(), "b": simulated.Factor(advance=advance)}
        )
    )


def test_a_true_winner_of_the_simulator_is_found_and_the_truth_is_inside() -> None:
    experiment = world.running()
    drawn = simulated_world(advance=2.0)
    start = timezone.now() - timedelta(days=12)
    world.live(experiment, lives.draw(drawn, sessions=6_000, seed=3), start=start)
    result = seen(experiment)
    assert (result.verdict, result.arm) == (Verdict.WINNER, "b")
    found = result.compared[0].metrics["completed"]
    true = {arm: truth.shares_by(drawn, within=72 * simulated.HOUR, variant=arm)[4] for arm in ("a", "b")}
    assert found.interval is not None
    assert found.interval.holds(true["b"] - true["a"])
    assert text_of(result).startswith("b completes more often: +")
    assert "You may stop now, and roll b out." in text_of(result)


def test_equal_arms_have_no_winner_at_any_of_many_looks() -> None:
    """8 A/A experiments of the simulator, each looked at on every day: the service's own figures, looked at early."""
    drawn = simulated_world(advance=1.0)
    start = timezone.now() - timedelta(days=12)
    false_alarms = 0
    for seed in range(8):
        experiment = world.running(key=f"aa-{seed}", guardrails=[{"metric": "completion"}])
        world.live(experiment, lives.draw(drawn, sessions=700, seed=seed), start=start)
        verdicts = {
            experiments.result_of(experiment, now=start + timedelta(days=day)).verdict for day in range(3, 12)
        }
        false_alarms += bool(verdicts - {Verdict.GO_ON})
        experiments.stop(experiment.pk, user=experiment.created_by)
    assert (
        false_alarms <= 3
    )  # at most 5 % each for winner and harm: more than 3 of 20 has a chance below 1.6 %


def test_harm_is_stopped_by_itself_and_noted_without_a_person() -> None:
    experiment = world.running(guardrails=[{"metric": "errors"}])
    crowd = Crowd(experiment, exposed=timezone.now() - timedelta(hours=2))
    crowd.add("a", 1000, errors=50)
    crowd.add("b", 1000, errors=300)
    assert watching.watch() == 1
    experiment.refresh_from_db()
    assert (experiment.state, experiment.stop_reason, experiment.verdict) == ("stopped", "harm", "harm")
    note = experiment.notes.get(deed="stopped")
    assert note.actor is None
    assert note.reason.startswith("b does harm: failed turns and uploads")
    assert watching.watch() == 0


def test_guardrails_that_hold_are_told_as_well() -> None:
    experiment = world.running(
        guardrails=[{"metric": "errors"}, {"metric": "completion"}, {"metric": "turns"}]
    )
    crowd = Crowd(experiment)
    crowd.add("a", 200, completed=100, errors=20)
    crowd.add("b", 200, completed=104, errors=24)
    assert (
        "What must not get worse in b: errors 0.02 events a session worse, completion 2.0 points better, "
        "turns as before. None of it is sure to be more than is borne."
    ) in text_of(seen(experiment))


def test_a_worse_arm_is_stopped_by_itself() -> None:
    experiment = world.running(minimum_units=100_000)
    crowd = Crowd(experiment)
    crowd.add("a", 1000, completed=400)
    crowd.add("b", 1000, completed=250)
    assert watching.evaluate(experiment.pk) is not None
    experiment.refresh_from_db()
    assert (experiment.state, experiment.stop_reason) == ("stopped", "worse")
    assert "b completes less often: -15.0 points" in experiment.notes.get(deed="stopped").reason


def test_arms_that_did_not_get_their_shares_are_told_before_anything_else() -> None:
    experiment = world.running()
    crowd = Crowd(experiment)
    crowd.add("a", 1000, completed=100)
    crowd.add("b", 700, completed=400)
    result = seen(experiment)
    assert result.verdict is Verdict.INVALID
    assert text_of(result).startswith("The arms did not get their shares (a 1,000, b 700).")
    watching.watch()
    experiment.refresh_from_db()
    assert experiment.stop_reason == "sample_ratio"


def test_the_ratio_has_a_degree_less_than_arms_with_weight() -> None:
    three = [
        NewArm("a", 2),
        NewArm("b", 1, OTHER_WORDS),
        NewArm("c", 1, {"site_type": {"en": {"question": "Which kind of place?"}}}),
    ]
    experiment = world.running(arms=three)
    crowd = Crowd(experiment)
    for arm, sessions in (("a", 500), ("b", 250), ("c", 250)):
        crowd.add(arm, sessions, completed=sessions // 4)
    result = seen(experiment)
    assert result.ratio.degrees == 2
    assert result.ratio.statistic == 0.0
    assert result.level == pytest.approx(0.975)


def test_a_session_whose_window_has_not_passed_is_told_and_not_counted() -> None:
    experiment = world.running()
    crowd = Crowd(experiment)
    crowd.add("a", 150, completed=50)
    crowd.add("b", 150, completed=50)
    recent = timezone.now() - timedelta(hours=10)
    crowd.add("a", 40, completed=10, exposed=recent)
    crowd.add("b", 60, completed=60, exposed=recent)
    result = seen(experiment)
    assert (result.exposed, result.counted) == (400, 300)
    assert [arm.still_open for arm in result.arms.values()] == [30, 0]
    assert result.compared[0].metrics["completed"].difference == 0.0
    assert "100 (25%) are not, since their 72 hours are not over; 30 of them are still open" in text_of(
        result
    )


def test_who_completes_after_the_window_did_not_complete_within_it() -> None:
    experiment = world.running()
    crowd = Crowd(experiment)
    crowd.add("a", 150, completed=150, took=timedelta(hours=71))
    crowd.add("b", 150, completed=150, took=timedelta(hours=73))
    result = seen(experiment)
    assert {name: arm.successes["completed"] for name, arm in result.arms.items()} == {"a": 150, "b": 0}


def test_nobody_wins_before_the_minimum() -> None:
    experiment = world.running(minimum_units=5_000)
    crowd = Crowd(experiment)
    crowd.add("a", 1000, completed=200)
    crowd.add("b", 1000, completed=400)
    result = seen(experiment)
    assert result.verdict is Verdict.GO_ON
    assert "Go on: 3,000 more are needed before anybody can win." in text_of(result)


def test_of_a_person_only_the_first_session_counts() -> None:
    experiment = world.running(unit="user")
    crowd = Crowd(experiment)
    crowd.add("b", 1, completed=0, unit="user-1", exposed=crowd.exposed)
    crowd.add("b", 5, completed=5, unit="user-1", exposed=crowd.exposed + timedelta(hours=1))
    arm = seen(experiment).arms["b"]
    assert (arm.exposed, arm.successes["completed"]) == (1, 0)


def test_what_was_known_before_narrows_the_interval_without_moving_the_truth() -> None:
    """People who completed before complete again: arms differ by 10 points among them as among the others."""
    experiment = world.running()
    crowd = Crowd(experiment)
    chance = random.Random(11)
    for arm, lift in (("a", 0.0), ("b", 0.1)):
        for earlier, rate in (((10, 10), 0.85), ((10, 0), 0.05)):
            done = sum(chance.random() < rate + lift for _ in range(800))
            crowd.add(arm, 800, completed=done, earlier=earlier)
    result = seen(experiment)
    narrowed = result.compared[0].narrowed["completed"]
    found = result.compared[0].metrics["completed"]
    assert narrowed > 0.5
    assert found.interval is not None
    assert found.interval.holds(0.1)
    plain = sequences.compare_shares(
        result.arms["a"].successes["completed"], 1600, result.arms["b"].successes["completed"], 1600
    )
    assert plain.interval is not None
    shrunk = (found.interval.high - found.interval.low) / (plain.interval.high - plain.interval.low)
    assert shrunk < 0.75


def test_holm_is_over_all_metrics() -> None:
    experiment = world.running(other_metrics=["engaged", "approval_decision"])
    crowd = Crowd(experiment)
    crowd.add("a", 1000, completed=300)
    crowd.add("b", 1000, completed=400)
    one = seen(experiment).compared[0]
    raw = one.metrics["completed"].p
    assert raw is not None
    assert one.adjusted_p["completed"] == pytest.approx(min(1.0, 3 * raw))


def test_time_to_completion_counts_who_never_completes_with_the_whole_window() -> None:
    experiment = world.running(guardrails=[{"metric": "time"}])
    crowd = Crowd(experiment)
    crowd.add("a", 200, completed=100, took=timedelta(hours=12))
    crowd.add("b", 200)
    result = seen(experiment)
    assert result.arms["a"].guards["time"].mean == pytest.approx(42.0)
    assert result.arms["b"].guards["time"].mean == pytest.approx(72.0)


def test_an_experiment_that_nobody_met_says_so() -> None:
    result = seen(world.running())
    assert result.verdict is Verdict.GO_ON
    assert "Nothing can be said of b yet" in text_of(result)
    assert "0 have met the difference." in text_of(result)


def test_the_hash_gives_the_arms_their_shares() -> None:
    experiment = world.running()
    chance = random.Random(5)
    weights = dict(experiment.arms.values_list("name", "weight"))
    arms = [
        assignment.variant_for(experiment=KEY, unit=str(chance.getrandbits(128)), weights=weights)
        for _ in range(20_000)
    ]
    assert abs(arms.count("b") - 10_000) < 300  # 4 standard deviations
