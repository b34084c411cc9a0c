"""The funnel's own pass over histograms says what the incidence of the same risk table says at its end."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.onboarding_api.services.funnel_analytics import curves, estimates, lanes
from apps.onboarding_api.services.statistics.incidence import of_table
from apps.onboarding_api.services.statistics.risk_table import Outcome

COLUMNS = st.dictionaries(
    st.integers(0, lanes.BUCKETS - 1), st.tuples(*[st.integers(0, 3) | st.integers(0, 10**6)] * 3), min_size=1,
    max_size=12,
).filter(lambda found: any(map(any, found.values())))  # fmt: skip


@given(COLUMNS)
@example({0: (0, 1, 1)})
@example({0: (0, 1, 1), 5: (0, 0, 2)})
def test_both_outcomes_are_those_of_the_risk_table(found: dict[int, tuple[int, int, int]]) -> None:
    columns = tuple([0] * lanes.BUCKETS for _ in range(3))
    for bucket, counts in found.items():
        for column, n in zip(columns, counts, strict=True):
            column[bucket] = n
    told = curves.of(*columns, quantiles=estimates.QUANTILES)
    moments = estimates._table((columns[0], columns[1], columns[2]))
    for outcome, end in ((Outcome.ADVANCED, told.advanced), (Outcome.DROPPED, told.dropped)):
        whole = of_table(moments, of=outcome)
        interval = whole.interval(told.seconds)
        assert told.seconds == moments[-1].seconds
        assert end.share == pytest.approx(whole.at(told.seconds), abs=1e-9)
        assert end.interval.low == pytest.approx(interval.low, abs=1e-9)
        assert end.interval.high == pytest.approx(interval.high, abs=1e-9)
        if whole.steps:
            assert told.undecided == pytest.approx(whole.steps[-1].undecided, abs=1e-9)
    on = of_table(moments)
    assert told.quantiles == {q: on.quantile(q) for q in estimates.QUANTILES}
    assert told.mean_seconds == pytest.approx(on.mean_of_advanced(within=told.seconds))


def test_of_nobody_there_is_no_curve() -> None:
    with pytest.raises(ValueError, match="somebody"):
        curves.of([0], [0], [0], quantiles=())
