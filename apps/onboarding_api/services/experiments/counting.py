"""One query over all who were exposed: for each arm how many, and the moments of every metric and guardrail.

The database adds up; what comes back has a row for each arm, however many sessions there are. A unit is counted by its
first exposed session. `counted` are those whose window has passed, and only they say anything about the metrics: a
session that was exposed an hour ago and has not completed is no failure yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from apps.onboarding.models import Experiment, SessionEvent
from apps.onboarding_api.services.experiments import guards
from apps.onboarding_api.services.statistics.experiments.moments import Moments, Paired

Metric, Kind = Experiment.Metric, SessionEvent.Kind
_STAGES = ("engaged_at", "recommendations_generated_at", "approval_decision_at", "completed_at")
_REACHED: Mapping[str, str] = {
    metric.value: f"LEAST({', '.join('s.' + stage for stage in _STAGES[index:])})"
    for index, metric in enumerate(Metric)
}
"""The first time of a stage or of any later one: LEAST passes over what is not set."""
_ERRORS = (Kind.TURN_FAILED, Kind.UPLOAD_FAILED, Kind.NOT_UNDERSTOOD)


@dataclass(frozen=True)
class Counted:
    """One arm. `metrics` pair each metric (1 or 0) with what was known before; `guards` are of all guardrails."""

    arm: str
    exposed: int
    counted: int
    still_open: int
    """Of the exposed: neither completed nor ended, and their window has not passed."""
    metrics: Mapping[str, Paired]
    successes: Mapping[str, int]
    guards: Mapping[str, Moments]


def count(experiment: Experiment, *, now: datetime) -> dict[str, Counted]:
    """By name of arm; an arm that nobody has met yet is not there."""
    metrics = (experiment.primary_metric, *experiment.other_metrics)
    watched = [one["metric"] for one in experiment.guardrails]
    sql, parameters = _query(experiment, metrics, watched, now)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {row[0]: _counted(row, metrics, watched) for row in cursor.fetchall()}


def _query(
    experiment: Experiment, metrics: Sequence[str], watched: Sequence[str], now: datetime
) -> tuple[str, dict[str, Any]]:
    chosen = [*_metric_columns(metrics), *_guard_columns(watched)]
    sums = [*_metric_sums(metrics), *_guard_sums(watched)]
    sql = f"""
        WITH first AS (
            SELECT DISTINCT ON (u.unit) u.arm_id, u.session_id, u.exposed_at,
                   (u.earlier_completed + 0.5) / (u.earlier_sessions + 1.0) AS x
              FROM onboarding_experimentunit u
             WHERE u.experiment_id = %(experiment)s AND u.exposed_at IS NOT NULL AND u.exposed_at <= %(now)s
             ORDER BY u.unit, u.exposed_at, u.id),
        seen AS (
            SELECT f.arm_id, f.x,
                   f.exposed_at + %(window)s <= %(now)s AS counts,
                   f.exposed_at + %(guard)s <= %(now)s AS guarded,
                   s.current_state NOT IN ('COMPLETED', 'CANCELLED', 'ERROR') AS is_open
                   {"".join(", " + column for column in chosen)}
              FROM first f JOIN onboarding_conversationsession s USING (session_id))
        SELECT a.name, count(*), count(*) FILTER (WHERE counts), count(*) FILTER (WHERE NOT counts AND is_open)
               {"".join(", " + column for column in sums)}
          FROM seen JOIN onboarding_experimentarm a ON a.id = seen.arm_id
         GROUP BY a.name"""  # noqa: S608 -- columns from closed tables of this module, values as parameters
    return sql, {
        "experiment": experiment.pk,
        "now": now,
        "window": timedelta(hours=experiment.window_hours),
        "guard": timedelta(hours=experiment.guard_hours),
        "hours": float(experiment.window_hours),
        "errors": [kind.value for kind in _ERRORS],
        "answered": Kind.ANSWER_RECEIVED.value,
        "cancelled": Kind.CANCELLED.value,
    }


def _metric_columns(metrics: Sequence[str]) -> Iterator[str]:
    for index, metric in enumerate(metrics):
        yield f"coalesce({_REACHED[metric]} <= f.exposed_at + %(window)s, false)::int AS m{index}"


def _metric_sums(metrics: Sequence[str]) -> Iterator[str]:
    for index in range(len(metrics)):
        yield f"count(*) FILTER (WHERE counts AND m{index} = 1)"
        for name in ("avgx", "avgy", "sxx", "syy", "sxy"):
            yield f"coalesce(regr_{name}(m{index}, x) FILTER (WHERE counts), 0)"


def _guard_columns(watched: Sequence[str]) -> Iterator[str]:
    events = (
        "(SELECT count(*) FROM onboarding_sessionevent e WHERE e.session_id = f.session_id AND {what}"
        " AND e.occurred_at >= f.exposed_at AND e.occurred_at < f.exposed_at + %(guard)s)"
    )
    columns = {
        "errors": events.format(what="e.kind = ANY(%(errors)s)"),
        "turns": events.format(what="e.kind = %(answered)s"),
        "cancelled": events.format(what="e.kind = %(cancelled)s"),
        "completion": "coalesce(s.completed_at <= f.exposed_at + %(window)s, false)::int",
        "time": "CASE WHEN s.completed_at IS NULL THEN %(hours)s ELSE LEAST(%(hours)s, GREATEST(0,"
        " extract(epoch FROM s.completed_at - f.exposed_at) / 3600.0)) END",
    }
    for index, name in enumerate(watched):
        yield f"({columns[name]})::float8 AS g{index}"


def _guard_sums(watched: Sequence[str]) -> Iterator[str]:
    for index, name in enumerate(watched):
        which = "counts" if guards.GUARDS[name].waits else "guarded"
        yield f"count(*) FILTER (WHERE {which})"
        yield f"coalesce(avg(g{index}) FILTER (WHERE {which}), 0)"
        yield f"coalesce(regr_syy(g{index}, 0) FILTER (WHERE {which}), 0)"


def _counted(row: tuple[Any, ...], metrics: Sequence[str], watched: Sequence[str]) -> Counted:
    arm, exposed, counted, still_open = row[:4]
    paired, successes, at = {}, {}, 4
    for metric in metrics:
        reached, mean_x, mean_y, squares_x, squares_y, products = row[at : at + 6]
        successes[metric] = reached
        paired[metric] = Paired(
            y=Moments(counted, float(mean_y), float(squares_y)),
            x=Moments(counted, float(mean_x), float(squares_x)),
            products=float(products),
        )
        at += 6
    moments = {}
    for name in watched:
        n, mean, squares = row[at : at + 3]
        moments[name] = Moments(n, float(mean), float(squares))
        at += 3
    return Counted(arm, exposed, counted, still_open, paired, successes, moments)


def of_nobody(arm: str, experiment: Experiment) -> Counted:
    nobody = Moments(0, 0.0, 0.0)
    metrics = (experiment.primary_metric, *experiment.other_metrics)
    return Counted(
        arm=arm,
        exposed=0,
        counted=0,
        still_open=0,
        metrics={metric: Paired(nobody, nobody, 0.0) for metric in metrics},
        successes=dict.fromkeys(metrics, 0),
        guards={one["metric"]: nobody for one in experiment.guardrails},
    )
