"""When people give up: hour of their last sign of life x the stage they had reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from apps.onboarding_api.services.funnel_analytics import (
    advice,
    clock,
    definitions,
    reading,
    windows,
)
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES

RANGES = {"7d": 7, "30d": 30, "90d": 90}
_FROM = STAGES[:4]


def last_days(question: Question, days: int) -> Question:
    """The question about today and the days before it, in its zone."""
    today = question.now.astimezone(question.zone).date()
    return question.within(windows.of_days(today - timedelta(days=days - 1), today, question.zone))


def drop_off_heatmap(question: Question) -> dict[str, Any]:
    """24 hours of the asked zone x the stages that can be left, with how many started in each hour beside them.

    Who fell silent counts at the moment of the last sign of life, once the abandonment limit has passed: the last days
    (after `known_until`) are not complete yet.
    """
    with reading.one_moment():
        hours = clock.read(question.audience.scopes, question.window, question.zone).by_hour()
    starts = {hour: counts[0] for hour, counts in enumerate(hours)}
    drops = {
        (hour, stage): n
        for hour, counts in enumerate(hours)
        for stage, n in enumerate(counts[clock.STARTED :])
    }
    by_hour = [sum(drops.get((hour, stage), 0) for stage in range(4)) for hour in range(24)]
    peak = max(range(24), key=by_hour.__getitem__)
    return {
        "timestamp": question.now.isoformat(),
        "time_zone": question.zone.key,
        "start": question.window.start.isoformat(),
        "end": question.window.end.isoformat(),
        "known_until": min(question.window.end, question.now - definitions.limit()).isoformat(),
        "heatmap": [
            {
                "hour": hour,
                "drop_offs": {stage.value: drops.get((hour, index), 0) for index, stage in enumerate(_FROM)},
                "total": by_hour[hour],
                "started": starts.get(hour, 0),
            }
            for hour in range(24)
        ],
        "total": sum(by_hour),
        "peak_drop_off_time": f"{peak:02d}:00-{(peak + 1) % 24:02d}:00" if by_hour[peak] else None,
        "recommendations": advice.about(question),
    }
