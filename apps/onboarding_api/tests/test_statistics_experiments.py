"""Experiments: assignment, sample ratio, sequences that may be peeked at, CUPED, stopping."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.onboarding_api.services.statistics import distributions, intervals
from apps.onboarding_api.services.statistics.experiments import (
    assignment,
    cuped,
    guardrails,
    moments,
    sample_ratio,
    sequences,
    stopping,
    welch,
)
from apps.onboarding_api.services.statistics.experiments.moments import Moments
from apps.onboarding_api.services.statistics.experiments.stopping import Verdict
from scripts.funnel_simulator import peeking

# Extra hours of sleep with two drugs: data set `sleep` of R, example of its t.test.
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)

numbers = st.lists(st.floats(-1e6, 1e6), max_size=30)
units = st.text(st.characters(exclude_characters="\0"), min_size=1)


# moments and Welch


@given(numbers, numbers)
def test_moments_add_up_from_parts(one, other):
    parts, whole = moments.of(one).merge(moments.of(other)), moments.of(one + other)
    assert parts.n == whole.n
    assert parts.mean == pytest.approx(whole.mean, abs=1e-6)
    assert parts.variance == pytest.approx(whole.variance, rel=1e-6, abs=1e-3)


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), max_size=20), st.integers(0, 20))
def test_pairs_add_up_from_parts(pairs, cut):
    parts, whole = moments.of_pairs(pairs[:cut]).merge(moments.of_pairs(pairs[cut:])), moments.of_pairs(pairs)
    assert parts.products == pytest.approx(whole.products, rel=1e-6, abs=1e-3)


def test_moments_of_a_share_are_those_of_ones_and_zeros():
    found, counted = moments.of_share(3, 10), moments.of([1] * 3 + [0] * 7)
    assert (found.n, found.mean, found.variance) == pytest.approx((counted.n, counted.mean, counted.variance))


def test_welch_repeats_the_example_of_r():
    found = welch.compare(moments.of(SLEEP[1]), moments.of(SLEEP[0]))
    assert (found.t, found.degrees, found.p) == pytest.approx((-1.8608, 17.776, 0.07939), abs=5e-4)
    assert (found.interval.low, found.interval.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)


def test_welch_repeats_the_test_of_growthbook():
    # growthbook/growthbook, packages/stats/tests/frequentist/test_tests.py, two-sided t test.
    control, treatment = Moments(3407, 0.41, 3.9**2 * 3406), Moments(3461, 0.7, 6.2**2 * 3460)
    found = welch.compare(control, treatment)
    assert (found.difference, found.p) == pytest.approx((0.29, 0.02016), abs=5e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.04538, 0.53462), abs=5e-6)


def test_welch_of_what_does_not_vary():
    same = welch.compare(moments.of([2, 2]), moments.of([2, 2, 2]))
    assert (same.t, same.p, same.degrees) == (0, 1, 3)
    other = welch.compare(moments.of([2, 2]), moments.of([3, 3]))
    assert (other.t, other.p) == (math.inf, 0)
    with pytest.raises(ValueError, match="two units"):
        welch.compare(moments.of([1]), moments.of([1, 2]))


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_no_value_is_refused(wrong):
    with pytest.raises(ValueError, match="must be a finite number"):
        moments.of([1, wrong])
    with pytest.raises(ValueError, match="must be a finite number"):
        moments.of_pairs([(wrong, 1)])


# assignment


@pytest.mark.parametrize(("unit", "place"), [("unit-0", 2166), ("unit-1", 2015), ("unit-2", 1445)])
def test_a_unit_keeps_its_place_for_ever(unit, place):
    # printf 'variant\\0wording\\0unit-0' | sha256sum: the first 16 digits, times 10,000, over 2**64
    assert assignment.bucket(experiment="wording", unit=unit, purpose="variant") == place
    weights = {"b": 10_000 - place - 1, "a": place + 1}
    assert assignment.variant_for(experiment="wording", unit=unit, weights=weights) == "a"
    weights = {"b": 10_000 - place, "a": place}
    assert assignment.variant_for(experiment="wording", unit=unit, weights=weights) == "b"


@given(units, units, st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_traffic_moves_nobody(experiment, unit, traffic, other):
    less, more = sorted((traffic, other))
    weights = {"a": 2500, "b": 2500, "c": 5000}
    first = assignment.variant_for(experiment=experiment, unit=unit, weights=weights, traffic=less)
    second = assignment.variant_for(experiment=experiment, unit=unit, weights=weights, traffic=more)
    assert first is None or first == second


def test_variants_get_their_weights_and_traffic_its_share():
    weights = {"a": 1000, "b": 0, "c": 9000}
    drawn = Counter(
        assignment.variant_for(experiment="e", unit=str(n), weights=weights, traffic=5000)
        for n in range(20_000)
    )
    assert drawn["b"] == 0
    assert intervals.wilson(drawn[None], 20_000, level=0.999).holds(0.5)
    assert intervals.wilson(drawn["a"], drawn["a"] + drawn["c"], level=0.999).holds(0.1)


def test_experiments_shuffle_anew():
    weights = {"a": 5000, "b": 5000}
    both = sum(
        assignment.variant_for(experiment="one", unit=str(n), weights=weights)
        == assignment.variant_for(experiment="two", unit=str(n), weights=weights)
        for n in range(5000)
    )
    assert intervals.wilson(both, 5000, level=0.999).holds(0.5)


def test_names_do_not_run_into_each_other():
    places = {
        assignment.bucket(experiment=e, unit=u, purpose="variant") for e, u in (("a", "bc"), ("ab", "c"))
    }
    assert len(places) == 2


@given(
    st.dictionaries(units, st.floats(0, 1e6), min_size=1, max_size=12).filter(
        lambda found: sum(found.values()) > 1
    )
)
def test_shares_become_weights_that_add_up(shares):
    weights = assignment.weights_from_shares(shares)
    assignment.check_weights(weights)
    total = sum(shares.values())
    assert all(abs(weights[name] - share / total * 10_000) <= 1.001 for name, share in shares.items())


def test_three_equal_shares_are_split_to_the_last_ten_thousandth():
    assert assignment.weights_from_shares({"a": 1, "b": 1, "c": 1}) == {"a": 3334, "b": 3333, "c": 3333}


@pytest.mark.parametrize(
    "ask",
    [
        lambda: assignment.variant_for(experiment="e", unit="u", weights={"a": 9999}),
        lambda: assignment.variant_for(experiment="e", unit="u", weights={"a": 10_001, "b": -1}),
        lambda: assignment.variant_for(experiment="e", unit="u", weights={}),
        lambda: assignment.is_in_experiment(experiment="e", unit="u", traffic=10_001),
        lambda: assignment.bucket(experiment="e", unit="", purpose="p"),
        lambda: assignment.bucket(experiment="e\0", unit="u", purpose="p"),
        lambda: assignment.weights_from_shares({"a": 0}),
        lambda: assignment.weights_from_shares({"a": math.nan}),
    ],
)
def test_what_is_no_experiment_is_refused(ask):
    with pytest.raises(ValueError, match="must"):
        ask()


# sample ratio


def test_sample_ratio_repeats_the_published_mismatch():
    # Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments" (2020), chapter 3: p 1.8e-6.
    found = sample_ratio.check({"control": 821_588, "treatment": 815_482}, {"control": 0.5, "treatment": 0.5})
    assert found.p == pytest.approx(1.8e-6, rel=0.02)
    assert found.degrees == 1
    assert found.is_mismatch


def test_arms_without_weight_take_no_degree_of_freedom():
    three = sample_ratio.check({"a": 500, "b": 440, "off": 0}, {"a": 1, "b": 1, "off": 0})
    assert three == sample_ratio.check({"a": 500, "b": 440}, {"a": 0.5, "b": 0.5})
    assert three.degrees == 1
    assert three.p == pytest.approx(0.0503, abs=5e-4)  # with two degrees it would be 0.147
    assert not three.is_mismatch


def test_people_where_nobody_was_sent_are_a_mismatch():
    found = sample_ratio.check({"a": 500, "b": 500, "off": 3}, {"a": 1, "b": 1, "off": 0})
    assert found.strays == 3
    assert found.is_mismatch


def test_sample_ratio_of_nobody_and_of_one_arm():
    assert sample_ratio.check({}, {"a": 1, "b": 1}).p == 1
    alone = sample_ratio.check({"a": 70}, {"a": 1})
    assert (alone.p, alone.degrees, alone.is_mismatch) == (1, 0, False)
    assert not sample_ratio.check({"a": 3, "b": 4}, {"a": 1, "b": 1}).is_large_enough


def test_sequential_p_is_that_of_the_bayes_factor_by_hand():
    # One prior of a = (50, 50): B = Beta(50 + 60, 50 + 40) / Beta(50, 50) / 0.5**100; here the mean over three priors.
    logs = []
    for prior in (50, 5_000, 500_000):
        after = math.lgamma(prior + 60) + math.lgamma(prior + 40) - math.lgamma(2 * prior + 100)
        logs.append(after - 2 * math.lgamma(prior) + math.lgamma(2 * prior) + 100 * math.log(2))
    factor = sum(math.exp(one) for one in logs) / 3
    found = sample_ratio.check({"a": 60, "b": 40}, {"a": 1, "b": 1})
    assert found.sequential_p == pytest.approx(min(1, 1 / factor), rel=1e-6)


@pytest.mark.parametrize("weights", [{}, {"a": 0}, {"a": -1, "b": 2}, {"a": math.nan}])
def test_weights_of_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="must"):
        sample_ratio.check({"a": 1}, weights)
    with pytest.raises(ValueError, match="must"):
        sample_ratio.check({"a": -1}, {"a": 1})


# confidence sequences


def test_tuning_is_the_exact_optimum():
    # rho² = (-W(-α²/e) - 1) / 5000 on the lower branch of Lambert's W; mpmath 1.3 with 40 digits.
    assert sequences.rho_squared(0.05) == pytest.approx(0.0016423936124136508, rel=1e-13)
    at_tuned = sequences.half_width(n=5000, variance=1)
    assert all(sequences.half_width(n=5000, variance=1, tuned_for=other) > at_tuned for other in (4000, 6500))


@pytest.mark.parametrize(
    ("n", "width"), [(200, 0.3562319064361742), (5000, 0.042923112799675315), (50_000, 0.014517943046807182)]
)
def test_half_width_is_exact(n, width):
    assert sequences.half_width(n=n, variance=1) == pytest.approx(width, rel=1e-12)  # mpmath 1.3, 40 digits


@pytest.mark.parametrize(("n", "width"), [(200, 0.34555993126225718), (5000, 0.039294140537523581)])
def test_one_sided_width_is_exact(n, width):
    assert sequences.one_sided_width(n=n, variance=1) == pytest.approx(
        width, rel=1e-12
    )  # mpmath 1.3, 40 digits


@given(st.integers(100, 10**6), st.integers(100, 10**6), st.floats(-1, 1), st.floats(0.01, 10))
def test_p_and_interval_say_the_same(n, other, difference, variance):
    control, treatment = Moments(n, 0, variance * (n - 1)), Moments(other, difference, variance * (other - 1))
    found = sequences.compare(control, treatment)
    assert found.interval is not None
    assert found.p is not None
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) == (not found.interval.holds(0))


@given(st.integers(1, 10**7), st.floats(0.001, 0.3))
def test_a_sequence_is_wider_than_an_interval_for_one_look(n, alpha):
    z = distributions.two_sided_z(1 - alpha)
    assert sequences.half_width(n=n, variance=1, level=1 - alpha) > z / math.sqrt(n)
    assert sequences.one_sided_width(n=n, variance=1, level=1 - alpha) > 0


def test_too_early_nothing_is_said():
    found = sequences.compare_shares(0, 99, 99, 99)
    assert found.is_too_early
    assert found.interval is None
    assert found.difference == 1
    assert sequences.compare_shares(0, 0, 5, 10).difference is None
    assert sequences.for_share(3, 20) is None
    assert sequences.compare(Moments(500, 1, 0), Moments(500, 2, 0)).is_too_early


def test_one_share_has_a_sequence_within_0_and_1():
    found = sequences.for_share(1, 150)
    assert found is not None
    assert found.low == 0
    assert found.high > intervals.wilson(1, 150).high


def test_a_true_difference_is_found():
    found = sequences.compare_shares(600, 2000, 800, 2000)
    assert found.p is not None
    assert found.p < 1e-6
    assert found.interval is not None
    assert found.interval.low > 0.03


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.02, 0.33])
def test_peeking_at_equal_arms_seldom_finds_a_winner(rate):
    found = peeking.peek(experiments=300, rate=rate, looks=100)
    assert found.share <= 0.05
    assert found.false_harms / found.experiments <= 0.05
    assert found.false_mismatches == 0
    assert found.naive_winners / found.experiments > 0.3  # what the z test at each look would have done


@pytest.mark.slow
def test_peeking_at_times_seldom_finds_a_winner():
    chance = random.Random(4)
    winners = 0
    for _ in range(200):
        control, treatment = Moments(0, 0, 0), Moments(0, 0, 0)
        for _ in range(20):
            control = control.merge(moments.of([chance.lognormvariate(0, 1) for _ in range(50)]))
            treatment = treatment.merge(moments.of([chance.lognormvariate(0, 1) for _ in range(50)]))
            p = sequences.compare(control, treatment).p
            if p is not None and p < 0.05:
                winners += 1
                break
    assert winners / 200 <= 0.05


# CUPED


def cuped_run(chance: random.Random, *, n: int, effect: float) -> tuple[cuped.Adjusted, float]:
    """Both arms with a covariate that correlates 0.8 with the metric; and the plain difference."""
    arms = []
    for more in (0.0, effect):
        covariates = [chance.gauss(10, 2) for _ in range(n)]
        arms.append(moments.of_pairs((x, 3 + 0.8 * x + chance.gauss(0, 1.2) + more) for x in covariates))
    adjusted = cuped.adjust(*arms)
    return adjusted, arms[1].y.mean - arms[0].y.mean


def test_cuped_narrows_without_bias():
    chance, effect = random.Random(8), 0.5
    differences, plain, reductions = [], [], []
    for _ in range(300):
        adjusted, difference = cuped_run(chance, n=100, effect=effect)
        differences.append(adjusted.treatment.mean - adjusted.control.mean)
        plain.append(difference)
        reductions.append(adjusted.variance_reduction)
    found, without = moments.of(differences), moments.of(plain)
    assert found.mean == pytest.approx(effect, abs=4 * math.sqrt(found.variance / found.n))
    assert sum(reductions) / 300 == pytest.approx(0.64, abs=0.02)  # the square of the correlation
    assert found.variance < 0.5 * without.variance


def test_cuped_interval_is_narrower():
    adjusted, _ = cuped_run(random.Random(2), n=500, effect=0.5)
    chance = random.Random(2)
    arms = []
    for more in (0.0, 0.5):
        covariates = [chance.gauss(10, 2) for _ in range(500)]
        arms.append(moments.of(3 + 0.8 * x + chance.gauss(0, 1.2) + more for x in covariates))
    narrow, wide = sequences.compare(adjusted.control, adjusted.treatment), sequences.compare(*arms)
    assert narrow.interval is not None
    assert wide.interval is not None
    assert narrow.interval.width == pytest.approx(0.6 * wide.interval.width, rel=0.1)
    assert adjusted.theta == pytest.approx(0.8, abs=0.1)


def test_cuped_agrees_with_the_regression_within_arms():
    control = moments.of_pairs([(1, 2.0), (2, 2.5), (3, 4.5)])
    treatment = moments.of_pairs([(2, 5.0), (4, 7.0), (6, 10.5)])
    found = cuped.adjust(control, treatment)
    # Within the arms: products 2.5 + 11, squares of the covariate 2 + 8.
    assert found.theta == pytest.approx(1.35)
    assert found.treatment.mean - found.control.mean == pytest.approx(7.5 - 3 - 1.35 * (4 - 2))


def test_a_covariate_that_does_not_vary_changes_nothing():
    control, treatment = moments.of_pairs([(1, 2), (1, 4)]), moments.of_pairs([(1, 3), (1, 9)])
    found = cuped.adjust(control, treatment)
    assert (found.control, found.treatment) == (control.y, treatment.y)
    assert (found.theta, found.variance_reduction) == (0, 0)


def test_a_covariate_of_other_units_is_refused():
    wrong = moments.Paired(y=Moments(3, 0, 0), x=Moments(2, 0, 0), products=0)
    with pytest.raises(ValueError, match="same units"):
        cuped.adjust(wrong, wrong)


# guardrails and stopping

BALANCED = sample_ratio.check({"a": 2000, "b": 2000}, {"a": 1, "b": 1})


def share(successes: int, n: int) -> Moments:
    return sequences.smoothed_share(successes, n)


def watched(successes: int, **given: float) -> guardrails.Guardrail:
    return guardrails.watch(
        "errors",
        control=share(100, 2000),
        treatment=share(successes, 2000),
        worse=guardrails.Harm.INCREASE,
        **given,
    )


def test_harm_is_seen_where_it_is_sure():
    assert watched(300).is_harmful
    assert not watched(105).is_harmful
    assert not watched(50).is_harmful
    assert not watched(300, margin=0.1).is_harmful


def test_worse_may_be_less():
    found = guardrails.watch(
        "completed", control=share(1000, 2000), treatment=share(800, 2000), worse=guardrails.Harm.DECREASE
    )
    assert found.is_harmful
    assert found.worsening == pytest.approx(0.1)


def test_a_guardrail_is_silent_early():
    found = guardrails.watch(
        "errors", control=share(0, 50), treatment=share(50, 50), worse=guardrails.Harm.INCREASE
    )
    assert (found.worsening, found.at_least, found.is_harmful) == (1, None, False)
    nobody = guardrails.watch(
        "errors", control=share(0, 0), treatment=share(0, 0), worse=guardrails.Harm.INCREASE
    )
    assert nobody.worsening is None
    with pytest.raises(ValueError, match="margin must"):
        watched(100, margin=-1)


def decided(found: sequences.Comparison, **given: object) -> stopping.Decision:
    full: dict = {
        "ratio": BALANCED,
        "guardrails": [],
        "primary": "completed",
        "metrics": {"completed": found},
    }
    return stopping.decide(**(full | given))


BETTER = sequences.compare_shares(600, 2000, 800, 2000)
WORSE = sequences.compare_shares(800, 2000, 600, 2000)
EQUAL = sequences.compare_shares(600, 2000, 601, 2000)
EARLY = sequences.compare_shares(6, 20, 8, 20)


@pytest.mark.parametrize(
    ("primary", "given", "verdict"),
    [
        (BETTER, {}, Verdict.WINNER),
        (WORSE, {}, Verdict.LOSER),
        (EQUAL, {}, Verdict.GO_ON),
        (EARLY, {}, Verdict.GO_ON),
        (EQUAL, {"negligible": 0.1}, Verdict.EQUIVALENT),
        (EQUAL, {"planned_units": 4000}, Verdict.OUT_OF_UNITS),
        (BETTER, {"guardrails": [watched(300)]}, Verdict.HARM),
        (BETTER, {"guardrails": [watched(100)]}, Verdict.WINNER),
        (BETTER, {"ratio": sample_ratio.check({"a": 2000, "b": 1500}, {"a": 1, "b": 1})}, Verdict.INVALID),
    ],
)
def test_verdict(primary, given, verdict):
    found = decided(primary, **given)
    assert found.verdict is verdict
    assert found.stops == (verdict is not Verdict.GO_ON)


def test_holm_holds_over_the_metrics():
    narrow = sequences.compare_shares(600, 2000, 701, 2000)
    assert narrow.p is not None
    assert 0.01 < narrow.p < 0.05
    alone = decided(narrow)
    beside = decided(narrow, metrics={"completed": narrow, **{f"other {n}": EQUAL for n in range(5)}})
    assert alone.verdict is Verdict.WINNER
    assert beside.verdict is Verdict.GO_ON
    assert beside.adjusted_p["completed"] == pytest.approx(6 * narrow.p)


def test_the_primary_metric_is_one_of_the_metrics():
    with pytest.raises(ValueError, match="not among"):
        decided(BETTER, primary="engaged")
