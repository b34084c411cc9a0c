"""What is added up once equals what is counted anew, whatever settled, arrived or was erased in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.models import Experiment, ExperimentTally, ExperimentTallyPart
from apps.onboarding_api.services import erasure, experiments
from apps.onboarding_api.services.experiments import summing, tallies, watching
from apps.onboarding_api.tests import experiment_world as world
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.experiment_world import Crowd

pytestmark = pytest.mark.django_db
GUARDS = [{"metric": name} for name in ("errors", "turns", "cancelled", "completion", "time")]


def anew(experiment: Experiment, *, now: datetime) -> summing.Sums:
    """All sums without any that were kept."""
    kept = list(ExperimentTally.objects.filter(pk=experiment.pk))
    ExperimentTally.objects.all().delete()
    found = tallies.look(experiment, now=now)
    ExperimentTally.objects.bulk_create(kept)
    return found


def course(experiment: Experiment, *, days: int, seed: int) -> Iterator[datetime]:
    """Days on which people arrive, complete and fail; the moment at the end of each."""
    chance = random.Random(seed)
    crowd = Crowd(experiment, seed=seed)
    start = timezone.now() - timedelta(days=days)
    for day in range(days):
        for arm in experiment.arms.all():
            earlier = chance.choice([(0, 0), (3, 1), (7, 7)])
            crowd.add(
                arm.name, 12, completed=chance.randint(0, 12), errors=chance.randint(0, 5), earlier=earlier,
                exposed=start + timedelta(days=day, hours=chance.randint(0, 23)),
                took=timedelta(hours=chance.choice([1, 40, 71, 72, 73, 200])),
            )  # fmt: skip
        yield start + timedelta(days=day + 1)


@pytest.mark.parametrize("unit", ["session", "user"])
def test_sums_that_were_kept_equal_sums_counted_anew_on_every_day(unit: str) -> None:
    experiment = world.running(guardrails=GUARDS, other_metrics=["engaged"], unit=unit)
    for now in course(experiment, days=9, seed=3):
        assert tallies.keep(experiment, now=now) == anew(experiment, now=now)
    early, whole = tallies._settled(experiment)
    assert whole.sums["a/guard/time/n"] > 50
    assert early.sums["a/guard/errors/n"] > whole.sums["a/guard/time/n"]
    assert len(early.parts) > len(whole.parts) > 5
    past = now - timedelta(days=5)
    assert tallies.look(experiment, now=past) == anew(experiment, now=past)


def test_the_first_session_of_a_person_counts_whether_it_is_settled_or_not() -> None:
    experiment = world.running(unit="user")
    crowd = Crowd(experiment)
    now = timezone.now()
    crowd.add("b", 1, completed=0, unit="user-1")
    tallies.keep(experiment, now=now)
    crowd.add("b", 3, completed=3, unit="user-1", exposed=now - timedelta(hours=72, minutes=5))
    arm = experiments.result_of(experiment, now=now).arms["b"]
    assert (arm.exposed, arm.successes["completed"]) == (1, 0)


def test_what_is_erased_is_in_no_sum_any_more() -> None:
    experiment = world.running(guardrails=[{"metric": "errors"}])
    crowd = Crowd(experiment)
    rows = crowd.add("a", 20, completed=20, errors=20)
    crowd.add("b", 20, completed=5)
    watching.evaluate(experiment.pk)
    erasure.erase_session(rows[0].pk)
    assert ExperimentTally.objects.get(pk=experiment.pk).counted == {}
    assert not ExperimentTallyPart.objects.filter(sums__has_key="a/guard/errors/n").exists()
    arm = experiments.latest_result(experiment).arms["a"]
    assert (arm.exposed, arm.successes["completed"], arm.guards["errors"].mean) == (19, 19, 1.0)


@pytest.mark.parametrize("unit", ["session", "user"])
def test_after_an_erasure_only_its_stretch_is_counted_again(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = world.running(guardrails=GUARDS, unit=unit)
    crowd = Crowd(experiment)
    now = timezone.now()
    for days in range(5, 15):
        crowd.add("a", 3, completed=1, exposed=now - timedelta(days=days))
        crowd.add("b", 3, completed=2, errors=1, exposed=now - timedelta(days=days, hours=7))
    first, later = (
        crowd.add("b", 1, completed=n, unit="a person", exposed=now - timedelta(days=days))[0]
        for n, days in ((0, 12), (1, 6))
    )
    tallies.keep(experiment, now=now)
    erasure.erase_session(first.pk)
    counted: list[timedelta] = []
    whole = summing.whole

    def noted(experiment: Experiment, *, after: datetime, until: datetime) -> summing.Sums:
        counted.append(until - after)
        return whole(experiment, after=after, until=until)

    with monkeypatch.context() as patched:
        patched.setattr(summing, "whole", noted)
        found = tallies.keep(experiment, now=now)
    # The stretch of the erased session and, where the person counts by the first, that of their next one; what has
    # not settled yet is read at every look.
    assert sum(counted, timedelta()) <= 2 * tallies.PART + tallies.LATE
    assert found == anew(experiment, now=now)
    assert not ExperimentTallyPart.objects.filter(is_stale=True).exists()
    erasure.erase_session(later.pk)
    assert tallies.look(experiment, now=now) == anew(experiment, now=now)


def test_a_tally_that_was_thrown_away_takes_its_parts_along() -> None:
    experiment = world.running()
    rows = Crowd(experiment).add("a", 4, completed=4)
    now = timezone.now()
    tallies.keep(experiment, now=now)
    ExperimentTally.objects.all().delete()
    experiment.units.filter(session__in=rows).delete()
    assert tallies.keep(experiment, now=now) == anew(experiment, now=now) == summing.Sums()


def test_a_session_that_nobody_had_exposed_yet_throws_nothing_away() -> None:
    experiment = world.running()
    Crowd(experiment).add("a", 2)
    session = factories.SessionFactory.create()
    arm = experiment.arms.get(name="a")
    experiment.units.create(arm=arm, session=session, unit="x", assigned_at=timezone.now())
    watching.evaluate(experiment.pk)
    erasure.erase_session(session.pk)
    assert ExperimentTally.objects.filter(pk=experiment.pk).exists()


def test_a_page_that_finds_a_fresh_look_reads_no_unit_and_a_later_one_counts_again() -> None:
    experiment = world.running()
    crowd = Crowd(experiment)
    crowd.add("a", 30, completed=10)
    first = experiments.latest_result(experiment)
    crowd.add("a", 30, completed=10)
    with CaptureQueriesContext(connection) as asked:
        assert experiments.latest_result(experiment) == first
    assert not [one for one in asked.captured_queries if "experimentunit" in one["sql"]]
    earlier = timezone.now() - tallies.FRESH
    ExperimentTally.objects.update(counted_at=earlier)
    assert experiments.latest_result(experiment).as_of > earlier


def test_kept_figures_are_told_to_nobody_else() -> None:
    """They lie under the experiment: who may not see it finds neither, who may see two finds each its own."""
    first, second = (factories.MembershipFactory.create(role="manager") for _ in range(2))
    made = {}
    for key, member, sessions in (("one", first, 11), ("two", second, 7)):
        made[key] = world.running(key=key, client_id=member.client_id)
        Crowd(made[key], seed=sessions).add("a", sessions)
        watching.evaluate(made[key].pk)
    for key, member, other in (("one", first, second), ("two", second, first)):
        address = reverse("experiment-results", args=[made[key].pk])
        assert Caller(member.user)("GET", address).json()["exposed"] == {"one": 11, "two": 7}[key]
        assert_problem(Caller(other.user)("GET", address), 404)
