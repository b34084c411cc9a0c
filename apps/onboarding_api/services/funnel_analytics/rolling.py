"""What `contributions` says of one session, said in SQL of many: for recomputing, and for parts of days.

`facts` is the name of a table or a parenthesised query with the columns of `storing.FACTS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import lanes

SUMS = """count(*) AS started, count(*) FILTER (WHERE furthest >= 1) AS engaged,
    count(*) FILTER (WHERE furthest >= 2) AS recommendations, count(*) FILTER (WHERE furthest >= 3) AS decision,
    count(*) FILTER (WHERE furthest >= 4) AS completed,
    count(*) FILTER (WHERE outcome = 2 AND furthest = 0) AS dropped_started,
    count(*) FILTER (WHERE outcome = 2 AND furthest = 1) AS dropped_engaged,
    count(*) FILTER (WHERE outcome = 2 AND furthest = 2) AS dropped_recommendations,
    count(*) FILTER (WHERE outcome = 2 AND furthest = 3) AS dropped_decision,
    coalesce(sum(engaged_ms), 0)::bigint AS engaged_ms,
    coalesce(sum(recommendations_ms - engaged_ms), 0)::bigint AS recommendations_ms,
    coalesce(sum(decision_ms - recommendations_ms), 0)::bigint AS decision_ms,
    coalesce(sum(completed_ms - decision_ms), 0)::bigint AS completed_ms"""
"""The columns of `FunnelCounts`, in their order."""
SLOT = "floor(extract(epoch FROM started_at) / 900)::int"
ENTERED_MS = "coalesce((ARRAY[0, engaged_ms, recommendations_ms, decision_ms])[furthest + 1], 0)"
"""When the furthest stage was reached."""
_MEASURES = (
    ("0", "engaged_ms", "furthest >= 1"),
    ("1", "recommendations_ms - engaged_ms", "furthest >= 2"),
    ("2", "decision_ms - recommendations_ms", "furthest >= 3"),
    ("3", "completed_ms - decision_ms", "furthest >= 4"),
    ("4 + furthest", f"dropped_ms - {ENTERED_MS}", "outcome = 2"),
    ("8", "completed_ms", "furthest >= 4"),
    ("9", "dropped_ms", "outcome = 2"),
)
"""Which histogram, which time, of whom: `lanes.MEASURES`."""


@dataclass(frozen=True)
class Cohorts:
    """The sums of one dimension, of every client or of everyone: SQL for a fact's key, and where to find it."""

    scope: str
    day: str
    dimension: str
    value: str
    lateral: str = ""
    """Goes after a table `f`."""


_VALUES = {"all": "''", "language": "language", "device": "device", "flow": "flow", "variant": "arm"}
_ARMS = " CROSS JOIN LATERAL unnest(f.variants) AS arms(arm)"


def all_cohorts() -> Iterator[Cohorts]:
    """Every sum that a fact is part of: the second way to say what `contributions.cohorts_of` says."""
    for scope, day in (("client_id", "day"), (f"'{EVERYONE}'::uuid", "all_day")):
        for dimension in _VALUES:
            yield cohorts(dimension, scope=scope, day=day)
    yield cohorts("client", scope=f"'{EVERYONE}'::uuid", day="all_day")


def cohorts(dimension: str, *, scope: str = "NULL", day: str = "NULL") -> Cohorts:
    value = "client_id::text" if dimension == "client" else _VALUES[dimension]
    return Cohorts(scope, day, dimension, value, _ARMS if dimension == "variant" else "")


def times(facts: str, *keys: str, lateral: str = "") -> str:
    """One row for each time of each fact: the keys and `lane`, the place in its histograms.

    Takes one parameter before those of `facts`, which is named once: `lanes.BOUNDS_MS` as a list.
    """
    named = "".join(f"{key}, " for key in keys)
    branches = " UNION ALL ".join(
        f"SELECT {named}({measure}) * {lanes.BUCKETS} + width_bucket(({ms})::bigint, (SELECT ms FROM bounds)) AS lane"  # noqa: S608
        f" FROM asked f{lateral} WHERE {of}"
        for measure, ms, of in _MEASURES
    )
    return f"WITH bounds AS (SELECT %s::bigint[] AS ms), asked AS NOT MATERIALIZED (SELECT * FROM {facts} a) {branches}"  # noqa: S608
