"""Survival estimates against published tables and other tools, and the laws they keep."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.onboarding_api.services.statistics import incidence, intervals, risk_table
from apps.onboarding_api.services.statistics.risk_table import Observed, Outcome
from scripts.funnel_simulator import coverage

ADVANCED, DROPPED, OPEN = Outcome.ADVANCED, Outcome.DROPPED, Outcome.OPEN

# Maintained group of the `aml` data, R package survival; its printed survfit.
AML = [(9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0), (48, 1), (161, 0)]
AML_TABLE = [
    (9, 0.909, 0.0867),
    (13, 0.818, 0.1163),
    (18, 0.716, 0.1397),
    (23, 0.614, 0.1526),
    (31, 0.491, 0.1642),
    (34, 0.368, 0.1627),
    (48, 0.184, 0.1535),
]
# Freireich and others (1963), 6-MP group, as in Kleinbaum and Klein, "Survival Analysis", table 2.3.
REMISSION = [(t, 1) for t in (6, 6, 6, 7, 10, 13, 16, 22, 23)] + [
    (t, 0) for t in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
]
REMISSION_TABLE = [
    (6, 0.8571),
    (7, 0.8067),
    (10, 0.7529),
    (13, 0.6902),
    (16, 0.6275),
    (22, 0.5378),
    (23, 0.4482),
]
# Made up, with ties of all three kinds and zero seconds; 1 advanced, 2 dropped, 0 open.
TIED = [
    (0, 1), (0, 2), (5, 1), (5, 1), (5, 2), (5, 0), (8, 2), (8, 2), (8, 0), (12, 1), (12, 0), (12, 0), (15, 1), (15, 2),
    (20, 1), (20, 0), (33, 2), (40, 1), (40, 1), (55, 0),
]  # fmt: skip
# statsmodels 0.15.0, CumIncidenceRight of the same: (time, share, standard error) of both outcomes.
TIED_ADVANCED = [
    (0, 0.05, 0.048733971724), (5, 0.15, 0.079843597113), (12, 0.208441558442, 0.093278525624),
    (15, 0.281493506494, 0.109285559923), (20, 0.354545454545, 0.119388499387), (40, 0.537175324675, 0.132735652991),
]  # fmt: skip
TIED_DROPPED = [
    (0, 0.05, 0.048733971724), (5, 0.1, 0.067082039325), (8, 0.207142857143, 0.092410621857),
    (15, 0.280194805195, 0.108731151814), (33, 0.37150974026, 0.125959466589),
]  # fmt: skip


def sessions(rows: Sequence[tuple[float, int]]) -> list[Observed]:
    return [Observed(float(seconds), (OPEN, ADVANCED, DROPPED)[code]) for seconds, code in rows]


observed = st.lists(
    st.builds(Observed, st.integers(0, 30).map(float), st.sampled_from(list(Outcome)), st.integers(0, 3)),
    max_size=40,
)


def test_kaplan_meier_repeats_the_table_of_r():
    curve = incidence.kaplan_meier(sessions(AML))
    for seconds, surviving, error in AML_TABLE:
        assert 1 - (curve.at(seconds) or 0) == pytest.approx(surviving, abs=5e-4)
        assert curve.error(seconds) == pytest.approx(error, abs=5e-5)


def test_kaplan_meier_repeats_the_textbook():
    curve = incidence.kaplan_meier(sessions(REMISSION))
    assert [step.seconds for step in curve.steps] == [seconds for seconds, _ in REMISSION_TABLE]
    for seconds, surviving in REMISSION_TABLE:
        assert 1 - (curve.at(seconds) or 0) == pytest.approx(surviving, abs=5e-5)
    assert curve.quantile(0.5) == 23
    # lifelines 0.30.3, restricted_mean_survival_time(t=35)
    assert curve.restricted_mean(within=35) == pytest.approx(23.287394957983185, rel=1e-12)


@pytest.mark.parametrize(("of", "table"), [(ADVANCED, TIED_ADVANCED), (DROPPED, TIED_DROPPED)])
def test_aalen_johansen_agrees_with_statsmodels_where_times_are_tied(of, table):
    curve = incidence.cumulative_incidence(sessions(TIED), of=of)
    for seconds, share, error in table:
        assert curve.at(seconds) == pytest.approx(share, abs=1e-11)
        assert curve.error(seconds) == pytest.approx(error, abs=1e-11)


@given(observed)
def test_advanced_dropped_and_undecided_are_all(rows):
    advanced = incidence.cumulative_incidence(rows)
    dropped = incidence.cumulative_incidence(rows, of=DROPPED)
    for one, other in zip(advanced.steps, dropped.steps, strict=True):
        assert one.share + other.share + one.undecided == pytest.approx(1, abs=1e-12)


@given(observed)
def test_shares_rise_from_0_to_at_most_1(rows):
    shares = [step.share for step in incidence.cumulative_incidence(rows).steps]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


@given(observed)
def test_order_does_not_matter(rows):
    assert incidence.cumulative_incidence(rows) == incidence.cumulative_incidence(rows[::-1])


@given(observed)
def test_counts_are_sessions(rows):
    single = [Observed(row.seconds, row.outcome) for row in rows for _ in range(row.sessions)]
    assert incidence.cumulative_incidence(rows) == incidence.cumulative_incidence(single)


@given(observed)
def test_with_nobody_open_it_is_counting(rows):
    decided = [row for row in rows if row.outcome is not OPEN and row.sessions]
    curve = incidence.cumulative_incidence(decided)
    n = sum(row.sessions for row in decided)
    for seconds in {row.seconds for row in decided}:
        k = sum(row.sessions for row in decided if row.outcome is ADVANCED and row.seconds <= seconds)
        assert curve.at(seconds) == pytest.approx(k / n, abs=1e-12)
        assert curve.error(seconds) == pytest.approx(math.sqrt(k * (n - k) / n**3), abs=1e-12)
        found, counted = curve.interval(seconds), intervals.wilson(k, n)
        assert (found.low, found.high) == pytest.approx((counted.low, counted.high), abs=1e-6)


@given(observed)
def test_without_competition_it_is_kaplan_meier(rows):
    alone = [row for row in rows if row.outcome is not DROPPED]
    assert incidence.kaplan_meier(alone) == incidence.cumulative_incidence(alone)


@given(observed, st.floats(0, 60))
def test_interval_holds_the_share(rows, seconds):
    curve = incidence.cumulative_incidence(rows)
    found = curve.interval(seconds)
    assert 0 <= found.low <= found.high <= 1
    if (share := curve.at_least(seconds)) is not None:
        assert found.low - 1e-12 <= share <= found.high + 1e-12


@given(observed, st.floats(0.01, 0.99))
def test_quantile_is_the_first_time_at_which_the_share_is_reached(rows, q):
    curve = incidence.cumulative_incidence(rows)
    found = curve.quantile(q)
    if found is None:
        assert all(step.share < q for step in curve.steps)
    else:
        assert (curve.at(found) or 0) >= q - 1e-9
        assert all(step.share < q for step in curve.steps if step.seconds < found)


@given(observed, st.integers(0, 30))
def test_area_over_the_curve_is_the_restricted_mean(rows, within):
    curve = incidence.cumulative_incidence(rows)
    found = curve.restricted_mean(within=within)
    if found is not None:
        whole = [1 - (curve.at(second) or 0) for second in range(within)]  # times are whole seconds
        assert found == pytest.approx(sum(whole), abs=1e-9)


@given(observed)
def test_risk_table_accounts_for_everybody(rows):
    table = risk_table.build(rows)
    leaving = [row.advanced + row.dropped + row.left_open for row in table]
    assert [row.at_risk for row in table] == [sum(leaving[index:]) for index in range(len(table))]
    counts = Counter[Outcome]()
    for row in rows:
        counts[row.outcome] += row.sessions
    assert sum(row.advanced for row in table) == counts[ADVANCED]
    assert sum(row.left_open for row in table) == counts[OPEN]


def test_steps_of_no_time_count():
    curve = incidence.cumulative_incidence([Observed(0, ADVANCED, 3), Observed(10, DROPPED, 1)])
    assert curve.at(0) == 0.75
    assert curve.quantile(0.5) == 0
    assert curve.mean_of_advanced(within=10) == 0


def test_of_nobody_nothing_is_known():
    curve = incidence.cumulative_incidence([])
    assert (curve.n, curve.steps, curve.known_until) == (0, (), 0)
    assert curve.at(0) is None
    assert curve.at_least(60) is None
    assert curve.interval(60) == intervals.Interval(0, 1)
    assert curve.quantile(0.5) is None
    assert curve.mean_of_advanced(within=5) is None
    assert curve.restricted_mean(within=5) is None


def test_beyond_the_last_look_nothing_is_said():
    curve = incidence.cumulative_incidence([Observed(5, ADVANCED, 4), Observed(9, OPEN, 6)])
    assert curve.at(9) == 0.4
    assert curve.at(9.5) is None
    assert curve.at_least(9.5) == 0.4
    assert curve.quantile(0.5) is None
    assert curve.interval(9.5).low == curve.interval(9).low
    assert curve.interval(9.5).high == 1  # all six may still come


def test_once_all_are_decided_it_is_known_for_ever():
    curve = incidence.cumulative_incidence([Observed(5, ADVANCED, 4), Observed(9, DROPPED, 6)])
    assert curve.known_until == math.inf
    assert curve.at(1e9) == 0.4


def test_a_share_of_none_has_an_interval_that_knows_how_many_were_watched():
    curve = incidence.cumulative_incidence([Observed(10, OPEN, 30), Observed(50, OPEN, 10)])
    assert curve.at(50) == 0
    assert curve.interval(5).high == pytest.approx(intervals.wilson(0, 40).high)
    assert curve.interval(50).high == pytest.approx(intervals.wilson(0, 10).high)


def test_half_is_reached_although_sums_are_rounded():
    curve = incidence.cumulative_incidence([Observed(float(second), ADVANCED) for second in range(10)])
    assert curve.quantile(0.3) == 2
    assert curve.quantile(0.7) == 6


def test_digits_are_left_where_nearly_all_have_advanced():
    n = 1_000_000
    curve = incidence.cumulative_incidence(
        [
            *(Observed(float(second), ADVANCED, n // 1000) for second in range(999)),
            Observed(2000, DROPPED, n // 1000),
        ]
    )
    assert curve.at(2000) == pytest.approx(0.999, abs=1e-12)
    assert curve.error(2000) == pytest.approx(math.sqrt(0.999 * 0.001 / n), rel=1e-6)
    assert incidence.cumulative_incidence([Observed(1, ADVANCED, 2**50)]).at(1) == 1


def test_slow_sessions_are_not_left_out_of_the_mean():
    # Half take 10 seconds, half 100; of the slow ones only every tenth was watched for so long.
    rows = [Observed(10, ADVANCED, 50), Observed(50, OPEN, 45), Observed(100, ADVANCED, 5)]
    assert incidence.cumulative_incidence(rows).mean_of_advanced(within=100) == pytest.approx(55)
    assert pytest.approx(18.18, abs=0.01) == (50 * 10 + 5 * 100) / 55  # the mean of those who have arrived


def test_quantile_interval_surrounds_the_quantile():
    curve = incidence.cumulative_incidence([Observed(float(second), ADVANCED) for second in range(100)])
    first, last = curve.quantile_interval(0.5)
    assert first is not None
    assert last is not None
    assert first < 49 < last
    assert curve.quantile_interval(0.999)[1] is None  # so high the lower limit never comes


def test_quantile_of_those_who_advance_is_taken_of_them_alone():
    rows = [*(Observed(float(second), ADVANCED) for second in range(1, 11)), Observed(20, DROPPED, 90)]
    curve = incidence.cumulative_incidence(rows)
    assert curve.quantile(0.5) is None
    assert curve.quantile_of_advanced(0.5, within=20) == 5


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf])
def test_what_is_no_duration_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds must"):
        incidence.cumulative_incidence([Observed(seconds, ADVANCED)])
    with pytest.raises(ValueError, match="seconds must"):
        incidence.cumulative_incidence([]).at(seconds)


def test_what_is_no_outcome_is_refused():
    with pytest.raises(ValueError, match="outcome must"):
        incidence.cumulative_incidence([Observed(1, "lost")])  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(ValueError, match="open session"):
        incidence.cumulative_incidence([], of=OPEN)
    with pytest.raises(ValueError, match="sessions must"):
        incidence.cumulative_incidence([Observed(1, ADVANCED, -1)])


@pytest.mark.slow
def test_interval_of_cut_sessions_covers_as_often_as_it_says():
    assert 0.93 <= coverage.of_incidence(sessions=60, within=72 * 3600.0, runs=2000) <= 0.97
