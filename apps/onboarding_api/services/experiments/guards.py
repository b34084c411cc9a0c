"""What must not get worse: which guardrails there are, and what each counts.

Harm has to be seen early: all but `completion` and `time` look only at the hours after the exposure that the
experiment names (`guard_hours`); those two wait for the whole window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.onboarding.models import SessionEvent
from apps.onboarding_api.services.statistics.experiments.guardrails import Harm

Kind = SessionEvent.Kind


@dataclass(frozen=True)
class Guard:
    """`unit` is that of the margin. `sql` counts, for one unit `f` whose hours end at `w.ends`, in whole numbers of
    which `whole` make one `unit`; `v` are its events (`EVENTS`), `s` is its session where the guardrail waits."""

    meaning: str
    unit: str
    worse: Harm
    sql: str
    whole: int = 1
    is_share: bool = False
    waits: bool = False


EVENTS = """ CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE e.kind = ANY(%(errors)s)) AS errors,
           count(*) FILTER (WHERE e.kind = %(answered)s) AS turns,
           count(*) FILTER (WHERE e.kind = %(cancelled)s) AS cancelled
      FROM onboarding_sessionevent e
     WHERE e.session_id = f.session_id AND e.occurred_at >= f.exposed_at AND e.occurred_at < w.ends) v"""
"""What happened to a unit in its hours: read once, however many guardrails ask."""
GUARDS: Mapping[str, Guard] = {
    "errors": Guard(
        "failed turns and uploads, and answers that were not understood",
        "events a session",
        Harm.INCREASE,
        "v.errors",
    ),
    "turns": Guard(
        "answers given, each of which costs a call of the model",
        "answers a session",
        Harm.INCREASE,
        "v.turns",
    ),
    "cancelled": Guard(
        "sessions that a person cancelled",
        "share",
        Harm.INCREASE,
        "LEAST(1, v.cancelled)",
        is_share=True,
    ),
    "completion": Guard(
        "onboardings completed",
        "share",
        Harm.DECREASE,
        "coalesce(s.completed_at <= w.ends, false)::int",
        is_share=True,
        waits=True,
    ),
    "cost": Guard(
        "what providers charged",
        "units of money a session",
        Harm.INCREASE,
        "coalesce((SELECT sum(c.cost_micros) FROM onboarding_providercall c"
        " WHERE c.session_id = f.session_id AND c.at >= f.exposed_at AND c.at < w.ends), 0)",
        whole=1_000_000,
    ),
    "time": Guard(
        "hours to completion; who does not complete counts with the whole window",
        "hours",
        Harm.INCREASE,
        "extract(epoch FROM LEAST(w.ends, GREATEST(f.exposed_at, coalesce(s.completed_at, w.ends))) - f.exposed_at)"
        " * 1000",
        whole=3_600_000,
        waits=True,
    ),
}
PARAMETERS: Mapping[str, Any] = {
    "errors": [Kind.TURN_FAILED.value, Kind.UPLOAD_FAILED.value, Kind.NOT_UNDERSTOOD.value],
    "answered": Kind.ANSWER_RECEIVED.value,
    "cancelled": Kind.CANCELLED.value,
}
"""What the SQL of the guardrails names."""


def faults(given: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(pointer, problem) of each guardrail that cannot be watched."""
    names = [one.get("metric") for one in given]
    for index, one in enumerate(given):
        name, margin = one.get("metric"), one.get("margin", 0.0)
        if name == "cost" and not settings.LLM_PRICES.are_stated:
            yield (
                f"/guardrails/{index}/metric",
                "no prices are stated (LLM_PRICE_INPUT_PER_1000): watch turns",
            )
        elif name not in GUARDS or names.index(name) != index:
            yield f"/guardrails/{index}/metric", f"each of {', '.join(GUARDS)} at most once"
        if type(margin) not in (int, float) or not math.isfinite(margin) or margin < 0:
            yield f"/guardrails/{index}/margin", "a number from 0 up is needed"
