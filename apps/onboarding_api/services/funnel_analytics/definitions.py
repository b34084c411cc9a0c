"""What the funnel's words mean: stages, outcomes, the abandonment limit, cohorts. The one place that decides.

A session has *reached* a stage at the first time of that stage or of any later one, so that nobody reaches the third
without the second. It is *converted* once it is completed; *dropped* where it was cancelled, ended by an error, or
has been silent for longer than the abandonment limit; else it is *open*. A dropped session dropped after the furthest
stage that it had reached, and left at its last sign of life. Somebody who comes back is open again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.onboarding.models import FunnelFact

Outcome = FunnelFact.Outcome
Reason = FunnelFact.Reason
MILLISECOND = timedelta(milliseconds=1)
SLOT_SECONDS = 900


class Stage(StrEnum):
    STARTED = "started"
    ENGAGED = "engaged"
    RECOMMENDATIONS_GENERATED = "recommendations_generated"
    APPROVAL_DECISION = "approval_decision"
    COMPLETED = "completed"


STAGES = tuple(Stage)
MEANING = {
    Stage.STARTED: "the session was opened and its first question asked",
    Stage.ENGAGED: "the first answer was accepted",
    Stage.RECOMMENDATIONS_GENERATED: "a checked proposal was shown",
    Stage.APPROVAL_DECISION: "a person approved, amended or rejected a proposal",
    Stage.COMPLETED: "the approved configuration was applied and nothing is left to decide",
}


@dataclass(frozen=True, slots=True)
class Observation:
    """What a session row says: the times of its stages in their order, None where not reached."""

    session_id: UUID
    client_id: UUID
    stage_times: Sequence[datetime | None]
    last_heard_at: datetime
    """The person's last sign of life; what the product does by itself is none."""
    last_activity_at: datetime
    """The last change of any kind."""
    state: str
    language: str
    device: str
    flow: str
    variants: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """One session as the funnel counts it. `stage_ms`: milliseconds from the start to the stages after it."""

    session_id: UUID
    client_id: UUID
    started_at: datetime
    day: date
    all_day: date
    language: str
    device: str
    flow: str
    variants: tuple[str, ...]
    furthest: int
    stage_ms: tuple[int | None, int | None, int | None, int | None]
    outcome: int
    reason: str
    dropped_ms: int | None
    left_at: datetime | None

    @property
    def slot(self) -> int:
        return slot_of(self.started_at)


def limit() -> timedelta:
    """Silence that counts as giving up."""
    return timedelta(hours=settings.FUNNEL.abandonment_hours)


def rule() -> str:
    """Names everything outside the rows that the facts depend on; where it changes all is computed anew."""
    return f"3 silent={settings.FUNNEL.abandonment_hours}h zone={settings.FUNNEL.time_zone}"


def slot_of(moment: datetime) -> int:
    """Quarters of an hour since 1970, UTC."""
    return int(moment.timestamp() // SLOT_SECONDS)


def facts_of(seen: Observation, *, now: datetime, zone: ZoneInfo, all_zone: ZoneInfo) -> Facts | None:
    """Count one session as of `now`; None where it has not started.

    Which order its events came in makes no difference: only their first times are looked at.
    """
    times = _reached(seen.stage_times)
    started = times[0]
    if started is None:
        return None
    later = tuple(_ms(moment - started) if moment is not None else None for moment in times[1:])
    outcome, reason = _outcome(seen, completed=times[-1] is not None, now=now)
    dropped = outcome == Outcome.DROPPED
    ended = seen.last_activity_at if reason == Reason.FAILED else seen.last_heard_at
    ended += limit() if reason == Reason.SILENT else timedelta()
    return Facts(
        session_id=seen.session_id,
        client_id=seen.client_id,
        started_at=started,
        day=started.astimezone(zone).date(),
        all_day=started.astimezone(all_zone).date(),
        language=seen.language,
        device=seen.device,
        flow=seen.flow,
        variants=tuple(sorted(set(seen.variants))),
        furthest=sum(moment is not None for moment in later),
        stage_ms=(later[0], later[1], later[2], later[3]),
        outcome=outcome,
        reason=reason,
        dropped_ms=max(_ms(ended - started), *(ms or 0 for ms in later)) if dropped else None,
        left_at=max(seen.last_heard_at, started) if dropped else None,
    )


def _reached(times: Sequence[datetime | None]) -> list[datetime | None]:
    """The first time of each stage or of any later one, none before the start."""
    first: datetime | None = None
    reached: list[datetime | None] = []
    for moment in reversed(times):
        first = moment if first is None or (moment is not None and moment < first) else first
        reached.append(first)
    reached.reverse()
    return reached


def _outcome(seen: Observation, *, completed: bool, now: datetime) -> tuple[int, str]:
    if completed:
        return Outcome.CONVERTED, ""
    if seen.state == "CANCELLED":
        return Outcome.DROPPED, Reason.CANCELLED
    if seen.state == "ERROR":
        return Outcome.DROPPED, Reason.FAILED
    if now - seen.last_heard_at >= limit():
        return Outcome.DROPPED, Reason.SILENT
    return Outcome.OPEN, ""


def _ms(span: timedelta) -> int:
    return max(0, span // MILLISECOND)
