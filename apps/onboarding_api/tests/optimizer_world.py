"""Sessions whose reasons to leave are known, written as the product would have: facts, events, turns, uploads."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from apps.onboarding.models import Client, ConversationSession, SessionEvent, Turn, Upload
from apps.onboarding_api.services.funnel_analytics import folding

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLOTS = ("site_name", "site_type", "city", "area", "floors", "entrances")
Kind = SessionEvent.Kind


@dataclass
class Person:
    """Who comes, and the chance to leave at each question; a rule may change it, and tell what they met."""

    language: str
    device: str
    started: datetime
    signals: dict[str, set[str]] = field(default_factory=dict)
    """Question -> what happened there."""
    leaves: float = 0.02


Rule = Callable[[Person, str, random.Random], None]
"""Called at each question: sets `leaves` and adds to `signals[question]`."""


def nothing(person: Person, slot: str, chosen: random.Random) -> None:
    """Everybody leaves alike."""
    person.leaves = 0.03


def onboard(
    client: Client, *, n: int, seed: int, rule: Rule = nothing, since_days: int = 24, until_days: int = 4
) -> None:
    """`n` sessions that started in that time; all of them have ended by `NOW`."""
    chosen = random.Random(seed)
    sessions: list[ConversationSession] = []
    lasts: list[datetime] = []
    events: list[SessionEvent] = []
    turns: list[tuple[Turn, datetime]] = []
    uploads: list[Upload] = []
    for _ in range(n):
        minutes = chosen.randrange(until_days * 1440, since_days * 1440)
        person = Person(
            language=chosen.choice(["en", "en", "hi"]),
            device=chosen.choice(["Chrome, Android", "Safari, iPhone", "Chrome, Windows"]),
            started=NOW - timedelta(minutes=minutes),
        )
        session, last = _walk(client, person, rule, chosen, events, turns, uploads)
        sessions.append(session)
        lasts.append(last)
    ConversationSession.objects.bulk_create(sessions)
    _set_times(
        "onboarding_conversationsession",
        "session_id",
        "last_heard_at",
        [one.pk for one in sessions],
        lasts,
    )
    Upload.objects.bulk_create(uploads)
    SessionEvent.objects.bulk_create(events, batch_size=2000)
    _keep_times(turns)
    while folding.fold(now=NOW):
        pass


def _walk(
    client: Client,
    person: Person,
    rule: Rule,
    chosen: random.Random,
    events: list[SessionEvent],
    turns: list[tuple[Turn, datetime]],
    uploads: list[Upload],
) -> tuple[ConversationSession, datetime]:
    session = ConversationSession(
        session_id=uuid4(), client=client, language=person.language, device=person.device,
        current_state="IN_PROGRESS", started_at=person.started,
    )  # fmt: skip
    clock, number = person.started, 0

    def note(kind: str, **data: Any) -> None:
        nonlocal number, clock
        number += 1
        clock += timedelta(seconds=1)
        events.append(SessionEvent(session=session, number=number, kind=kind, data=data, occurred_at=clock))

    note(Kind.SESSION_STARTED)
    for slot in SLOTS:
        note(Kind.QUESTION_ASKED, slot=slot)
        rule(person, slot, chosen)
        for signal in sorted(person.signals.get(slot, ())):
            if signal in {"not_understood", "question_repeated", "explained", "question_skipped"}:
                note(signal, slot=slot)
            elif signal == "turn_failed":
                note(signal, turn_id=str(uuid4()), code="unknown")
            elif signal == "photo_failed":
                upload = Upload(
                    session=session, kind="scene", status="failed", storage_key=f"scene/{uuid4()}.jpg",
                    content_type="image/jpeg", byte_size=1, sha256="0" * 64,
                )  # fmt: skip
                uploads.append(upload)
                note(Kind.UPLOAD_FAILED, upload_id=str(upload.pk), code="image_unreadable")
            elif signal == "slow_turn":
                begun = clock
                clock += timedelta(seconds=40)
                turns.append(
                    (
                        Turn(
                            session=session, number=number, kind="text", status="processed", finished_at=clock
                        ),
                        begun,
                    )
                )
        if chosen.random() < person.leaves:
            return session, clock
        clock += timedelta(seconds=20)
        if session.engaged_at is None:
            session.engaged_at = clock + timedelta(seconds=1)
        note(Kind.ANSWER_SET, slot=slot)
    note(Kind.PROPOSAL_REQUESTED)
    note(Kind.STATE_CHANGED, **{"from": "GENERATING_RECOMMENDATIONS", "to": "AWAITING_APPROVAL"})
    session.recommendations_generated_at = clock
    note(Kind.DECISION_MADE)
    session.approval_decision_at = session.completed_at = clock
    session.current_state = "COMPLETED"
    return session, clock


def _keep_times(turns: list[tuple[Turn, datetime]]) -> None:
    """`cdtz` is filled in by Django, and is set afterwards."""
    made = Turn.objects.bulk_create([turn for turn, _ in turns])
    _set_times("onboarding_turn", "id", "cdtz", [turn.pk for turn in made], [begun for _, begun in turns])


def _set_times(table: str, key: str, column: str, ids: list[Any], times: list[datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE {table} t SET {column} = x.at
                  FROM unnest(%s::uuid[], %s::timestamptz[]) AS x(id, at) WHERE t.{key} = x.id""",  # noqa: S608 -- ours
            [ids, times],
        )
