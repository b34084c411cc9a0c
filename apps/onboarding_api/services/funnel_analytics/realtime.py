"""Now: who is where, what happened in the last hour, how long people wait, and how fresh the figures are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from apps.onboarding_api.services.funnel_analytics import definitions, moment, storing
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import rounded
from apps.onboarding_api.services.funnel_analytics.moment import Statement

HOUR = timedelta(hours=1)
ACTIVE_WITHIN = timedelta(minutes=5)
_OPEN = ("STARTED", "IN_PROGRESS", "GENERATING_RECOMMENDATIONS", "AWAITING_APPROVAL")
_FOLDED: Statement = ("SELECT folded_at FROM onboarding_funnelstate WHERE id = 1", ())
_ERRORS = ("turn_failed", "upload_failed", "not_understood")


def now(question: Question) -> dict[str, Any]:
    """The last hour is counted from the sessions and their events, not from sums: it lags behind nothing."""
    with moment.one_moment():
        moment.ahead(statements(question))
        open_by_stage = dict(enumerate(moment.rows(*_open_by_stage(question))[0]))
        ended = dict(moment.rows(*_ended(question)))
        return {
            "timestamp": question.now.isoformat(),
            "active_sessions": sum(open_by_stage.values()),
            "active_by_stage": {
                stage.value: open_by_stage.get(index, 0) for index, stage in enumerate(STAGES[:4])
            },
            "active_in_last_5_minutes": _one(_heard_since(question)),
            "last_hour": {
                "started": _one(_started(question)),
                "completed": ended.get("COMPLETED", 0),
                "dropped": {
                    "cancelled": ended.get("CANCELLED", 0),
                    "failed": ended.get("ERROR", 0),
                    "silent": _one(_fell_silent(question)),
                },
                "waits": _waits(question),
                "errors": _errors(question),
            },
            "figures": _freshness(question),
        }


def statements(question: Question) -> Iterator[Statement]:
    """All that `now` asks, for `moment.ahead`."""
    yield _open_by_stage(question)
    yield _ended(question)
    yield _heard_since(question)
    yield _started(question)
    yield _fell_silent(question)
    yield _waited(question)
    yield _went_wrong(question)
    yield _FOLDED


def _one(statement: Statement) -> int:
    return int(moment.rows(*statement)[0][0])


def _open_by_stage(question: Question) -> Statement:
    """Out of the sums of all days: however many are open, these are few rows."""
    by_stage = zip(COUNTS[:4], COUNTS[1:5], COUNTS[5:9], strict=True)
    still = ", ".join(
        f"coalesce(sum({came} - {went_on} - {dropped}), 0)::bigint" for came, went_on, dropped in by_stage
    )
    return (
        f"SELECT {still} FROM {storing.DAYS} WHERE scope = ANY(%s) AND dimension = 'all'",  # noqa: S608 -- our names
        [list(question.audience.scopes)],
    )


def _started(question: Question) -> Statement:
    where, given = _which(question)
    return (
        f"SELECT count(*) FROM {storing.FACTS} WHERE {where} AND started_at > %s",  # noqa: S608 -- names of our own
        [*given, question.now - HOUR],
    )


def _heard_since(question: Question) -> Statement:
    where, given = _which(question)
    return (
        f"""SELECT count(*) FROM onboarding_conversationsession
             WHERE current_state IN {_OPEN} AND last_heard_at > %s AND {where}""",  # noqa: S608 -- names of our own
        [question.now - ACTIVE_WITHIN, *given],
    )


def _fell_silent(question: Question) -> Statement:
    """Who reached the abandonment limit within the last hour."""
    limit = definitions.limit()
    where, given = _which(question)
    return (
        f"""SELECT count(*) FROM onboarding_conversationsession
             WHERE current_state IN {_OPEN} AND last_heard_at > %s AND last_heard_at <= %s AND {where}""",  # noqa: S608
        [question.now - limit - HOUR, question.now - limit, *given],
    )


def _ended(question: Question) -> Statement:
    where, given = _which(question, "s.")
    return (
        f"""SELECT e.data ->> 'to', count(DISTINCT e.session_id) FROM onboarding_sessionevent e
              JOIN onboarding_conversationsession s USING (session_id)
             WHERE e.kind = 'state_changed' AND e.occurred_at > %s AND {where}
               AND e.data ->> 'to' IN ('COMPLETED', 'CANCELLED', 'ERROR') GROUP BY 1""",  # noqa: S608 -- our names
        [question.now - HOUR, *given],
    )


def _waits(question: Question) -> dict[str, Any]:
    """From an answer to its reply, of the answers of the last hour: of those that have one, and how many have none."""
    answered, waiting, quantiles = moment.rows(*_waited(question))[0]
    return {
        "answered": answered,
        "waiting": waiting,
        **{
            f"p{percent}_seconds": rounded(float(seconds)) if seconds is not None else None
            for percent, seconds in zip((50, 90, 99), quantiles or (None,) * 3, strict=True)
        },
    }


def _waited(question: Question) -> Statement:
    where, given = _which(question, "s.")
    return (
        f"""SELECT count(t.finished_at), count(*) - count(t.finished_at),
                   percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (
                       ORDER BY extract(epoch FROM t.finished_at - t.cdtz))
              FROM onboarding_sessionevent e
              JOIN onboarding_conversationsession s USING (session_id)
              JOIN onboarding_turn t ON t.id = (e.data ->> 'turn_id')::uuid
             WHERE e.kind = 'answer_received' AND e.occurred_at > %s AND {where}""",  # noqa: S608 -- our names
        [question.now - HOUR, *given],
    )


def _errors(question: Question) -> dict[str, int]:
    found = dict(moment.rows(*_went_wrong(question)))
    return {kind: found.get(kind, 0) for kind in _ERRORS}


def _went_wrong(question: Question) -> Statement:
    where, given = _which(question, "s.")
    return (
        f"""SELECT e.kind, count(*) FROM onboarding_sessionevent e
              JOIN onboarding_conversationsession s USING (session_id)
             WHERE e.kind = ANY(%s) AND e.occurred_at > %s AND {where} GROUP BY 1""",  # noqa: S608 -- our names
        [list(_ERRORS), question.now - HOUR, *given],
    )


def _freshness(question: Question) -> dict[str, Any]:
    """Up to when the keeper has counted; `seconds_behind` grows where it stands still."""
    found = moment.rows(*_FOLDED)
    if not found:
        return {"folded_at": None, "seconds_behind": None}
    folded_at: datetime = found[0][0]
    behind = (question.now - folded_at).total_seconds()
    return {"folded_at": folded_at.isoformat(), "seconds_behind": max(0.0, round(behind, 3))}


def _which(question: Question, table: str = "") -> tuple[str, list[Any]]:
    if question.audience.is_everyone:
        return "true", []
    return f"{table}client_id = ANY(%s)", [list(question.audience.scopes)]
