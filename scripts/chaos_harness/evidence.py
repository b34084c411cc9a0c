"""What is left when all is over: the producers' accounts, the rows, the effects, the outside service's log."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.chaos_harness import commit_log, outside
from scripts.chaos_harness.commit_log import Batch

_GIVEN_BACK = re.compile(
    r"task (?:\S+ )?([0-9a-f-]{36}) given back: its (?:process is told to end(?!, and its time)|outcome)"
)
"""What a worker writes of a start that it undid, since another than the task was at fault."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task as the database has it. `opens`: whether a dead one opens and binds; None: it is not dead."""

    id: str
    kind: str
    state: str
    generation: int = 0
    code: str = ""
    cause: str = ""
    error_class: str = ""
    opens: bool | None = None
    starts: int = 0
    """By the task's own count, for the kinds that count."""
    given_back: int = 0
    """Of these, undone by a process that was told to end, or could not write the outcome: they do not count."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    batches: list[Batch]
    rows: dict[str, Row]
    effects: dict[str, int]
    """Key -> how many rows of effect."""
    outside: dict[str, int]
    """Key -> how often the outside service did it."""
    business: dict[str, int]
    """Batch -> how many rows its transaction wrote."""
    missing: int = 0
    """Of the ledger's balance."""
    by_state: dict[str, int] = field(default_factory=dict)


def gather(folder: Path) -> Evidence:
    """Read it all. Needs Django, the code of now and the keys; needs no Redis and no process of the product."""
    from celery import current_app

    from apps.task_ledger import conservation
    from apps.task_ledger.models import TaskRecord

    current_app.loader.import_default_modules()
    starts = _counts("SELECT task_id::text, count(*) FROM chaos_start GROUP BY 1")
    given_back = starts_given_back(folder.parent / "logs")
    rows = {}
    for record in TaskRecord.objects.filter(name__startswith="chaos_").iterator():
        row = _row(record, starts, given_back)
        rows[row.id] = row
    balance = conservation.balance()
    return Evidence(
        batches=commit_log.read_all(folder),
        rows=rows,
        effects=_counts("SELECT key, count(*) FROM chaos_effect GROUP BY 1"),
        outside=outside.read(folder / "outside.log"),
        business=_counts("SELECT batch, count(*) FROM chaos_business GROUP BY 1"),
        missing=balance.missing,
        by_state=balance.by_state,
    )


def gather_plain(folder: Path) -> Evidence:
    """For plain Celery, which has no rows of tasks."""
    return Evidence(
        batches=commit_log.read_all(folder),
        rows={},
        effects=_counts("SELECT key, count(*) FROM chaos_effect GROUP BY 1"),
        outside={},
        business=_counts("SELECT batch, count(*) FROM chaos_business GROUP BY 1"),
    )


def starts_given_back(logs: Path) -> Counter[str]:
    """By task, from what the workers wrote."""
    return Counter(
        task_id
        for log in logs.glob("*.log*")
        for task_id in _GIVEN_BACK.findall(log.read_text(encoding="utf-8", errors="replace"))
    )


def _row(record: Any, starts: dict[str, int], given_back: Counter[str]) -> Row:
    error = record.error or {}
    return Row(
        id=str(record.pk),
        kind=record.name.removeprefix("chaos_"),
        state=record.state,
        generation=record.generation,
        code=str(error.get("code", "")),
        cause=record.cause,
        error_class=record.error_class,
        opens=_opens(record) if record.state in record.DEAD_LETTERS else None,
        starts=starts.get(str(record.pk), 0),
        given_back=given_back[str(record.pk)],
    )


def _opens(record: Any) -> bool:
    from apps.task_ledger.dead_letters import redrive
    from apps.task_ledger.payloads import CannotBind, open_for

    try:
        open_for(redrive.task_of(record), record)
    except CannotBind:
        return False
    return True


def _counts(query: str) -> dict[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return {str(key): int(n) for key, n in cursor.fetchall()}
