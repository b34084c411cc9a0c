"""The sessions behind a figure, each with the rule that put it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.onboarding.models import FunnelFact
from apps.onboarding_api.services.funnel_analytics import cohorts, local_time
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES, Outcome, Reason
from apps.onboarding_api.services.funnel_analytics.windows import Window

OUTCOMES = ("converted", "dropped", "open")
_COLUMNS = {"language": "language", "device": "device", "flow": "flow"}
_LONGEST_LIFE = timedelta(days=1000)
_REACHED = ("started_at", "engaged_ms", "recommendations_ms", "decision_ms", "completed_ms")


@dataclass(frozen=True)
class Cell:
    """Which sessions of a question: of a stage (by index), an outcome, several cohorts at once, left at an hour.

    `left` asks for sessions that dropped and gave their last sign of life in that window, whenever they started.
    """

    stage: int | None = None
    outcome: str | None = None
    cohorts: tuple[tuple[str, str], ...] = ()
    left: Window | None = None
    left_hour: int | None = None


def sessions(question: Question, cell: Cell) -> QuerySet[FunnelFact]:
    """Facts, to be ordered and cut into pages; each has `id`, the session's."""
    facts: QuerySet[FunnelFact] = FunnelFact.objects.annotate(id=F("session_id"))
    if not question.audience.is_everyone:
        facts = facts.filter(client_id__in=question.audience.scopes)
    window = cell.left or question.window
    if cell.left is None:
        facts = facts.filter(started_at__gte=window.start, started_at__lt=window.end)
    else:
        facts = facts.filter(left_at__gte=window.start, left_at__lt=window.end)
    facts = facts.filter(_of_stage(cell.stage, cell.outcome))
    if cell.left is not None:  # they may have started long before, when the clocks stood otherwise
        question = question.within(Window(window.start - _LONGEST_LIFE, window.end))
    for dimension, value in (question.cohort, *cell.cohorts):
        facts = _of_cohort(facts, dimension, value, question)
    if cell.left_hour is not None:
        local = local_time.sql("floor(extract(epoch FROM left_at) / 900)::int", window, question.zone)
        facts = _where(facts, local_time.hour_sql(local), cell.left_hour)
    return facts


def row(fact: FunnelFact) -> dict[str, Any]:
    """One session: when it reached what, what became of it, and by which rule. Nothing of the person."""
    reached = {
        stage.value: _moment(fact, name)
        for stage, name in zip(STAGES[: fact.furthest + 1], _REACHED, strict=False)
    }
    return {
        "session_id": str(fact.session_id),
        "client_id": str(fact.client_id),
        "started_at": fact.started_at.isoformat(),
        "stage": STAGES[fact.furthest].value,
        "outcome": Outcome(fact.outcome).name.lower(),
        "reason": fact.reason or None,
        "rule": rule(fact),
        "reached": reached,
        "left_at": fact.left_at.isoformat() if fact.left_at else None,
        "language": fact.language,
        "device": fact.device,
        "flow": fact.flow,
        "variants": list(fact.variants),
    }


def rule(fact: FunnelFact) -> str:
    """Why it counts as it does, in plain words."""
    stage = STAGES[fact.furthest].value.replace("_", " ")
    if fact.outcome == Outcome.CONVERTED:
        completed = fact.started_at + timedelta(milliseconds=fact.completed_ms or 0)
        return f"Converted: it was completed at {_said(completed)}."
    if fact.outcome == Outcome.OPEN:
        return (
            f"Open: its furthest stage is {stage}, and it was neither cancelled, ended by an error, nor silent for "
            f"{_hours()}. It is no drop-off."
        )
    seen = f"The last sign of life came at {_said(fact.left_at)}."
    if fact.reason == Reason.SILENT:
        return f"Dropped after {stage}: nothing was heard for {_hours()}. {seen}"
    ended = "it was cancelled" if fact.reason == Reason.CANCELLED else "it was ended by an error"
    return f"Dropped after {stage}: {ended}. {seen}"


def _of_stage(stage: int | None, outcome: str | None) -> Q:
    """Reached it; or dropped or open with it as the furthest; or converted at it: went on."""
    if outcome is None:
        return Q() if stage is None else Q(furthest__gte=stage)
    if outcome == "converted":
        last = len(STAGES) - 1
        return Q(furthest__gt=stage) if stage is not None and stage < last else Q(furthest=last)
    found = Q(outcome=Outcome.DROPPED if outcome == "dropped" else Outcome.OPEN)
    return found if stage is None else found & Q(furthest=stage)


def _of_cohort(
    facts: QuerySet[FunnelFact], dimension: str, value: str, question: Question
) -> QuerySet[FunnelFact]:
    if dimension == "all":
        return facts
    if dimension in _COLUMNS:
        return facts.filter(**{_COLUMNS[dimension]: value})
    if dimension == "variant":
        return facts.filter(variants__contains=[value])
    if dimension == "client":
        return facts.filter(client_id=value)
    number = local_time.WEEKDAYS.index(value) if dimension == "weekday" else int(value)
    return _where(facts, cohorts.clock_sql(dimension, cohorts.SLOT_OF_FACT, question), number)


def _where(facts: QuerySet[FunnelFact], number: str, wanted: int) -> QuerySet[FunnelFact]:
    """`number` is SQL of our own: names of columns and whole numbers."""
    said = RawSQL(number, [], output_field=IntegerField())  # noqa: S611 -- see above
    name = f"clock_{len(facts.query.annotations)}"
    return facts.alias(**{name: said}).filter(**{name: wanted})


def _moment(fact: FunnelFact, name: str) -> str:
    if name == "started_at":
        return fact.started_at.isoformat()
    return (fact.started_at + timedelta(milliseconds=getattr(fact, name))).isoformat()


def _said(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if moment else "an unknown time"


def _hours() -> str:
    return f"{settings.FUNNEL.abandonment_hours} hours"
