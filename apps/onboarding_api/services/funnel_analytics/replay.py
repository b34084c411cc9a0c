"""One session from its first event to its last, as far as it may be shown: nothing personal.

Made of the event log, the turns (how long each reply took, and what was asked), the uploads, the ledger's tasks with
their failed runs, and the calls of providers. Every text passes the strict policy once more; who did something is a
person or the system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from django.conf import settings

from apps.onboarding.models import ConversationSession, FunnelFact, ProviderCall, SessionEvent, Turn
from apps.onboarding_api.services.funnel_analytics import opening
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES, Outcome
from apps.onboarding_api.services.pii_integration.strict import scrub
from apps.task_ledger.models import TaskAttempt, TaskRecord

MOST_EVENTS = 5_000
SILENCE = timedelta(minutes=5)
_AFTER_EVENTS = 1_000_000
_ERROR_FIELDS = ("code", "class", "cause", "location", "retryable", "service")


@dataclass(frozen=True)
class Item:
    """`order` keeps what happened at one moment in the order in which it must have happened."""

    at: datetime
    order: int
    event: str
    data: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {"timestamp": self.at.isoformat(), "event": self.event, "data": self.data}


def replay_session(session: ConversationSession) -> dict[str, Any]:
    """The caller has made sure that the session may be seen."""
    events = list(session.events.order_by("number")[: MOST_EVENTS + 1])
    shown = events[:MOST_EVENTS]
    calls = list(session.provider_calls.order_by("pk"))
    items = [
        *_events(shown),
        *_replies(session.turns.all()),
        *_uploads(session),
        *_tasks(session),
        *_asked(calls),
    ]
    items += _silences(items)
    items.sort(key=lambda item: (item.at, item.order))
    fact = FunnelFact.objects.filter(pk=session.pk).first()
    return {
        "session_id": str(session.pk),
        "timeline": [item.to_json() for item in items],
        "duration_seconds": (items[-1].at - items[0].at).total_seconds() if items else 0.0,
        "final_state": session.current_state,
        "is_closed": session.is_closed,
        "stage": STAGES[fact.furthest].value if fact else None,
        "outcome": Outcome(fact.outcome).name.lower() if fact else None,
        "rule": opening.rule(fact) if fact else None,
        "language": session.language,
        "device": session.device or "unknown",
        "provider_cost": _cost(calls),
        "left_out": max(0, session.last_event_number - MOST_EVENTS) if len(events) > MOST_EVENTS else 0,
    }


def _events(events: Iterable[SessionEvent]) -> Iterator[Item]:
    for event in events:
        data = {
            **{key: _clean(value) for key, value in event.data.items()},
            "number": event.number,
            "by": "person" if event.actor_id else "system",
        }
        yield Item(event.occurred_at, event.number, event.kind, data)


def _replies(turns: Iterable[Turn]) -> Iterator[Item]:
    """What the person saw, and how long they waited for it."""
    for turn in turns:
        if turn.finished_at is None:
            continue
        data = {
            "turn_id": str(turn.pk),
            "waited_seconds": round((turn.finished_at - turn.cdtz).total_seconds(), 3),
            "status": turn.status,
            "slot": turn.reply.get("slot"),
            "text": _clean(turn.reply.get("text")),
            "question": _clean(turn.reply.get("question")),
        }
        yield Item(turn.finished_at, _AFTER_EVENTS, "replied", data)


def _uploads(session: ConversationSession) -> Iterator[Item]:
    for upload in session.uploads.all():
        data = {
            "upload_id": str(upload.pk),
            "kind": upload.kind,
            "bytes": upload.byte_size,
            "content_type": upload.content_type,
            "status": upload.status,
            "position_verdict": upload.position_verdict or None,
            "error": (upload.error or {}).get("code"),
        }
        yield Item(upload.cdtz, 0, "upload_received", data)


def _tasks(session: ConversationSession) -> Iterator[Item]:
    """Where each piece of work ended, and each of its runs that failed: providers that did not answer among them."""
    records = TaskRecord.objects.filter(subject_id=session.pk).defer("sealed_payload")
    for record in records:
        told = {"task_id": str(record.pk), "task": record.name, "queue": record.queue}
        if record.finished_at is not None:
            data = {
                **told,
                "state": record.state,
                "retries": record.attempt,
                "redrives": record.generation,
                "queued_seconds": _between(record.created_at, record.started_at),
                "run_seconds": _between(record.last_started_at, record.finished_at),
                "error": _error(record.error),
            }
            yield Item(record.finished_at, _AFTER_EVENTS + 1, "task_ended", data)
    for run in (
        TaskAttempt.objects.filter(task__subject_id=session.pk).select_related("task").defer("traceback")
    ):
        data = {
            "task_id": str(run.task_id),
            "task": run.task.name,
            "outcome": run.outcome,
            "attempt": run.attempt,
            "run_seconds": _between(run.started_at, run.ended_at),
            "error": _error(run.error),
        }
        yield Item(run.ended_at, _AFTER_EVENTS, "task_run_failed", data)


def _asked(calls: Iterable[ProviderCall]) -> Iterator[Item]:
    """What providers were asked, at the moment of the answer; calls of one task that were alike and in a row as one."""
    for key, alike in groupby(
        calls,
        key=lambda call: (call.task_id, call.service, call.provider, call.deed, call.outcome, call.fault),
    ):
        task_id, service, provider, deed, outcome, fault = key
        those = list(alike)
        data = {
            "task_id": str(task_id) if task_id else None,
            "service": service,
            "provider": provider,
            "deed": deed,
            "outcome": outcome,
            "fault": fault or None,
            "calls": len(those),
            "seconds": round(sum(call.seconds for call in those), 3),
            "input_tokens": _known(call.input_tokens for call in those),
            "output_tokens": _known(call.output_tokens for call in those),
            "cost": _cost(those),
        }
        yield Item(those[-1].at, _AFTER_EVENTS - 1, "provider_called", data)


def _cost(calls: Iterable[ProviderCall]) -> dict[str, Any] | None:
    """What is known to have been charged; None where nothing is."""
    micros = _known(call.cost_micros for call in calls)
    return (
        None if micros is None else {"amount": micros / 1_000_000, "currency": settings.LLM_PRICES.currency}
    )


def _known(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _silences(items: Iterable[Item]) -> list[Item]:
    """Stretches of five minutes or more in which nothing happened."""
    times = sorted(item.at for item in items)
    return [
        Item(
            after,
            -1,
            "silence",
            {"since": before.isoformat(), "seconds": round((after - before).total_seconds(), 3)},
        )
        for before, after in pairwise(times)
        if after - before >= SILENCE
    ]


def _clean(value: Any) -> Any:
    """Text under the strict policy, however deep it lies; names of keys are our own or codes of the flow."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {scrub(str(key)): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return value


def _error(error: dict[str, Any] | None) -> dict[str, Any] | None:
    """What kind of fault it was. Messages stay with those who mend."""
    return {name: error[name] for name in _ERROR_FIELDS if name in error} if error else None


def _between(start: datetime | None, end: datetime | None) -> float | None:
    return round((end - start).total_seconds(), 3) if start and end else None
