"""Scores of predictions and the baseline they have to beat."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.onboarding_api.services.statistics import calibration, hazard
from apps.onboarding_api.services.statistics.risk_table import Observed, Outcome

predictions = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50)


def test_brier_score_repeats_the_example_of_scikit_learn():
    # sklearn.metrics.brier_score_loss, first example of its documentation: 0.0375
    score = calibration.brier_score([(0.1, False), (0.9, True), (0.8, True), (0.3, False)])
    assert score == pytest.approx(0.0375)
    assert calibration.brier_skill(0.0375, 0.25) == pytest.approx(0.85)


def test_nothing_has_no_score():
    assert calibration.brier_score([]) is None
    assert calibration.bins([]) == []
    assert calibration.expected_calibration_error([]) is None
    assert calibration.brier_skill(0, 0) == 0
    assert calibration.brier_skill(0.1, 0) == -1


@given(predictions)
def test_bins_hold_everybody(pairs):
    found = calibration.bins(pairs)
    assert sum(one.n for one in found) == len(pairs)
    assert all(one.low <= one.predicted + 1e-12 and one.predicted <= one.high + 1e-12 for one in found)
    assert all(0 <= (calibration.brier_score(pairs) or 0) <= 1 for _ in found)


def test_true_chances_are_calibrated_and_boasts_are_not():
    chance = random.Random(1)
    said = [chance.random() for _ in range(5000)]
    honest = [(p, chance.random() < p) for p in said]
    boasting = [(min(1.0, p * 1.5), happened) for p, happened in honest]
    assert sum(one.is_calibrated for one in calibration.bins(honest)) >= 8
    assert sum(one.is_calibrated for one in calibration.bins(boasting)) <= 3
    assert (calibration.expected_calibration_error(calibration.bins(honest)) or 1) < 0.03
    assert (calibration.expected_calibration_error(calibration.bins(boasting)) or 0) > 0.1


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_what_is_no_chance_is_refused(wrong):
    with pytest.raises(ValueError, match="predicted chance must"):
        calibration.brier_score([(wrong, True)])
    with pytest.raises(ValueError, match="predicted chance must"):
        calibration.bins([(wrong, True)])


def test_hazards_are_those_of_the_life_table():
    rows = [
        Observed(10, Outcome.DROPPED, 10),
        Observed(20, Outcome.ADVANCED, 30),
        Observed(40, Outcome.OPEN, 20),
        Observed(50, Outcome.DROPPED, 10),
        Observed(90, Outcome.ADVANCED, 30),
    ]
    first, second, third = hazard.fit(rows, edges=(0, 30, 60)).intervals
    assert (first.exposed, first.drop_hazard, first.advance_hazard) == (100, 0.1, 0.3)
    assert (second.exposed, second.drop_hazard, second.advance_hazard) == (50, 0.2, 0)
    assert (third.exposed, third.advance_hazard, third.end) == (30, 1, math.inf)


def test_the_chance_to_drop_is_that_from_here_on():
    rows = [
        Observed(10, Outcome.DROPPED, 10),
        Observed(20, Outcome.ADVANCED, 30),
        Observed(90, Outcome.DROPPED, 60),
    ]
    baseline = hazard.fit(rows, edges=(0, 30, 60))
    assert baseline.chance_to_drop(elapsed_seconds=0) == pytest.approx(0.7)
    assert baseline.chance_to_drop(elapsed_seconds=30) == 1


def test_where_nobody_was_ever_decided_nothing_is_said():
    assert hazard.fit([]).chance_to_drop(elapsed_seconds=0) is None
    rows = [Observed(10, Outcome.DROPPED), Observed(500, Outcome.OPEN)]
    assert hazard.fit(rows).chance_to_drop(elapsed_seconds=300) is None


@given(
    st.lists(st.builds(Observed, st.floats(0, 1e5), st.sampled_from(list(Outcome)), st.integers(1, 5))),
    st.floats(0, 1e5),
)
def test_the_chance_to_drop_is_a_chance(rows, elapsed):
    chance = hazard.fit(rows).chance_to_drop(elapsed_seconds=elapsed)
    assert chance is None or 0 <= chance <= 1


@pytest.mark.parametrize("edges", [(), (1, 2), (0, 5, 5), (0, math.nan)])
def test_edges_begin_at_0_and_ascend(edges):
    with pytest.raises(ValueError, match="edges must"):
        hazard.fit([], edges=edges)
