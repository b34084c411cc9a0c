"""Now: who is where, what happened in the last hour, how long people wait, and how fresh the figures are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from apps.onboarding.models import ConversationSession, FunnelState
from apps.onboarding_api.services.funnel_analytics import definitions, reading, storing
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import rounded

HOUR = timedelta(hours=1)
ACTIVE_WITHIN = timedelta(minutes=5)
_OPEN = ("STARTED", "IN_PROGRESS", "GENERATING_RECOMMENDATIONS", "AWAITING_APPROVAL")
_ERRORS = ("turn_failed", "upload_failed", "not_understood")


def now(question: Question) -> dict[str, Any]:
    """The last hour is counted from the sessions and their events, not from sums: it lags behind nothing."""
    with reading.one_moment():
        open_by_stage = _open_by_stage(question)
        ended = _ended(question)
        return {
            "timestamp": question.now.isoformat(),
            "active_sessions": sum(open_by_stage.values()),
            "active_by_stage": {
                stage.value: open_by_stage.get(index, 0) for index, stage in enumerate(STAGES[:4])
            },
            "active_in_last_5_minutes": _heard_since(question),
            "last_hour": {
                "started": _count(question, "started_at > %s", question.now - HOUR),
                "completed": ended.get("COMPLETED", 0),
                "dropped": {
                    "cancelled": ended.get("CANCELLED", 0),
                    "failed": ended.get("ERROR", 0),
                    "silent": _fell_silent(question),
                },
                "waits": _waits(question),
                "errors": _errors(question),
            },
            "figures": _freshness(question),
        }


def _open_by_stage(question: Question) -> dict[int, int]:
    """Out of the sums of all days: however many are open, these are few rows."""
    by_stage = zip(COUNTS[:4], COUNTS[1:5], COUNTS[5:9], strict=True)
    still = ", ".join(
        f"coalesce(sum({came} - {went_on} - {dropped}), 0)::bigint" for came, went_on, dropped in by_stage
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {still} FROM {storing.DAYS} WHERE scope = ANY(%s) AND dimension = 'all'",  # noqa: S608 -- our names
            [list(question.audience.scopes)],
        )
        return dict(enumerate(cursor.fetchone() or ()))


def _count(question: Question, condition: str, *values: Any) -> int:
    where, given = _which(question)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {storing.FACTS} WHERE {where} AND {condition}",  # noqa: S608 -- names of our own
            [*given, *values],
        )
        return int(cursor.fetchone()[0])


def _heard_since(question: Question) -> int:
    rows = ConversationSession.objects.filter(
        current_state__in=_OPEN, last_heard_at__gt=question.now - ACTIVE_WITHIN
    )
    if not question.audience.is_everyone:
        rows = rows.filter(client_id__in=question.audience.scopes)
    return rows.count()


def _fell_silent(question: Question) -> int:
    """Who reached the abandonment limit within the last hour."""
    limit = definitions.limit()
    rows = ConversationSession.objects.filter(
        current_state__in=_OPEN,
        last_heard_at__gt=question.now - limit - HOUR,
        last_heard_at__lte=question.now - limit,
    )
    if not question.audience.is_everyone:
        rows = rows.filter(client_id__in=question.audience.scopes)
    return rows.count()


def _ended(question: Question) -> dict[str, int]:
    where, given = _which(question, "s.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT e.data ->> 'to', count(DISTINCT e.session_id) FROM onboarding_sessionevent e
                  JOIN onboarding_conversationsession s USING (session_id)
                 WHERE e.kind = 'state_changed' AND e.occurred_at > %s AND {where}
                   AND e.data ->> 'to' IN ('COMPLETED', 'CANCELLED', 'ERROR') GROUP BY 1""",  # noqa: S608 -- our names
            [question.now - HOUR, *given],
        )
        return dict(cursor.fetchall())


def _waits(question: Question) -> dict[str, Any]:
    """From an answer to its reply, of the answers of the last hour: of those that have one, and how many have none."""
    where, given = _which(question, "s.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(t.finished_at), count(*) - count(t.finished_at),
                       percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (
                           ORDER BY extract(epoch FROM t.finished_at - t.cdtz))
                  FROM onboarding_sessionevent e
                  JOIN onboarding_conversationsession s USING (session_id)
                  JOIN onboarding_turn t ON t.id = (e.data ->> 'turn_id')::uuid
                 WHERE e.kind = 'answer_received' AND e.occurred_at > %s AND {where}""",  # noqa: S608 -- our names
            [question.now - HOUR, *given],
        )
        answered, waiting, quantiles = cursor.fetchone()
    return {
        "answered": answered,
        "waiting": waiting,
        **{
            f"p{percent}_seconds": rounded(float(seconds)) if seconds is not None else None
            for percent, seconds in zip((50, 90, 99), quantiles or (None,) * 3, strict=True)
        },
    }


def _errors(question: Question) -> dict[str, int]:
    where, given = _which(question, "s.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT e.kind, count(*) FROM onboarding_sessionevent e
                  JOIN onboarding_conversationsession s USING (session_id)
                 WHERE e.kind = ANY(%s) AND e.occurred_at > %s AND {where} GROUP BY 1""",  # noqa: S608 -- our names
            [list(_ERRORS), question.now - HOUR, *given],
        )
        found = dict(cursor.fetchall())
    return {kind: found.get(kind, 0) for kind in _ERRORS}


def _freshness(question: Question) -> dict[str, Any]:
    """Up to when the keeper has counted; `seconds_behind` grows where it stands still."""
    state = FunnelState.objects.filter(pk=1).first()
    if state is None:
        return {"folded_at": None, "seconds_behind": None}
    behind = (question.now - state.folded_at).total_seconds()
    return {"folded_at": state.folded_at.isoformat(), "seconds_behind": max(0.0, round(behind, 3))}


def _which(question: Question, table: str = "") -> tuple[str, list[Any]]:
    if question.audience.is_everyone:
        return "true", []
    return f"{table}client_id = ANY(%s)", [list(question.audience.scopes)]
