"""The funnel of a client, or of everyone, over a stretch of time: the answer of `analytics/funnel/`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.onboarding_api.services.funnel_analytics import cohorts, estimates, reading, restating
from apps.onboarding_api.services.funnel_analytics.definitions import MEANING, STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import Estimates, rounded
from apps.onboarding_api.services.funnel_analytics.windows import Window


def report(
    scope: UUID, window: Window, *, now: datetime, cohort: tuple[str, str] = ("all", "")
) -> dict[str, Any]:
    """Counts, rates, times and the worst drop-offs of the sessions that started in the window."""
    with reading.one_moment():
        found = estimates.estimate(scope, window, now=now, cohort=cohort)
        notes = restating.recent([scope], window)
        return {
            "timestamp": now.isoformat(),
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
            "cohort": ":".join(cohort) if cohort[0] != "all" else None,
            "revision": reading.revision_of(scope),
            "active_sessions": found.totals.open,
            "sessions": found.totals.reached[0],
            "stages": stages(found),
            "conversion_funnel": conversion_funnel(found),
            "overall_conversion": rounded(found.whole.advanced.value),
            "overall": found.whole.advanced.to_json(),
            "avg_completion_time_seconds": rounded(found.whole.mean_seconds),
            "completion_time_quantiles": _quantiles(found.whole),
            "top_drop_off_points": top_drop_off_points(found),
            "restatements": notes,
        }


def stages(found: Estimates) -> list[dict[str, Any]]:
    """One row for each stage: who is there, and what becomes of those who reached it."""
    totals = found.totals
    rows = []
    for index, stage in enumerate(STAGES[:4]):
        step = found.steps[index]
        rows.append(
            {
                "stage": stage.value,
                "meaning": MEANING[stage],
                "reached": totals.reached[index],
                "current_count": totals.open_at(index),
                "advanced": totals.reached[index + 1],
                "dropped": totals.dropped[index],
                "completion_rate": rounded(step.advanced.value),
                "completion": step.advanced.to_json(),
                "drop_off_rate": rounded(step.dropped.value),
                "drop_off": step.dropped.to_json(),
                "avg_time_seconds": rounded(step.mean_seconds),
                "time_quantiles": _quantiles(step),
            }
        )
    last = STAGES[4]
    completed = totals.reached[4]
    rows.append(
        {
            "stage": last.value,
            "meaning": MEANING[last],
            "reached": completed,
            "current_count": completed,
            "advanced": completed,
            "dropped": 0,
            "completion_rate": 1.0 if completed else None,
            "completion": estimates.plain(completed, completed).to_json(),
            "drop_off_rate": 0.0 if completed else None,
            "drop_off": estimates.plain(0, completed).to_json(),
            "avg_time_seconds": None,
            "time_quantiles": {},
        }
    )
    return rows


def conversion_funnel(found: Estimates) -> list[dict[str, Any]]:
    """Of all who started: the share that has reached each stage so far. Open sessions may still get there."""
    totals = found.totals
    started = totals.reached[0]
    return [
        {
            "stage": stage.value,
            "count": totals.reached[index],
            "share_of_started": cohorts.bounded_of(
                started, totals.reached[index], _undecided(found, index)
            ).to_json(),
        }
        for index, stage in enumerate(STAGES)
    ]


def top_drop_off_points(found: Estimates, *, most: int = 3) -> list[dict[str, Any]]:
    """Ranked by the lower end of the interval: a rate of few sessions does not come first by chance."""
    ranked = sorted(
        (index for index in range(4) if found.totals.dropped[index]),
        key=lambda index: -found.steps[index].dropped.low,
    )
    return [
        {
            "stage": STAGES[index].value,
            "drop_off_rate": rounded(found.steps[index].dropped.value),
            "drop_off": found.steps[index].dropped.to_json(),
            "dropped": found.totals.dropped[index],
        }
        for index in ranked[:most]
    ]


def _undecided(found: Estimates, index: int) -> int:
    """Open sessions that have not reached the stage yet."""
    return sum(found.totals.open_at(before) for before in range(min(index, 4)))


def _quantiles(step: estimates.Step) -> dict[str, float | None]:
    return {f"p{round(q * 100)}": rounded(seconds) for q, seconds in step.quantiles.items()}
