"""Parked tasks come back when their service does."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.task_ledger.models import TaskRecord
from apps.task_ledger.parking import release

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def park(
    n: int, *, service: str = "llm", due_in_seconds: float = 120, state: str = State.PARKED
) -> list[TaskRecord]:
    """Rows, the oldest first."""
    now = timezone.now()
    rows = TaskRecord.objects.bulk_create(
        TaskRecord(
            id=uuid4(), name="ledger_pulse", queue="default", sealed_payload=b"x", state=state,
            parked_on=service, due_at=now + timedelta(seconds=due_in_seconds),
        )
        for _ in range(n)
    )  # fmt: skip
    for age, row in enumerate(reversed(rows)):
        TaskRecord.objects.filter(pk=row.pk).update(created_at=now - timedelta(minutes=age))
    return rows


def seconds_to_due(rows: list[TaskRecord]) -> list[float]:
    now = timezone.now()
    due = {row.pk: row.due_at for row in TaskRecord.objects.all()}
    return [(due[row.pk] - now).total_seconds() for row in rows]


def test_parked_tasks_return_spread_and_the_oldest_first() -> None:
    rows = park(10)
    assert release("llm", over_seconds=5) == 10
    due = seconds_to_due(rows)
    assert due == sorted(due)
    assert due[0] <= 0.01
    assert [round(later - first, 2) for first, later in pairwise(due)] == [0.5] * 9
    assert set(TaskRecord.objects.values_list("state", flat=True)) == {State.PARKED}  # the relay queues them


def test_one_parked_task_returns_at_once() -> None:
    rows = park(1)
    release("llm")
    assert seconds_to_due(rows)[0] <= 0.01


def test_tasks_of_other_services_and_in_other_states_stay() -> None:
    others = park(2, service="speech") + park(2, state=State.WAITING)
    assert release("llm") == 0
    assert min(seconds_to_due(others)) > 100


def test_task_that_is_due_earlier_stays_so() -> None:
    park(3)
    late_but_soon = park(1, due_in_seconds=0.5)
    TaskRecord.objects.filter(pk=late_but_soon[0].pk).update(created_at=timezone.now() + timedelta(hours=1))
    release("llm", over_seconds=50)
    assert seconds_to_due(late_but_soon)[0] <= 0.5


def test_rows_that_a_relay_holds_are_left_to_it_without_waiting() -> None:
    rows = park(3)
    released: list[int] = []

    def elsewhere() -> None:
        released.append(release("llm"))
        connection.close()

    with transaction.atomic():
        list(TaskRecord.objects.select_for_update().filter(pk=rows[0].pk))
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(10)
    assert released == [2]
