"""What happened to people before they left, counted in the database: rows of counts, however many sessions there are.

The unit is a *visit*: a session at one question (or while a proposal is made, looked at, applied). Whoever stays
longer meets more, so that counting by session would let those who finish look the most troubled; at each visit
everybody who is there may leave, and what was met is what was met there. The last visit of an open session is left out:
how it ends is not known. Above `MOST_SESSIONS` sessions a share of them is looked at, chosen by their ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.onboarding_api.services.funnel_analytics import storing
from apps.onboarding_api.services.funnel_analytics.windows import Window

SIGNALS = (
    "repeated_question", "asked_to_explain", "turn_failed", "slow_turn", "photo_failed", "recording_failed",
    "document_failed", "dead_task",
)  # fmt: skip
SEGMENTS = ("language", "device", "part_of_day")
PARTS_OF_DAY = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight, by the clock of the client."""
MOST_SESSIONS = 10_000
SLOW_TURN_SECONDS = 10.0
"""Twice as long as a client waits for an answer unless it asks for more."""
_ALL = 2**20
_SAMPLE = "(hashtextextended(f.session_id::text, 0) & 1048575)"

_CHOSEN = f"""
    SELECT f.session_id, f.started_at, f.furthest, f.outcome, f.language,
           coalesce(nullif(split_part(f.device, ', ', 2), ''), f.device) AS device,
           extract(hour FROM f.started_at AT TIME ZONE %(zone)s)::int / 6 AS part_of_day,
           f.started_at + f.engaged_ms * interval '1 ms' AS engaged_at,
           f.started_at + f.recommendations_ms * interval '1 ms' AS recommended_at,
           f.started_at + f.decision_ms * interval '1 ms' AS decided_at
      FROM {storing.FACTS} f
     WHERE (%(everyone)s OR f.client_id = ANY(%(scopes)s::uuid[]))
       AND f.started_at >= %(start)s AND f.started_at < %(end)s AND {_SAMPLE} < %(share)s
"""  # noqa: S608 -- names of our own
_VISITS = f"""
    WITH chosen AS ({_CHOSEN}),
    told AS (
        SELECT c.session_id, s.stage, v.place, coalesce(v.signals, '{{}}') AS signals, v.skipped, c.language, c.device,
               c.part_of_day, v.is_last AND c.outcome = 2 AND c.furthest = s.stage AS has_left,
               NOT v.is_last AND c.outcome = 2 AND c.furthest = s.stage AS leaves_later
          FROM chosen c
         CROSS JOIN LATERAL (
            SELECT min(at) AS since, max(place) AS place, visit = max(visit) OVER () AS is_last,
                   array_agg(DISTINCT what) FILTER (WHERE what = ANY(%(signals)s)) AS signals,
                   bool_or(what = 'question_skipped') AS skipped
              FROM (SELECT *, count(place) OVER (ORDER BY at, (place IS NULL), number) AS visit FROM (
                SELECT e.occurred_at AS at, e.number,
                       CASE WHEN e.kind = 'upload_failed' THEN (
                                SELECT CASE u.kind WHEN 'audio' THEN 'recording_failed'
                                       WHEN 'document' THEN 'document_failed' ELSE 'photo_failed' END
                                  FROM onboarding_upload u WHERE u.id = (e.data->>'upload_id')::uuid)
                            WHEN e.kind IN ('not_understood', 'question_repeated') THEN 'repeated_question'
                            WHEN e.kind = 'explained' THEN 'asked_to_explain' ELSE e.kind END AS what,
                       CASE WHEN e.kind = 'question_asked' THEN coalesce(e.data->>'slot', '')
                            WHEN e.kind = 'proposal_requested' THEN '(making the proposal)'
                            WHEN e.kind = 'decision_made' THEN '(applying the decision)'
                            WHEN e.kind = 'state_changed' AND e.data->>'to' = 'AWAITING_APPROVAL'
                            THEN '(looking at the proposal)' END AS place
                  FROM onboarding_sessionevent e
                 WHERE e.session_id = c.session_id
                   AND e.kind || '' IN ('question_asked', 'question_repeated', 'not_understood', 'explained',
                                  'question_skipped', 'turn_failed', 'upload_failed', 'proposal_requested',
                                  'decision_made', 'state_changed')
                UNION ALL
                SELECT t.finished_at, t.number, 'slow_turn', NULL FROM onboarding_turn t
                 WHERE t.session_id = c.session_id AND t.finished_at - t.cdtz > %(slow)s * interval '1 second'
                UNION ALL
                SELECT r.finished_at, 0, 'dead_task', NULL FROM task_ledger_taskrecord r
                 WHERE r.subject_id = c.session_id AND r.state IN ('dead', 'expired')
                   AND r.name NOT IN ('process_conversation_step', 'understand_photo', 'understand_document')) met
              ) numbered
             WHERE visit > 0 GROUP BY visit OFFSET 0) v
         CROSS JOIN LATERAL (
            SELECT coalesce(v.since >= c.engaged_at, false)::int + coalesce(v.since >= c.recommended_at, false)::int
                   + coalesce(v.since >= c.decided_at, false)::int AS stage) s
         WHERE NOT (v.is_last AND c.outcome = 0))
"""  # noqa: S608 -- names of our own
"""Session by session, by the index of its events: the memory that this takes does not grow with their number. `|| ''`
keeps the index of kinds out of it, which on tables without statistics would be read whole for each session."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose sessions: those of `scopes`, or everybody's where it is None."""

    scopes: tuple[UUID, ...] | None
    window: Window
    zone: ZoneInfo
    share: float = 1.0
    """Of the sessions, how many are looked at."""

    def parameters(self) -> dict[str, Any]:
        return {
            "everyone": self.scopes is None,
            "scopes": list(self.scopes or ()),
            "start": self.window.start,
            "end": self.window.end,
            "zone": self.zone.key,
            "share": round(self.share * _ALL),
            "slow": SLOW_TURN_SECONDS,
            "signals": list(SIGNALS),
        }


@dataclass(frozen=True, slots=True)
class Visits:
    """`n` visits that are alike in all of this."""

    stage: int
    place: str
    signals: frozenset[str]
    skipped: bool
    has_left: bool
    leaves_later: bool
    """Went on from here, and left in the same stage further on."""
    language: str
    device: str
    part_of_day: str
    n: int

    def segment(self, name: str) -> str:
        value: str = getattr(self, name)
        return value


@dataclass(frozen=True, slots=True)
class Ends:
    """`n` sessions that reached a stage and of which it is known whether they went on or left there."""

    stage: int
    has_left: bool
    completed: bool
    reason: str
    language: str
    device: str
    part_of_day: str
    n: int

    def segment(self, name: str) -> str:
        value: str = getattr(self, name)
        return value


def visits(asked: Asked) -> list[Visits]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_VISITS} SELECT stage, place, signals, skipped, has_left, leaves_later, language, device, part_of_day,
                                 count(*) FROM told GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9""",  # noqa: S608 -- our names
            asked.parameters(),
        )
        return [
            Visits(
                stage=row[0],
                place=row[1],
                signals=frozenset(row[2]),
                skipped=row[3],
                has_left=row[4],
                leaves_later=row[5],
                language=row[6],
                device=row[7],
                part_of_day=PARTS_OF_DAY[row[8]],
                n=row[9],
            )
            for row in cursor.fetchall()
        ]


def ends(asked: Asked) -> list[Ends]:
    """Of each stage that a session reached, the last before it is known to have ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH chosen AS ({_CHOSEN})
                SELECT s.stage, c.furthest = s.stage AS has_left, c.outcome = 1 AS completed,
                       CASE WHEN c.furthest = s.stage THEN f.reason ELSE '' END, c.language, c.device, c.part_of_day,
                       count(*)
                  FROM chosen c JOIN {storing.FACTS} f USING (session_id)
                 CROSS JOIN generate_series(0, least(c.furthest, 3)) s(stage)
                 WHERE c.furthest > s.stage OR c.outcome = 2
                 GROUP BY 1, 2, 3, 4, 5, 6, 7""",  # noqa: S608 -- names of our own
            asked.parameters(),
        )
        return [
            Ends(
                stage=row[0],
                has_left=row[1],
                completed=row[2],
                reason=row[3],
                language=row[4],
                device=row[5],
                part_of_day=PARTS_OF_DAY[row[6]],
                n=row[7],
            )
            for row in cursor.fetchall()
        ]


def sessions_that_left(asked: Asked, *, stage: int, place: str, signal: str, most: int = 5) -> list[UUID]:
    """Some of the sessions behind a cause, to be opened: those that met it and left, by their ids."""
    what = ["stage = %(stage)s", "leaves_later AND skipped" if signal == "skipped_question" else "has_left"]
    given = {**asked.parameters(), "stage": stage, "place": place, "signal": signal, "most": most}
    if place:
        what.append("place = %(place)s")
    if signal in SIGNALS:
        what.append("%(signal)s = ANY(signals)")
    if signal == "left_unanswered":
        what.append("signals = '{}'")
    with connection.cursor() as cursor:  # the limit ends the search: which ones are found is not promised
        cursor.execute(
            f"""{_VISITS} SELECT session_id FROM told WHERE {" AND ".join(what)} LIMIT %(most)s""",  # noqa: S608 -- ours
            given,
        )
        return sorted({row[0] for row in cursor.fetchall()})


def sessions_of_segment(asked: Asked, *, stage: int, segment: tuple[str, str], most: int = 5) -> list[UUID]:
    """The same for a segment, which needs no visits."""
    name, value = segment
    given = {**asked.parameters(), "stage": stage, "most": most}
    given["value"] = PARTS_OF_DAY.index(value) if name == "part_of_day" else value
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT session_id FROM ({_CHOSEN}) c
                 WHERE outcome = 2 AND furthest = %(stage)s AND {name} = %(value)s
                 ORDER BY 1 LIMIT %(most)s""",  # noqa: S608 -- names of our own
            given,
        )
        return [row[0] for row in cursor.fetchall()]


def how_many(rows: Iterable[Visits] | Iterable[Ends]) -> int:
    return sum(row.n for row in rows)
