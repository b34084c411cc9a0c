"""The answers that put several figures together: the funnel, and the overview of the dashboard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from apps.onboarding_api.services.funnel_analytics import (
    advice,
    clock,
    cohorts,
    comparing,
    heatmap,
    lanes,
    moment,
    periods,
    reading,
    realtime,
    reporting,
    restating,
    trend,
    windows,
)
from apps.onboarding_api.services.funnel_analytics.asking import ALL, Question
from apps.onboarding_api.services.funnel_analytics.definitions import MEANING, STAGES, Outcome
from apps.onboarding_api.services.funnel_analytics.estimates import Estimates, rounded
from apps.onboarding_api.services.funnel_analytics.moment import Statement
from apps.onboarding_api.services.funnel_analytics.periods import Size
from apps.onboarding_api.services.statistics import time_to_convert

DEFINITIONS = "docs/analytics.md#definitions"
_MOST_IN_A_COHORT = 10
_WHOLE = 8


def funnel(question: Question) -> dict[str, Any]:
    """Counts, rates, times, worst points, cohorts and trend of the question's sessions, all of one moment."""
    with reading.one_moment():
        moment.ahead(_statements(question))
        found = cohorts.estimate(question)
        return {
            "timestamp": question.now.isoformat(),
            "start": question.window.start.isoformat(),
            "end": question.window.end.isoformat(),
            "time_zone": question.zone.key,
            "cohort": ":".join(question.cohort) if question.cohort != ALL else None,
            "active_sessions": found.totals.open,
            "sessions": found.totals.reached[0],
            "stages": reporting.stages(found),
            "conversion_funnel": reporting.conversion_funnel(found),
            "overall_conversion": rounded(found.whole.advanced.value),
            "overall": found.whole.advanced.to_json(),
            "avg_completion_time_seconds": rounded(found.whole.mean_seconds),
            "completion_time_quantiles": {
                f"p{round(q * 100)}": rounded(seconds) for q, seconds in found.whole.quantiles.items()
            },
            "top_drop_off_points": reporting.top_drop_off_points(found),
            "cohorts": cohorts_of(question),
            "recommendations": advice.about(question),
            "trend": trend.trend(question),
            "time_to_convert": times_to_convert(found),
            "restatements": restatements(question),
            "definitions": DEFINITIONS,
            "meanings": {stage.value: MEANING[stage] for stage in STAGES}
            | {outcome.name.lower(): text for outcome, text in _OUTCOMES.items()},
        }


_OUTCOMES = {
    Outcome.CONVERTED: "completed",
    Outcome.DROPPED: "cancelled, ended by an error, or silent for longer than the abandonment limit",
    Outcome.OPEN: "neither yet: never counted as a drop-off",
}


def dashboard(asked: Question) -> dict[str, Any]:
    """The whole dashboard in one answer: now, the asked days, what changed, where and when people give up."""
    with reading.one_moment():
        moment.ahead([*_statements_of_dashboard(asked), *realtime.statements(asked)])
        return {**figures_of_dashboard(asked), "now": realtime.now(asked)}


def figures_of_dashboard(asked: Question) -> dict[str, Any]:
    """The same without what is true of this very moment alone: it may be kept."""
    with reading.one_moment():
        moment.ahead(_statements_of_dashboard(asked))
        told = funnel(asked)
        before = cohorts.conversion(asked.within(windows.before(asked.window)))
        return {
            **told,
            "previous": before.to_json(),
            "change": comparing.changes(asked, ("language", "device")),
            "drop_off_heatmap": heatmap.drop_off_heatmap(asked),
        }


def _statements(question: Question) -> Iterator[Statement]:
    """What `funnel` asks whatever else it finds."""
    yield from _of_totals(question)
    yield restating.statement(question.audience.scopes, question.window)
    if question.cohort[0] not in cohorts.OF_CLOCK:
        yield periods.days_statement(question)
    if question.cohort == ALL:
        yield periods.cohorts_statement(question, _settled_until(question))
        yield clock.statement(question.audience.scopes, question.window)


def _statements_of_dashboard(asked: Question) -> Iterator[Statement]:
    yield from _statements(asked)
    yield from _of_totals(asked.within(windows.before(asked.window)))
    yield from comparing.statements(asked)


def _of_totals(question: Question) -> Iterator[Statement]:
    dimension, value = question.cohort
    if dimension not in cohorts.OF_CLOCK:
        scopes = question.audience.scopes
        yield from reading.statements(scopes, question.window, dimension=dimension, value=value, times=True)


def cohorts_of(question: Question) -> dict[str, list[dict[str, Any]]]:
    """By each dimension the ten largest cohorts, with the completion rate of those whose window has passed.

    Of a funnel of one cohort there are none: what two cohorts have in common is a slice.
    """
    if question.cohort != ALL:
        return {}
    until = _settled_until(question)
    sizes = dict(periods.by_cohort(question, until))
    for (name, number), size in periods.by_clock(question, until).items():
        sizes[name, cohorts.clock_value(name, number)] = size
    return {dimension: _largest(dimension, sizes) for dimension in cohorts.DIMENSIONS}


def _settled_until(question: Question) -> datetime:
    window = cohorts.settled(question.window, question)
    return window.end if window else question.window.start


def _largest(dimension: str, sizes: Mapping[tuple[str, str], Size]) -> list[dict[str, Any]]:
    among = {value: size for (name, value), size in sizes.items() if name == dimension}
    largest = sorted(among, key=lambda value: (-among[value].all[0], value))[:_MOST_IN_A_COHORT]
    names = cohorts.labels(dimension, largest)
    return [
        {
            "value": value,
            "label": names.get(value, value),
            "sessions": among[value].all[0],
            "completed": among[value].all[1],
            "open": among[value].all[2],
            "rate": cohorts.told(*among[value].settled),
        }
        for value in largest
    ]


def times_to_convert(found: Estimates) -> dict[str, Any]:
    """How long those took who completed so far, and those who went on from each stage, as bars."""
    measures = {"overall": _WHOLE} | {stage.value: index for index, stage in enumerate(STAGES[:4])}
    return {name: _bars(found, measure) for name, measure in measures.items()}


def restatements(question: Question, *, most: int = 20) -> list[dict[str, Any]]:
    """Of past days whose figures have changed since they had settled, the newest first."""
    return restating.recent(question.audience.scopes, question.window, most=most)


def _bars(found: Estimates, measure: int) -> dict[str, Any]:
    bars = time_to_convert.histogram(lanes.histogram(found.totals.times, measure))
    return {
        "n": sum(bars.counts),
        "start_seconds": rounded(bars.start_seconds),
        "width_seconds": bars.width_seconds,
        "counts": list(bars.counts),
    }
