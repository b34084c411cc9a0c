"""Finding dead letters: filters, groups by cause, counts that are true."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from apps.task_ledger.models import TaskRecord

State = TaskRecord.State


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which dead letters are meant. Every field that is given narrows the choice."""

    task_name: str = ""
    error_class: str = ""
    """Whole, or its last part: `ValueError` finds `builtins.ValueError` and no `shop.OddValueError`."""
    cause: str = ""
    client_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    """When they died: from `since` on, before `until`."""
    state: str = ""
    """`dead` or `expired`; both where empty."""

    def to_json(self) -> dict[str, str]:
        """What was given, as text."""
        given = {key: value for key, value in asdict(self).items() if value not in ("", None)}
        return {
            key: value.isoformat() if isinstance(value, datetime) else str(value)
            for key, value in given.items()
        }

    @property
    def is_empty(self) -> bool:
        return not self.to_json()


def find(wanted: Filter | None = None) -> QuerySet[TaskRecord]:
    """Dead letters, those that died last first."""
    wanted = wanted or Filter()
    rows = TaskRecord.objects.filter(state__in=[wanted.state] if wanted.state else TaskRecord.DEAD_LETTERS)
    exact: dict[str, Any] = {
        "name": wanted.task_name,
        "cause": wanted.cause,
        "client_id": wanted.client_id,
        "finished_at__gte": wanted.since,
        "finished_at__lt": wanted.until,
    }
    rows = rows.filter(**{column: value for column, value in exact.items() if value})
    if wanted.error_class:
        last_part = Q(error_class__endswith=f".{wanted.error_class}")
        whole = Q(error_class=wanted.error_class)
        rows = rows.filter(whole if "." in wanted.error_class else whole | last_part)
    return rows.order_by("-finished_at", "id")


@dataclass(frozen=True)
class CauseGroup:
    """Dead letters that died of the same fault."""

    task_name: str
    error_class: str
    cause: str
    code: str
    message: str
    location: str
    count: int
    first_seen: datetime
    last_seen: datetime


def group_by_cause(wanted: Filter | None = None, *, limit: int = 100) -> list[CauseGroup]:
    """The causes with most dead letters first; code, message and location are those of the newest in each."""
    found = (
        find(wanted)
        .order_by()
        .values_list("name", "error_class", "cause")
        .annotate(count=Count("pk"), first_seen=Min("finished_at"), last_seen=Max("finished_at"))
        .order_by("-count", "-last_seen", "name", "cause")
    )
    groups = list(found[:limit])
    texts = _newest_texts(
        wanted, causes={group[2] for group in groups}, seen_last={group[5] for group in groups}
    )
    return [
        CauseGroup(
            *(name, error_class, cause, *texts.get((name, error_class, cause), ("", "", ""))),
            count=count, first_seen=first_seen, last_seen=last_seen,
        )
        for name, error_class, cause, count, first_seen, last_seen in groups
    ]  # fmt: skip


def _newest_texts(
    wanted: Filter | None, *, causes: Collection[str], seen_last: Collection[datetime]
) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """(name, class, cause) -> code, message, location of the newest in the group.

    The newest of a group is found by its time; asking for it inside the grouping would ask once for every row.
    """
    group = ("name", "error_class", "cause")
    rows = (
        find(wanted)
        .filter(cause__in=causes, finished_at__in=seen_last)
        .order_by(*group, "-finished_at", "id")
        .distinct(*group)
        .values_list(*group, "error")
    )
    return {(name, error_class, cause): _texts_of(error or {}) for name, error_class, cause, error in rows}


def _texts_of(error: dict[str, Any]) -> tuple[str, str, str]:
    return error.get("code") or "", error.get("message") or "", error.get("location") or ""


def index_fill() -> int:
    """How many dead letters belong into the index: those of the retention. What "how full" is measured by."""
    since = timezone.now() - timedelta(days=settings.DEAD_LETTERS.retention_days)
    return find(Filter(since=since)).order_by().count()


@dataclass(frozen=True)
class Totals:
    """Counted in the table, not in the index."""

    dead: int
    expired: int
    discarded: int
    oldest_dead_at: datetime | None
    by_task: dict[str, int]
    died_last_hour: int


def totals(wanted: Filter | None = None) -> Totals:
    """How many there are, of the dead by task, and since when the oldest waits."""
    counted = list(
        find(wanted).order_by().values_list("state", "name").annotate(n=Count("pk")).order_by("-n")
    )
    dead = find(wanted).filter(state=State.DEAD).order_by()
    hour_ago = timezone.now() - timedelta(hours=1)
    return Totals(
        dead=sum(n for state, _, n in counted if state == State.DEAD),
        expired=sum(n for state, _, n in counted if state == State.EXPIRED),
        discarded=TaskRecord.objects.filter(state=State.DISCARDED).count(),
        oldest_dead_at=dead.aggregate(at=Min("finished_at"))["at"],
        by_task={name: n for state, name, n in counted if state == State.DEAD},
        died_last_hour=find(wanted).order_by().filter(finished_at__gte=hour_ago).count(),
    )
