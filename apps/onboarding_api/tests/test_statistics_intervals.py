"""Intervals and adjusted p-values against published tables, and the laws they keep."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.onboarding_api.services.statistics import intervals, multiplicity
from scripts.funnel_simulator import coverage

# Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: methods 3 and 4.
ONE_SHARE = [
    (81, 263, (0.2553, 0.3662), (0.2535, 0.3682)),
    (15, 148, (0.0624, 0.1605), (0.0598, 0.1644)),
    (0, 20, (0.0, 0.1611), (0.0, 0.2005)),
    (1, 29, (0.0061, 0.1718), (0.0018, 0.1963)),
]
# Benjamini and Hochberg (1995), section 3.2: 15 comparisons of two treatments after a heart attack.
HEART = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
# statsmodels 0.15.0, multipletests of the same, methods fdr_bh and holm.
HEART_FALSE_DISCOVERY = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
    0.5811818181818182, 0.714875, 0.7532307692307694, 0.8132142857142857, 1.0,
]  # fmt: skip
HEART_HOLM = [
    0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
]  # fmt: skip

shares = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some_shares = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
chances = st.lists(st.floats(0, 1), max_size=40)


@pytest.mark.parametrize(("successes", "n", "plain", "corrected"), ONE_SHARE)
def test_wilson_repeats_the_published_table(successes, n, plain, corrected):
    found = intervals.wilson(successes, n)
    assert (found.low, found.high) == pytest.approx(plain, abs=5e-5)
    found = intervals.wilson_corrected(successes, n)
    assert (found.low, found.high) == pytest.approx(corrected, abs=5e-5)


def test_newcombe_difference_repeats_the_published_example():
    # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II (a), method 10.
    found = intervals.newcombe_difference(56, 70, 48, 80)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_agresti_caffo_difference_agrees_with_statsmodels():
    # statsmodels 0.15.0, confint_proportions_2indep(56, 70, 48, 80, method="agresti-caffo").
    found = intervals.agresti_caffo_difference(56, 70, 48, 80)
    assert (found.low, found.high) == pytest.approx((0.052452926638053676, 0.33575845547576744), rel=1e-12)


def test_two_proportion_z_agrees_with_statsmodels():
    # statsmodels 0.15.0, proportions_ztest([15, 25], [50, 50]); R's prop.test without correction: X-squared 4.1667.
    found = intervals.two_proportion_z(15, 50, 25, 50)
    assert found.z == pytest.approx(-2.041241452319315, rel=1e-12)
    assert found.p == pytest.approx(0.041226833337163676, rel=1e-10)
    assert found.z**2 == pytest.approx(25 / 6)


@given(shares)
def test_share_lies_in_both_intervals_and_they_lie_in_one(share):
    successes, n = share
    plain, corrected = intervals.wilson(successes, n), intervals.wilson_corrected(successes, n)
    assert 0 <= corrected.low <= plain.low + 1e-12
    assert plain.high - 1e-12 <= corrected.high <= 1
    if n:
        assert plain.holds(successes / n)
        assert corrected.holds(successes / n)


@given(shares)
def test_failures_mirror_successes(share):
    successes, n = share
    found, mirrored = intervals.wilson(successes, n), intervals.wilson(n - successes, n)
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)
    assert found.high == pytest.approx(1 - mirrored.low, abs=1e-12)


@given(some_shares, some_shares)
def test_difference_turned_round_is_the_negative(one, other):
    found, turned = intervals.newcombe_difference(*one, *other), intervals.newcombe_difference(*other, *one)
    assert found.low == pytest.approx(-turned.high, abs=1e-12)
    assert -1 <= found.low <= one[0] / one[1] - other[0] / other[1] <= found.high <= 1
    assert intervals.two_proportion_z(*one, *other).z == pytest.approx(
        -intervals.two_proportion_z(*other, *one).z
    )


@given(shares, st.floats(0.5, 0.98), st.floats(0.001, 0.01))
def test_a_higher_level_is_wider(share, level, more):
    assert intervals.wilson(*share, level=level).width <= intervals.wilson(*share, level=level + more).width


def test_of_nobody_nothing_is_known():
    assert intervals.share(0, 0) is None
    assert intervals.wilson(0, 0) == intervals.Interval(0, 1) == intervals.wilson_corrected(0, 0)


def test_none_and_all_keep_their_end():
    assert intervals.wilson(0, 50).low == 0
    assert intervals.wilson(50, 50).high == 1
    assert intervals.wilson(50, 50).low > 0.9
    assert intervals.two_proportion_z(0, 10, 0, 20) == intervals.ZTest(0, 1)
    assert intervals.two_proportion_z(10, 10, 20, 20) == intervals.ZTest(0, 1)


def test_the_largest_counts_are_held():
    n = 2**53
    found = intervals.wilson(n // 2, n)
    assert found.holds(0.5)
    assert 0 < found.width < 1e-7


@pytest.mark.parametrize(
    ("successes", "n"), [(-1, 5), (6, 5), (1, -5), (math.nan, 5), (1.0, 5), (True, 5), (0, 10**400)]
)
def test_what_is_no_share_is_refused(successes, n):
    with pytest.raises(ValueError, match="must"):
        intervals.wilson(successes, n)


@pytest.mark.parametrize("level", [0, 1, -0.5, math.nan, math.inf])
def test_what_is_no_level_is_refused_of_nobody_too(level):
    for ask in (intervals.wilson, intervals.wilson_corrected):
        with pytest.raises(ValueError, match="level must"):
            ask(0, 0, level=level)


def test_a_difference_needs_two_groups():
    for ask in (
        intervals.newcombe_difference,
        intervals.agresti_caffo_difference,
        intervals.two_proportion_z,
    ):
        with pytest.raises(ValueError, match="needs somebody"):
            ask(1, 2, 0, 0)


@pytest.mark.parametrize(("n", "p"), [(20, 0.9), (50, 0.1), (400, 0.33)])
def test_wilson_covers_as_often_as_it_says(n, p):
    assert 0.93 <= coverage.of_wilson(n=n, p=p, runs=2000) <= 0.97


def test_newcombe_difference_covers_as_often_as_it_says():
    assert 0.93 <= coverage.of_newcombe(n=80, p=0.6, other_n=60, other_p=0.45, runs=2000) <= 0.97


def test_benjamini_hochberg_repeats_the_paper():
    found = multiplicity.benjamini_hochberg(HEART)
    assert found == pytest.approx(HEART_FALSE_DISCOVERY, rel=1e-12)
    assert sum(p <= 0.05 for p in found) == 4  # "rejects the four hypotheses having the smallest p-values"


def test_holm_agrees_with_statsmodels():
    assert multiplicity.holm(HEART) == pytest.approx(HEART_HOLM, rel=1e-12)


@given(chances)
def test_adjusting_only_raises_and_keeps_the_order(p_values):
    for adjust in (multiplicity.benjamini_hochberg, multiplicity.holm):
        found = adjust(p_values)
        assert all(raw <= adjusted <= 1 for raw, adjusted in zip(p_values, found, strict=True))
        by_raw = [adjusted for _, adjusted in sorted(zip(p_values, found, strict=True))]
        assert by_raw == sorted(by_raw)


@given(chances)
def test_holm_is_at_least_as_strict(p_values):
    pairs = zip(multiplicity.benjamini_hochberg(p_values), multiplicity.holm(p_values), strict=True)
    assert all(discovery <= family + 1e-12 for discovery, family in pairs)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=10), st.randoms())
def test_adjusted_values_follow_their_places(p_values, chance):
    places = list(range(len(p_values)))
    chance.shuffle(places)
    for adjust in (multiplicity.benjamini_hochberg, multiplicity.holm):
        assert adjust([p_values[place] for place in places]) == [adjust(p_values)[place] for place in places]


@pytest.mark.parametrize("wrong", [math.nan, -0.1, 1.1, math.inf])
def test_what_is_no_p_value_is_refused(wrong):
    for adjust in (multiplicity.benjamini_hochberg, multiplicity.holm):
        with pytest.raises(ValueError, match="p-value"):
            adjust([0.5, wrong])


def test_nothing_stays_nothing():
    assert multiplicity.benjamini_hochberg([]) == [] == multiplicity.holm([])
