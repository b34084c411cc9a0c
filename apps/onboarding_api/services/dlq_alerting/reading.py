"""What the rules look at, read from PostgreSQL in few statements."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from apps.onboarding_api.services.antivirus import measured, scanning, self_test
from apps.task_ledger import conservation, pulse
from apps.task_ledger.models import TaskRecord

State = TaskRecord.State
SILENCE = timedelta(seconds=60)
"""A queue that has a pulse waiting and finishes nothing for so long executes nothing. Readiness says the same."""
AGE = timedelta(hours=24)
"""Dead letters older than this are old; those that expire within it expire soon."""
_SHARE_OF_TIME = 100
"""Counting every row takes at most a hundredth of the time on a large ledger."""
_CHEAP_SECONDS = 0.05
_STARTED_AT = timezone.now()
"""A pulse from before this process may have waited for nobody but the restart."""


@dataclass(frozen=True)
class Deaths:
    """Dead letters of one task and cause."""

    task: str
    cause: str
    count: int
    first_at: datetime
    last_hour: int
    indexed: int
    """Those that belong into the Redis index: not older than the retention."""
    old: int
    expiring: int


@dataclass(frozen=True)
class Seen:
    deaths: tuple[Deaths, ...]
    missing: int
    overdue: int
    silent_queues: tuple[str, ...]
    parked: dict[str, int]
    """Service -> tasks that wait until it admits work."""
    infected: int = 0
    """Infected files of the last 24 hours."""
    scanner: str = "ok"
    """What is wrong with the virus scanner."""


def look(now: datetime) -> Seen:
    balance = _balance.read()
    return Seen(
        deaths=_deaths(now),
        missing=balance.missing,
        overdue=balance.overdue,
        silent_queues=tuple(queue for queue in settings.TASK_QUEUES_EXPECTED if _is_silent(queue, now)),
        parked=dict(
            TaskRecord.objects.filter(state=State.PARKED)
            .order_by()
            .values_list("parked_on")
            .annotate(n=Count("pk"))
        ),
        infected=measured.infected_lately(),
        scanner=self_test.look() if scanning.is_on() else "ok",
    )


def _deaths(now: datetime) -> tuple[Deaths, ...]:
    kept_since = now - timedelta(days=settings.DEAD_LETTERS.retention_days)
    dead = Q(state=State.DEAD)
    groups = (
        TaskRecord.objects.filter(state__in=TaskRecord.DEAD_LETTERS)
        .order_by()
        .values("name", "cause")
        .annotate(
            n=Count("pk"),
            first_at=Min("finished_at"),
            last_hour=Count("pk", filter=Q(finished_at__gt=now - timedelta(hours=1))),
            indexed=Count("pk", filter=Q(finished_at__gte=kept_since)),
            old=Count("pk", filter=dead & Q(finished_at__lt=now - AGE)),
            expiring=Count("pk", filter=dead & Q(finished_at__lt=kept_since + AGE)),
        )
        .values_list("name", "cause", "n", "first_at", "last_hour", "indexed", "old", "expiring")
    )
    return tuple(Deaths(*group) for group in groups)


def newest_code(task: str, cause: str) -> str:
    """The error code of the last dead letter of that task and cause; empty where none is left."""
    rows = TaskRecord.objects.filter(state__in=TaskRecord.DEAD_LETTERS, name=task, cause=cause)
    found = rows.order_by("-finished_at").values_list("error__code", flat=True).first()
    return str(found or "")


def _is_silent(queue: str, now: datetime) -> bool:
    """A pulse waits for a minute, no task was finished meanwhile, and no worker holds one under a live lease."""
    if now - _STARTED_AT < SILENCE:
        return False
    here = TaskRecord.objects.filter(queue=queue)
    waits = here.filter(
        name=pulse.TASK, state__in=[State.QUEUED, State.RUNNING], created_at__lt=now - SILENCE
    ).exists()
    return (
        waits
        and not pulse.felt(queue, since=now - SILENCE)
        and not here.filter(state=State.RUNNING, lease_expires_at__gt=now).exists()
    )


class _Balance:
    """The ledger's balance, counted anew as often as its cost allows; in between the last one."""

    def __init__(self) -> None:
        self._last: conservation.Balance | None = None
        self._next_at = 0.0

    def read(self) -> conservation.Balance:
        began = time.monotonic()
        if self._last is None or began >= self._next_at:
            self._last = conservation.balance()
            cost = time.monotonic() - began
            self._next_at = began + (cost * _SHARE_OF_TIME if cost > _CHEAP_SECONDS else 0.0)
        return self._last


_balance = _Balance()
