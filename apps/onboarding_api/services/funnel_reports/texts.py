"""Figures as sentences: what the mail says, in text and in HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from apps.onboarding.models import FunnelRecommendation
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import Estimates, Rate
from apps.onboarding_api.services.funnel_optimizer.report import FunnelAdvice
from apps.onboarding_api.services.funnel_optimizer.service import CRITICAL, HIGH
from apps.onboarding_api.services.funnel_reports import charts
from apps.onboarding_api.services.funnel_reports.figures import Figures
from apps.onboarding_api.services.statistics.decomposition import Change

_MOST_ADVICE = 3
_MOVED = 0.001


@dataclass(frozen=True)
class Written:
    subject: str
    text: str
    html: str


def write(found: Figures) -> Written:
    context = _context(found)
    return Written(
        subject=f"Onboarding of {found.client.name}: the week from {found.week:%d %B %Y}"[:200].replace(
            "\n", " "
        ),
        text=render_to_string("funnel_reports/weekly.txt", context),
        html=render_to_string("funnel_reports/weekly.html", context),
    )


def _context(found: Figures) -> dict[str, Any]:
    link = settings.ALERTS.public_base_url
    return {
        "client": found.client.name,
        "first": f"{found.week:%d %B %Y}",
        "last": f"{found.week + timedelta(days=6):%d %B %Y}",
        "limit_hours": found.limit_hours,
        "sessions": found.now.totals.reached[0],
        "sessions_before": found.before.totals.reached[0],
        "completed": found.now.totals.reached[4],
        "open": found.now.totals.open,
        "conversion": rate(found.now.whole.advanced),
        "conversion_before": rate(found.before.whole.advanced),
        "stages": [_stage(found.now, found.before, index) for index in range(4)],
        "trend": [(f"{day:%d %b}", rate(one)) for day, one in found.trend],
        "chart": charts.trend(found.trend),
        "changes": [sentence for name, change in found.changes.items() for sentence in changed(name, change)],
        "advice": [_advice(one) for one in found.advice.recommendations[:_MOST_ADVICE]],
        "advised_sessions": found.advice.sessions,
        "past": [_past(row) for row in found.past],
        "record": _record(found),
        "link": f"{link}/api/v1/onboarding/analytics/recommendations/?client_id={found.client.pk}"
        if link
        else "",
    }


def rate(one: Rate) -> str:
    if one.value is None:
        return "nobody"
    telling = "" if one.is_telling else ", too few to tell"
    return f"{one.value:.1%} ({one.low:.1%} to {one.high:.1%}, n = {one.n}{telling})"


def points(share: float) -> str:
    return f"{share * 100:+.1f} points"


def _stage(now: Estimates, before: Estimates, index: int) -> dict[str, Any]:
    dropped, then = now.steps[index].dropped, before.steps[index].dropped
    value = dropped.value or 0.0
    return {
        "name": STAGES[index].value.replace("_", " "),
        "reached": now.totals.reached[index],
        "dropped": rate(dropped),
        "before": rate(then),
        "bar": round(value * 100),
        "rest": 100 - round(value * 100),
        "colour": "#b91c1c" if value > CRITICAL else "#d97706" if value > HIGH else "#1d4ed8",
    }


def changed(dimension: str, change: Change) -> list[str]:
    """What changed, and whether other people came (mix) or the same people did otherwise (rate)."""
    total, mix, per = float(change.total), float(change.mix), float(change.rate)
    if abs(total) < _MOVED and abs(mix) < _MOVED:
        return [f"By {dimension}: nothing to speak of changed."]
    largest = max(change.parts, key=lambda part: abs(part.rate + part.mix))
    told = [
        f"By {dimension}: {points(total)}, of which {points(mix)} because other people came and {points(per)} because "
        f"people did otherwise. Most of it is {largest.segment} ({points(float(largest.mix + largest.rate))})."
    ]
    if change.is_reversal:
        told.append(
            f"Every {dimension} for itself moved the other way: the total follows from who came, not from what they "
            "did."
        )
    return told


def _advice(one: FunnelAdvice) -> dict[str, Any]:
    gain, impact = one.expected_improvement, one.impact
    marks = [
        name
        for name, is_it in (("quick win", one.is_quick_win), ("high impact", one.is_high_impact))
        if is_it
    ]
    money = one.estimated_roi
    return {
        "title": one.title,
        "text": one.text,
        "effort": one.effort,
        "marks": ", ".join(marks),
        "stage": one.stage.replace("_", " "),
        "expected": f"{points(-gain.value)} of drop-off ({points(-gain.high)} to {points(-gain.low)}), "
        f"{impact.value:+.0%} sessions past the stage, if the cause were gone",
        "money": ""
        if money is None
        else f"{money.value_per_30_days.low:,.0f} to {money.value_per_30_days.high:,.0f} {money.currency} in 30 days",
    }


def _past(row: FunnelRecommendation) -> dict[str, str]:
    said = (
        f"predicted {points(-row.predicted)} ({points(-row.predicted_high)} to {points(-row.predicted_low)})"
    )
    if row.realised is None or row.realised_low is None or row.realised_high is None:
        came = "nothing is known yet"
    else:
        came = f"came {points(-row.realised)} ({points(-row.realised_high)} to {points(-row.realised_low)})"
    return {"title": row.title, "said": said, "came": came, "verdict": row.verdict}


def _record(found: Figures) -> str:
    record = found.advice.track_record
    if not record.hits + record.misses:
        return "No prediction has been decided yet."
    return f"{record.hits} of {record.hits + record.misses} decided predictions came true: {rate(record.hit_rate)}."
