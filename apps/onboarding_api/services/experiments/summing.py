"""Whole numbers that add up: what an experiment's figures are made of, over the units exposed in some stretch of time.

`Sums` are counts by name, so that those of two stretches make those of both, to the last digit and in any order:

| Name | Of an arm |
|---|---|
| `b/exposed`, `b/open` | units whose window has not passed, and those of them that have not ended |
| `b/known/7:3/n`, `b/known/7:3/completed` | counted units of people with 7 earlier sessions, 3 of them completed; how many of them reached the metric |
| `b/guard/errors/n`, `/sum`, `/squares` | units, sum and sum of squares of a guardrail, in its whole units |

A unit is counted by its first exposed session.
"""  # noqa: E501 -- a table

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from apps.onboarding.models import Experiment
from apps.onboarding_api.services.experiments import guards

Sums = Counter[str]
_STAGES = ("engaged_at", "recommendations_generated_at", "approval_decision_at", "completed_at")
_REACHED: Mapping[str, str] = {
    metric.value: f"LEAST({', '.join('s.' + stage for stage in _STAGES[index:])})"
    for index, metric in enumerate(Experiment.Metric)
}
"""The first time of a stage or of any later one: LEAST passes over what is not set."""
_ENDED = ("COMPLETED", "CANCELLED", "ERROR")


def metrics_of(experiment: Experiment) -> tuple[str, ...]:
    """The primary one first."""
    return experiment.primary_metric, *experiment.other_metrics


def waiting(experiment: Experiment, *, after: datetime, until: datetime) -> Sums:
    """Units exposed after the one moment and up to the other, whose window has not passed: `exposed` and `open`."""
    rows = _rows(
        f"""WITH first AS ({_first(experiment)})
            SELECT a.name, count(*), count(*) FILTER (WHERE s.current_state <> ALL(%(ended)s))
              FROM first f JOIN onboarding_conversationsession s USING (session_id)
              JOIN onboarding_experimentarm a ON a.id = f.arm_id GROUP BY a.name""",  # noqa: S608 -- our own names
        _given(experiment, after, until, ended=list(_ENDED)),
    )
    sums = Sums()
    for arm, exposed, still_open in rows:
        sums.update({f"{arm}/exposed": exposed, f"{arm}/open": still_open})
    return sums


def early(experiment: Experiment, *, after: datetime, until: datetime) -> Sums:
    """The guardrails that look at the first hours, over units exposed in between."""
    watched = [name for name in _watched(experiment) if not guards.GUARDS[name].waits]
    if not watched:
        return Sums()
    columns = ", ".join(f"({guards.GUARDS[name].sql})::bigint AS g{n}" for n, name in enumerate(watched))
    events = guards.EVENTS if "v." in columns else ""
    rows = _rows(
        f"""WITH first AS ({_first(experiment)}),
            seen AS (SELECT f.arm_id, {columns} FROM first f
                      CROSS JOIN LATERAL (SELECT f.exposed_at + %(guard)s AS ends) w{events})
            SELECT a.name{_moments(watched)}
              FROM seen JOIN onboarding_experimentarm a ON a.id = arm_id GROUP BY a.name""",  # noqa: S608 -- our own names
        _given(experiment, after, until, guard=timedelta(hours=experiment.guard_hours))
        | {**guards.PARAMETERS},
    )
    sums = Sums()
    for arm, *found in rows:
        _add_guards(sums, arm, watched, found)
    return sums


def whole(experiment: Experiment, *, after: datetime, until: datetime) -> Sums:
    """Metrics, and guardrails that wait, over units exposed in between; their window must have passed."""
    metrics = metrics_of(experiment)
    watched = [name for name in _watched(experiment) if guards.GUARDS[name].waits]
    columns = [
        *(f"({_REACHED[metric]} <= w.ends) AS m{n}" for n, metric in enumerate(metrics)),
        *(f"({guards.GUARDS[name].sql})::bigint AS g{n}" for n, name in enumerate(watched)),
    ]
    reached = ", ".join(f"count(*) FILTER (WHERE m{n})" for n in range(len(metrics)))
    rows = _rows(
        f"""WITH first AS ({_first(experiment)}),
            seen AS (SELECT f.arm_id, f.earlier_sessions, f.earlier_completed, {", ".join(columns)}
                       FROM first f JOIN onboarding_conversationsession s USING (session_id)
                      CROSS JOIN LATERAL (SELECT f.exposed_at + %(window)s AS ends) w)
            SELECT a.name, earlier_sessions, earlier_completed, count(*), {reached}{_moments(watched)}
              FROM seen JOIN onboarding_experimentarm a ON a.id = arm_id
             GROUP BY a.name, earlier_sessions, earlier_completed""",  # noqa: S608 -- our own names
        _given(experiment, after, until, window=timedelta(hours=experiment.window_hours)),
    )
    sums = Sums()
    for arm, sessions, completed, n, *found in rows:
        group = f"{arm}/known/{sessions}:{completed}"
        sums[f"{group}/n"] += n
        for metric, successes in zip(metrics, found, strict=False):
            sums[f"{group}/{metric}"] += successes
        _add_guards(sums, arm, watched, found[len(metrics) :])
    return sums


def _watched(experiment: Experiment) -> list[str]:
    return [one["metric"] for one in experiment.guardrails]


def _first(experiment: Experiment) -> str:
    """The first exposed session of each unit; where the unit is the session, each is its own first."""
    earlier = """AND NOT EXISTS (
        SELECT FROM onboarding_experimentunit e
         WHERE e.experiment_id = u.experiment_id AND e.unit = u.unit AND e.exposed_at IS NOT NULL
           AND (e.exposed_at, e.id) < (u.exposed_at, u.id))"""
    return f"""SELECT u.arm_id, u.session_id, u.exposed_at, u.earlier_sessions, u.earlier_completed
                 FROM onboarding_experimentunit u
                WHERE u.experiment_id = %(experiment)s AND u.exposed_at > %(after)s AND u.exposed_at <= %(until)s
                {earlier if experiment.unit == Experiment.Unit.USER else ""}"""  # noqa: S608 -- no value in it


def _given(experiment: Experiment, after: datetime, until: datetime, **more: Any) -> dict[str, Any]:
    return {"experiment": experiment.pk, "after": after, "until": until, **more}


def _moments(watched: Sequence[str]) -> str:
    return "".join(f", count(g{n}), sum(g{n}), sum(g{n}::numeric * g{n})" for n in range(len(watched)))


def _add_guards(sums: Sums, arm: str, watched: Sequence[str], found: Sequence[Any]) -> None:
    for n, name in enumerate(watched):
        for part, value in zip(("n", "sum", "squares"), found[3 * n : 3 * n + 3], strict=True):
            sums[f"{arm}/guard/{name}/{part}"] += int(value)


def _rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # compiling takes longer than any of these
        cursor.execute(sql, given)
        return cursor.fetchall()
