"""Keeping what was predicted, and holding it against what happened once the change was made."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from apps.onboarding.errors import Conflict, NotFound
from apps.onboarding.models import FunnelRecommendation
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import definitions, estimates, moment
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import Rate
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.funnel_optimizer.report import (
    FunnelAdvice,
    OptimizationReport,
    TrackRecord,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status, Verdict = FunnelRecommendation.Status, FunnelRecommendation.Verdict
_MOST_TOLD = 5
COMPARED = timedelta(days=28)
"""Before the change was made, and after it."""
_SCORED_UNTIL = timedelta(days=7)
"""So long after all is known it is still tried: a week without a keeper or a worker loses no verdict."""


def keep(report: OptimizationReport, *, client_id: UUID | None) -> list[FunnelRecommendation]:
    """Store the report's predictions: an open one is renewed, what was decided is left as it was decided.

    An open one that the report names no more is taken away: it was never acted on.
    """
    with transaction.atomic():
        mine = _of(None if client_id is None else (client_id,))
        rows = [_kept(one, report, client_id) for one in report.recommendations]
        mine.filter(status=Status.OPEN).exclude(key__in=[row.key for row in rows]).delete()
    return rows


def _kept(advice: FunnelAdvice, report: OptimizationReport, client_id: UUID | None) -> FunnelRecommendation:
    mine = _of(None if client_id is None else (client_id,))
    found, _ = mine.update_or_create(
        key=advice.key,
        status=Status.OPEN,
        defaults={
            "client_id": client_id,
            "stage": advice.stage,
            "cause": advice.cause,
            "effort": advice.effort,
            "title": advice.title,
            "text": advice.text,
            "worded_by": advice.worded_by,
            "advice": {name: value for name, value in advice.to_json().items() if name not in {"id", "key"}},
            "window_start": report.start,
            "window_end": report.end,
            "predicted": advice.expected_improvement.value,
            "predicted_low": advice.expected_improvement.low,
            "predicted_high": advice.expected_improvement.high,
        },
    )
    return found


def ids_of(scopes: tuple[UUID, ...] | None) -> dict[str, UUID]:
    """Key -> id of the open prediction, of one client or of everybody."""
    if scopes is not None and len(scopes) != 1:
        return {}
    rows = _of(scopes).filter(status=Status.OPEN)
    return dict(rows.values_list("key", "pk"))


def about(question: Question) -> list[dict[str, Any]]:
    """The open predictions for those who are asked about, in short: read, not analysed anew."""
    whose, given = (
        ("client_id IS NULL", [])
        if question.audience.is_everyone
        else (
            "client_id = ANY(%s)",
            [list(question.audience.scopes)],
        )
    )
    rows = moment.rows(
        f"""SELECT id, client_id, stage, cause, effort, title, predicted, predicted_low, predicted_high
              FROM onboarding_funnelrecommendation
             WHERE status = %s AND {whose} ORDER BY predicted_low DESC, key LIMIT %s""",  # noqa: S608 -- words of our own
        [Status.OPEN.value, *given, _MOST_TOLD],
    )
    return [
        {
            "id": str(pk),
            "client_id": str(client_id) if client_id else None,
            "stage": stage,
            "cause": cause,
            "effort": effort,
            "title": title,
            "expected_improvement": {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)},
        }
        for pk, client_id, stage, cause, effort, title, value, low, high in rows
    ]


def revision_of(scopes: tuple[UUID, ...] | None) -> str:
    """Another text whenever a prediction of theirs was kept, decided, scored or taken away."""
    found = _of(scopes).aggregate(n=Count("pk"), last=Max("mdtz"))
    return f"{found['n']} {found['last']}"


def _of(scopes: tuple[UUID, ...] | None) -> QuerySet[FunnelRecommendation]:
    if scopes is None:
        return FunnelRecommendation.objects.filter(client__isnull=True)
    return FunnelRecommendation.objects.filter(client__in=scopes)


def decide(*, recommendation_id: UUID, status: str, user: User) -> FunnelRecommendation:
    """Say that the change was made from now on, or that it will not be. `Conflict` where that was said before."""
    with transaction.atomic():
        row = FunnelRecommendation.objects.select_for_update().filter(pk=recommendation_id).first()
        if row is None:
            raise NotFound("no such recommendation")
        if row.status != Status.OPEN:
            raise Conflict(f"the recommendation is {row.status}")
        row.status, row.decided_at, row.decided_by = Status(status), timezone.now(), user
        row.save()
    return row


def score(*, now: datetime | None = None) -> int:
    """Hold what is done against what happened since; how many were decided now.

    Figures are brought up to date from the first day on. The verdict falls once, when the four weeks after the change
    and the limit of silence have passed: whoever looks every day until it fits finds what they look for.
    """
    now = now or timezone.now()
    waiting = FunnelRecommendation.objects.filter(status=Status.DONE, verdict=Verdict.UNDECIDED)
    decided = 0
    for row in waiting.filter(decided_at__gt=now - COMPARED - definitions.limit() - _SCORED_UNTIL):
        _score(row, now=now)
        decided += row.verdict != Verdict.UNDECIDED
    return decided


def _score(row: FunnelRecommendation, *, now: datetime) -> None:
    """The change of the stage's drop-off rate between the weeks before and after, with Newcombe's hybrid interval."""
    made = row.decided_at
    assert made is not None
    before = _drop_off(row, Window(made - COMPARED, made), now=now)
    after = _drop_off(row, Window(made, min(now, made + COMPARED)), now=now)
    if before.value is None or after.value is None:
        return
    row.realised = before.value - after.value
    row.realised_low = row.realised - math.hypot(before.value - before.low, after.high - after.value)
    row.realised_high = row.realised + math.hypot(before.high - before.value, after.value - after.low)
    row.sessions_before, row.sessions_after = before.n, after.n
    row.scored_at = now
    enough = settings.FUNNEL.enough_sessions
    if now >= made + COMPARED + definitions.limit() and min(before.n, after.n) >= enough:
        row.verdict = verdict(row)
    row.save()


def verdict(row: FunnelRecommendation) -> FunnelRecommendation.Verdict:
    """Hit: it surely improved, by what was predicted as far as both are known. Miss: by something else, or not at all.

    Undecided while the prediction and no improvement would both agree with what was seen.
    """
    assert row.realised is not None
    assert row.realised_low is not None
    assert row.realised_high is not None
    apart = row.realised - row.predicted
    reach = (
        math.hypot(row.realised - row.realised_low, row.predicted_high - row.predicted)
        if apart > 0
        else math.hypot(row.realised_high - row.realised, row.predicted - row.predicted_low)
    )
    if abs(apart) > reach:
        return Verdict.MISS
    return Verdict.HIT if row.realised_low > 0 else Verdict.UNDECIDED


def _drop_off(row: FunnelRecommendation, window: Window, *, now: datetime) -> Rate:
    found = estimates.estimate(row.client_id or EVERYONE, window, now=now)
    return found.steps[[stage.value for stage in STAGES].index(row.stage)].dropped


def track_record(scopes: tuple[UUID, ...] | None) -> TrackRecord:
    """Of all predictions whose change was made."""
    verdicts = Counter(_of(scopes).filter(status=Status.DONE).order_by().values_list("verdict", flat=True))
    hits, misses = verdicts[Verdict.HIT], verdicts[Verdict.MISS]
    return TrackRecord(hits, misses, verdicts[Verdict.UNDECIDED], estimates.plain(hits, hits + misses))
