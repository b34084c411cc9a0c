"""Log histograms, the time-to-convert histogram, and the split into mix and rate: their laws."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.onboarding_api.services.statistics import decomposition, log_histogram, time_to_convert
from apps.onboarding_api.services.statistics.decomposition import Group
from apps.onboarding_api.services.statistics.log_histogram import LogHistogram

durations = st.lists(st.one_of(st.just(0.0), st.floats(0, 1e7), st.floats(1e-6, 100)), max_size=60)
some_durations = durations.filter(bool)


def percentile_disc(values: list[float], q: float) -> float:
    """The definition of PostgreSQL."""
    return sorted(values)[max(1, math.ceil(q * len(values))) - 1]


@given(some_durations, st.floats(0, 1))
def test_quantile_is_off_by_at_most_two_percent(values, q):
    found, exact = log_histogram.of(values).quantile(q), percentile_disc(values, q)
    assert found == pytest.approx(exact, rel=0.02 + 1e-9, abs=log_histogram.SMALLEST_SECONDS)


@given(durations, durations, durations)
def test_parts_add_up_in_any_order_and_grouping(one, two, three):
    whole = log_histogram.of(one + two + three)
    a, b, c = (log_histogram.of(part) for part in (one, two, three))
    assert a.merge(b).merge(c) == whole == c.merge(a.merge(b)) == log_histogram.merged([b, c, a])


@given(durations, durations)
def test_what_is_taken_away_leaves_no_trace(one, other):
    a, b = log_histogram.of(one), log_histogram.of(other)
    assert a.merge(b).subtract(b) == a
    assert a.subtract(a) == LogHistogram()


@given(durations, durations, durations)
def test_a_deletion_may_arrive_before_what_it_deletes(one, other, more):
    a, b, c = (log_histogram.of(part) for part in (one, other, more))
    assert a.subtract(b).merge(c).merge(b) == a.merge(c)


@given(durations)
def test_plain_form_survives_json(values):
    found = log_histogram.of(values)
    plain = found.plain()
    assert log_histogram.from_plain(json.loads(json.dumps(plain))) == found
    assert plain["indexes"] == sorted(plain["indexes"])
    assert found.n == len(values)


@given(some_durations)
def test_mean_is_exact_to_half_a_millisecond(values):
    assert log_histogram.of(values).mean() == pytest.approx(math.fsum(values) / len(values), abs=0.000501)


@given(some_durations, st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise(values, q, other):
    found = log_histogram.of(values)
    low, high = sorted((q, other))
    assert (found.quantile(low) or 0) <= (found.quantile(high) or 0)


@given(st.floats(1e-6, 1e12))
def test_a_bucket_holds_its_seconds(seconds):
    index = log_histogram.index_of(seconds)
    assert index is not None
    assert log_histogram.GAMMA ** (index - 1) <= seconds * (1 + 1e-9)
    assert seconds <= log_histogram.GAMMA**index * (1 + 1e-9)
    assert log_histogram.seconds_of(index) == pytest.approx(seconds, rel=0.02 + 1e-9)


def test_steps_of_no_time_are_kept():
    found = log_histogram.of([0, 0, 0, 10])
    assert found.zeros == 3
    assert found.quantile(0.75) == 0
    assert found.quantile(0.76) == pytest.approx(10, rel=0.02)
    assert [seconds for seconds, _ in found.pairs()] == [0, pytest.approx(10, rel=0.02)]


def test_of_nothing_there_is_no_quantile():
    assert LogHistogram().quantile(0.5) is None
    assert LogHistogram().mean() is None


def test_a_debt_has_no_quantile():
    with pytest.raises(ValueError, match="negative counts"):
        LogHistogram().subtract(log_histogram.of([3])).quantile(0.5)


@pytest.mark.parametrize("wrong", [-1, math.nan, math.inf, 1e13])
def test_what_is_no_duration_is_refused(wrong):
    with pytest.raises(ValueError, match="seconds must"):
        log_histogram.of([1, wrong])


@pytest.mark.parametrize(
    "plain",
    [
        {"zeros": 0, "total_milliseconds": 0, "indexes": [1], "counts": []},
        {"zeros": 0, "total_milliseconds": 0, "indexes": [1, 1], "counts": [1, 1]},
        {"zeros": 0.5, "total_milliseconds": 0, "indexes": [], "counts": []},
    ],
)
def test_what_is_no_histogram_is_refused(plain):
    with pytest.raises(ValueError, match="a histogram"):
        log_histogram.from_plain(plain)


@pytest.mark.parametrize(
    ("n", "bins"),
    [(0, 1), (1, 1), (2, 2), (8, 2), (9, 3), (27, 3), (28, 4), (205_379, 59), (205_380, 60), (10**9, 60)],
)
def test_bars_are_the_cube_root(n, bins):
    assert time_to_convert.bins_for(n) == bins


def test_bars_begin_and_are_as_wide_as_in_posthog():
    # PostHog, test_funnel_time_to_convert: 2220, 3600 and 82800 seconds make bins from 2220, 40290 wide.
    found = time_to_convert.histogram([(2220, 1), (3600, 1), (82_800, 1)])
    assert found == time_to_convert.TimeToConvert(2220, 40_290, (2, 1))


def test_one_moment_is_a_minute_wide():
    assert time_to_convert.histogram([(0, 8)]) == time_to_convert.TimeToConvert(0, 60, (8, 0))
    assert time_to_convert.histogram([]) == time_to_convert.TimeToConvert(0, 60, (0,))
    assert time_to_convert.histogram([(5, 0)]) == time_to_convert.TimeToConvert(0, 60, (0,))


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 50)), min_size=1, max_size=50))
def test_everybody_has_a_bar(pairs):
    found = time_to_convert.histogram(pairs)
    assert sum(found.counts) == sum(count for _, count in pairs)
    assert found.start_seconds + found.width_seconds * len(found.counts) >= max(
        seconds for seconds, _ in pairs
    )
    assert 1 <= len(found.counts) <= 60


groups = st.dictionaries(
    st.sampled_from(["en", "hi", "mr", "ta"]),
    st.integers(0, 1000).flatmap(lambda n: st.builds(Group, st.integers(0, n), st.just(n))),
).filter(lambda found: any(group.n for group in found.values()))


@given(groups, groups)
def test_parts_sum_exactly_to_the_change(before, after):
    found = decomposition.decompose(before, after)
    assert found.mix + found.rate == found.total == found.after - found.before
    assert sum(part.mix for part in found.parts) == found.mix
    assert sum(part.rate for part in found.parts) == found.rate


@given(groups, groups)
def test_the_way_back_is_the_negative(before, after):
    there, back = decomposition.decompose(before, after), decomposition.decompose(after, before)
    assert (there.mix, there.rate, there.is_reversal) == (-back.mix, -back.rate, back.is_reversal)


@given(groups)
def test_nothing_changed_is_no_change(before):
    found = decomposition.decompose(before, before)
    assert [found.mix, found.rate] == [0, 0]
    assert not found.is_reversal
    assert not found.mix_outweighs_rate


def test_other_people_alone_are_mix():
    found = decomposition.decompose(
        {"phone": Group(10, 100), "desktop": Group(90, 100)},
        {"phone": Group(30, 300), "desktop": Group(90, 100)},
    )
    assert found.rate == 0
    assert found.mix == found.total == Fraction(-1, 5)
    assert {part.segment: float(part.mix) for part in found.parts} == pytest.approx(
        {"phone": -0.075, "desktop": -0.125}
    )


def test_other_behaviour_alone_is_rate():
    found = decomposition.decompose({"en": Group(10, 100)}, {"en": Group(60, 200)})
    assert [found.mix, found.rate] == [0, Fraction(1, 5)]


def test_a_segment_that_comes_is_mix():
    found = decomposition.decompose({"en": Group(50, 100)}, {"en": Group(50, 100), "hi": Group(0, 100)})
    assert [found.mix, found.rate] == [Fraction(-1, 4), 0]


def test_kidney_stones_reverse():
    # Charig and others, BMJ 292 (1986) 879-882: open surgery is better for small and large stones, worse in sum.
    surgery = {"small": Group(81, 87), "large": Group(192, 263)}
    keyhole = {"small": Group(234, 270), "large": Group(55, 80)}
    found = decomposition.decompose(surgery, keyhole)
    assert (float(found.before), float(found.after)) == pytest.approx((0.78, 0.8257), abs=5e-5)
    assert found.is_reversal
    assert found.mix_outweighs_rate
    assert found.rate < 0 < found.total


def test_a_change_needs_somebody_on_both_sides():
    with pytest.raises(ValueError, match="nobody before"):
        decomposition.decompose({}, {"en": Group(1, 2)})
    with pytest.raises(ValueError, match="nobody after"):
        decomposition.decompose({"en": Group(1, 2)}, {"en": Group(0, 0)})
    with pytest.raises(ValueError, match="must not be more"):
        decomposition.decompose({"en": Group(3, 2)}, {"en": Group(1, 2)})
