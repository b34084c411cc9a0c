"""Every committed task is accounted for, and what is missing is seen."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.task_ledger import conservation
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord, TaskTally
from apps.task_ledger.tests import dead

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def test_committed_tasks_are_in_some_state() -> None:
    dead.dead_letter()
    dead.run(enqueue(dead.NAME))
    enqueue(dead.NAME)
    balance = conservation.balance()
    assert (balance.committed, balance.missing) == (3, 0)
    assert {k: n for k, n in balance.by_state.items() if n} == {"queued": 1, "done": 1, "dead": 1}


def test_rolled_back_task_was_never_committed() -> None:
    with transaction.atomic():
        enqueue(dead.NAME)
        transaction.set_rollback(True)
    assert conservation.balance().committed == 0


def test_row_that_was_deleted_by_hand_is_missing() -> None:
    enqueue(dead.NAME)
    TaskRecord.objects.all().delete()
    assert conservation.balance().missing == 1


def test_forgotten_in_its_time_is_not_missing() -> None:
    dead.run(enqueue(dead.NAME))
    enqueue(dead.NAME)
    assert conservation.forget(TaskRecord.objects.filter(state=State.DONE)) == 1
    assert (conservation.balance().forgotten, conservation.balance().missing) == (1, 0)


def test_many_rows_in_one_statement_are_counted_each() -> None:
    rows = [TaskRecord(name=dead.NAME, queue="default", due_at=timezone.now()) for _ in range(25)]
    for row in rows:
        row.seal([], {})
    TaskRecord.objects.bulk_create(rows)
    assert conservation.balance().committed == 25
    assert TaskTally.objects.count() == 1


def test_folded_tally_says_the_same() -> None:
    for _ in range(5):
        enqueue(dead.NAME)
    before = conservation.balance()
    conservation.fold()
    assert conservation.balance() == before
    assert TaskTally.objects.count() == 1


def test_task_that_nobody_looks_at_is_overdue() -> None:
    enqueue(dead.NAME)
    assert conservation.balance().overdue == 0
    TaskRecord.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert conservation.balance().overdue == 1


def test_task_that_is_being_sent_back_is_not_forgotten() -> None:
    record = dead.dead_letter()
    TaskRecord.objects.update(state=State.EXPIRED)
    locked, over = threading.Event(), threading.Event()

    def send_back() -> None:
        with transaction.atomic():
            TaskRecord.objects.select_for_update().get(pk=record.pk)
            locked.set()
            over.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=send_back)
    thread.start()
    assert locked.wait(timeout=20)
    assert conservation.forget(TaskRecord.objects.filter(state=State.EXPIRED)) == 0
    over.set()
    thread.join(timeout=20)
    assert TaskRecord.objects.filter(pk=record.pk).exists()


def test_recent_balance_of_a_small_ledger_is_the_balance() -> None:
    enqueue(dead.NAME)
    assert conservation.recent_balance() == conservation.balance()
