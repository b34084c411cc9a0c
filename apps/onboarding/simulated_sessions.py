"""Sessions that nobody had, written by the thousand for the demo, the benches and the proofs of the funnel.

They have a row and the events of their stages, as a real one would after the same life, and nothing else: no turns,
uploads, proposals or tasks. The triggers note them for the funnel as they note real ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.onboarding.models import ConversationSession, SessionEvent

State = ConversationSession.StateChoices
Kind = SessionEvent.Kind
CORRELATION_ID = "simulated"
"""Of every event that is written here: no request of a person has it."""
_BATCH = 20_000
_STAGES = (
    "started_at", "engaged_at", "recommendations_generated_at", "approval_decision_at", "completed_at",
)  # fmt: skip
_STATES = (State.STARTED, State.IN_PROGRESS, State.AWAITING_APPROVAL, State.IN_PROGRESS, State.COMPLETED)
_EVENTS: tuple[tuple[Kind, Mapping[str, Any]], ...] = (
    (Kind.SESSION_STARTED, {"simulated": True}),
    (Kind.ANSWER_SET, {"simulated": True}),
    (Kind.STATE_CHANGED, {"simulated": True, "from": State.IN_PROGRESS, "to": State.AWAITING_APPROVAL}),
    (Kind.DECISION_MADE, {"simulated": True}),
    (Kind.STATE_CHANGED, {"simulated": True, "from": State.IN_PROGRESS, "to": State.COMPLETED}),
)
_EVENTS_TEXT = tuple((kind, json.dumps(data)) for kind, data in _EVENTS)
_SIMULATED = json.dumps({"simulated": True})
_SESSION_COLUMNS = (
    "session_id", "client_id", "flow_version_id", "language", "device", "current_state", "collected_data", "variants",
    "dialogue", "version", "last_event_number", "last_activity_at", "last_heard_at", *_STAGES, "cdtz", "mdtz",
)  # fmt: skip
_EVENT_COLUMNS = ("session_id", "number", "kind", "data", "correlation_id", "occurred_at")


@dataclass(frozen=True, slots=True)
class SimulatedSession:
    """A session as it is known at some moment. `stages`: the times of those reached, the start first."""

    session_id: UUID
    client_id: UUID
    flow_version_id: UUID | None
    language: str
    device: str
    stages: tuple[datetime, ...]
    last_heard_at: datetime
    is_cancelled: bool = False
    variants: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        return State.CANCELLED if self.is_cancelled else _STATES[len(self.stages) - 1]


def write(sessions: Iterable[SimulatedSession]) -> int:
    """Store them by COPY, in one transaction; how many they were. Memory does not grow with their number."""
    written, rest = 0, iter(sessions)
    with transaction.atomic(), connection.cursor() as cursor:
        while batch := list(islice(rest, _BATCH)):
            _copy(cursor, ConversationSession, _SESSION_COLUMNS, map(_row, batch))
            _copy(cursor, SessionEvent, _EVENT_COLUMNS, (row for one in batch for row in _events(one)))
            written += len(batch)
    return written


def _copy(cursor: Any, model: type, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]  # every model has it
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _row(one: SimulatedSession) -> tuple[Any, ...]:
    number = len(one.stages) + one.is_cancelled
    return (
        one.session_id, one.client_id, one.flow_version_id, one.language, one.device, one.state.value, "{}",
        json.dumps(dict(one.variants)), "{}", number, number, one.last_heard_at, one.last_heard_at,
        *one.stages, *[None] * (5 - len(one.stages)), one.stages[0], one.last_heard_at,
    )  # fmt: skip


def _events(one: SimulatedSession) -> Iterator[tuple[Any, ...]]:
    for number, (moment, (kind, data)) in enumerate(zip(one.stages, _EVENTS_TEXT, strict=False), start=1):
        yield one.session_id, number, kind.value, data, CORRELATION_ID, moment
    if one.is_cancelled:
        number = len(one.stages) + 1
        yield one.session_id, number, Kind.CANCELLED.value, _SIMULATED, CORRELATION_ID, one.last_heard_at
