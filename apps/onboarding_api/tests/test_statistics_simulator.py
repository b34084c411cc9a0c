"""The simulator repeats itself, its truth is true, and the survival figure meets it where the naive one does not."""

from __future__ import annotations

import dataclasses
import itertools
import tracemalloc

import pytest

from apps.onboarding_api.services.statistics.experiments import sequences
from apps.onboarding_api.services.statistics.risk_table import Outcome
from scripts.funnel_simulator import lives, truth, watching
from scripts.funnel_simulator.world import DAY, HOUR, STAGES, Experiment, Factor, Outage, Step, World

WINDOW = 72 * HOUR


def reached(world: World, *, stage: int, sessions: int = 20_000, seed: int = 3) -> float:
    return (
        sum(len(life.stages) > stage for life in lives.draw(world, sessions=sessions, seed=seed)) / sessions
    )


def test_same_seed_same_lives():
    one, again = (list(lives.draw(World(), sessions=300, seed=7)) for _ in range(2))
    assert one == again
    assert one != list(lives.draw(World(), sessions=300, seed=8))
    assert len({life.session_id for life in one}) == 300


def test_stages_follow_one_another_and_only_who_leaves_is_gone():
    for life in lives.draw(World(), sessions=2000, seed=1):
        assert list(life.stages) == sorted(life.stages)
        assert (life.left is None) == (len(life.stages) == len(STAGES))
        assert life.left is None or life.left >= life.stages[-1]
        assert life.hour == int(life.started % DAY // HOUR)
        times = life.stage_times(World())
        assert list(times) == list(STAGES[: len(life.stages)])
        assert times["started"].hour == life.hour


def test_drawing_holds_one_life_at_a_time():
    drawn = lives.draw(World(), sessions=50_000, seed=1)
    list(itertools.islice(drawn, 100))
    tracemalloc.start()
    for _ in itertools.islice(drawn, 5000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_exact_truth_of_one_step_is_the_exponential():
    one = Factor()
    world = World(
        steps=(Step(2.0, 1.0), Step(1.0, 0.0), Step(1.0, 0.0), Step(1.0, 0.0)),
        languages={"en": one}, devices={"phone": one}, hours=(one,) * 24,
    )  # fmt: skip
    found = truth.shares_by(world, within=HOUR)
    assert found[0] == pytest.approx(1)
    assert found[1] == pytest.approx(2 / 3 * (1 - 2.718281828459045**-3), rel=1e-10)
    assert truth.shares_by(world, within=0)[1:] == pytest.approx([0, 0, 0, 0])
    assert truth.shares_by(world, within=1000 * HOUR)[4] == pytest.approx(2 / 3, rel=1e-10)


def test_exact_truth_agrees_with_whole_lives():
    world = World()
    exact = truth.shares_by(world, within=WINDOW)
    for share, drawn in zip(
        exact[1:], truth.drawn_shares(world, within=WINDOW, sessions=30_000)[1:], strict=True
    ):
        assert drawn.share == pytest.approx(share, abs=4 * drawn.error)


def test_segments_differ_as_they_were_made_to():
    world = World()
    english = truth.shares_by(world, within=WINDOW, language="en")[4]
    marathi = truth.shares_by(world, within=WINDOW, language="mr")[4]
    assert english > truth.shares_by(world, within=WINDOW)[4] > marathi
    drawn = [life for life in lives.draw(world, sessions=30_000, seed=2) if life.language == "mr"]
    share = sum(len(life.stages) == 5 and life.stages[4] <= WINDOW for life in drawn) / len(drawn)
    assert share == pytest.approx(marathi, abs=4 * (marathi * (1 - marathi) / len(drawn)) ** 0.5)


def test_an_outage_keeps_people_from_advancing():
    whole_world = (Outage(begin=0, end=20 * DAY, advance=0.0, leave=1.0),)
    assert reached(dataclasses.replace(World(), outages=whole_world), stage=3) < 0.03
    short = dataclasses.replace(World(), outages=(Outage(begin=2 * DAY, end=2.5 * DAY),))
    during = [
        life.stages[2] + life.started
        for life in lives.draw(short, sessions=5000, seed=1)
        if len(life.stages) > 2
    ]
    waited = [
        moment
        for life in lives.draw(short, sessions=5000, seed=1)
        if len(life.stages) > 2 and life.stages[2] > life.stages[1]
        for moment in [life.stages[2] + life.started]
    ]
    assert len(during) >= len(waited)
    assert not [moment for moment in waited if 2 * DAY < moment < 2.5 * DAY]
    with pytest.raises(ValueError, match="draw them"):
        truth.shares_by(short, within=WINDOW)


def test_an_experiment_changes_its_step_by_its_variant():
    experiment = Experiment(key="order", variants={"a": Factor(), "b": Factor(advance=1.5)})
    world = dataclasses.replace(World(), experiment=experiment)
    exact = {name: truth.shares_by(world, within=WINDOW, variant=name) for name in ("a", "b")}
    assert exact["a"][1] == pytest.approx(exact["b"][1])
    assert exact["b"][2] > exact["a"][2] + 0.05
    counts = {"a": [0, 0], "b": [0, 0]}
    for life in lives.draw(world, sessions=20_000, seed=5):
        counts[life.variant][0] += len(life.stages) > 2 and life.stages[2] <= WINDOW
        counts[life.variant][1] += 1
    found = sequences.compare_shares(*counts["a"], *counts["b"])
    assert found.interval is not None
    assert found.interval.holds(exact["b"][2] - exact["a"][2])
    assert not found.interval.holds(0)


def test_the_silent_are_open_until_the_limit_has_passed():
    world = World()
    silent = next(
        life for life in lives.draw(world, sessions=1000, seed=1) if life.left and not life.cancelled
    )
    assert silent.left is not None
    gone = silent.started + silent.left
    before = watching.seen(silent, world, stage=4, cut=gone + world.silence - 1)
    after = watching.seen(silent, world, stage=4, cut=gone + world.silence + 1)
    assert before is not None
    assert after is not None
    assert (before.outcome, after.outcome) == (Outcome.OPEN, Outcome.DROPPED)
    assert after.seconds == pytest.approx(silent.left + world.silence)
    assert watching.seen(silent, world, stage=4, cut=silent.started - 1) is None


def test_survival_meets_the_truth_where_the_naive_figure_misses_it():
    world = World()
    exact = truth.shares_by(world, within=WINDOW)[4]
    drawn = lives.draw(world, sessions=100_000, seed=1)
    found = watching.estimate(watching.watch(drawn, world, stage=4), within=WINDOW)
    assert found.survival == pytest.approx(exact, abs=0.003)
    assert exact - found.naive > 0.035
    assert found.curve.interval(WINDOW).holds(exact)


def test_a_world_without_sense_is_refused():
    with pytest.raises(ValueError, match="24 hours"):
        World(hours=(Factor(),))
    with pytest.raises(ValueError, match="overlap"):
        World(outages=(Outage(begin=10, end=20), Outage(begin=15, end=30)))
    with pytest.raises(ValueError, match="nobody ever leaves"):
        World(steps=(Step(0, 0), Step(1, 1), Step(1, 1), Step(1, 1)))
