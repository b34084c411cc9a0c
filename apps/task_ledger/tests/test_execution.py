"""A task runs once, and every run ends in an outcome."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from celery.exceptions import WorkerShutdown, WorkerTerminate
from django.contrib.auth.models import User
from django.db import OperationalError
from django.utils import timezone

from apps.task_ledger import execution, heartbeat
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.tests.fakes import FakeTask
from apps.task_ledger.verdict import Park, Retry

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def committed(**kwargs: Any) -> UUID:
    return enqueue("ledger_pulse", kwargs=kwargs).pk


def fail(**kwargs: Any) -> None:
    raise ValueError("no")


def test_result_of_a_run_is_kept_with_done() -> None:
    task_id = committed(number=20)
    execution.execute(FakeTask(work=lambda number: {"double": number * 2}), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.result, record.deliveries) == (State.DONE, {"double": 40}, 1)
    assert record.finished_at is not None


def test_message_delivered_twice_runs_once() -> None:
    runs: list[int] = []
    task_id = committed()
    for _ in range(3):
        execution.execute(FakeTask(work=lambda: runs.append(1)), task_id)
    assert runs == [1]


def test_message_for_an_unknown_row_starts_nothing() -> None:
    runs: list[int] = []
    execution.execute(FakeTask(work=lambda: runs.append(1)), UUID(int=7))
    assert runs == []


def test_effect_and_done_commit_together() -> None:
    def work() -> None:
        with execution.fenced():
            User.objects.create(username="effect")
            execution.finish({"made": 1})
            raise ValueError("after finish, before commit")

    task_id = committed()
    execution.execute(FakeTask(work=work, verdict=Retry(delay_seconds=5)), task_id)
    assert not User.objects.filter(username="effect").exists()


def test_run_that_lost_its_lease_writes_no_effect() -> None:
    def work() -> None:
        TaskRecord.objects.update(fence=99)  # another worker has started meanwhile
        with execution.fenced():
            User.objects.create(username="stale")

    task_id = committed()
    execution.execute(FakeTask(work=work), task_id)
    assert not User.objects.filter(username="stale").exists()
    assert TaskRecord.objects.get(pk=task_id).state == State.RUNNING


def test_retry_waits_until_due_and_spends_an_attempt() -> None:
    task_id = committed()
    execution.execute(FakeTask(work=fail, verdict=Retry(delay_seconds=60)), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.attempt, record.deliveries) == (State.WAITING, 1, 0)
    assert record.due_at > timezone.now() + timedelta(seconds=50)
    assert record.error == {"code": "fake", "class": "ValueError", "message": "", "retryable": False}


def test_parked_task_spends_no_attempt() -> None:
    task_id = committed()
    execution.execute(FakeTask(work=fail, verdict=Park(delay_seconds=60)), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.attempt) == (State.PARKED, 0)


def test_dead_task_is_put_in_order() -> None:
    task = FakeTask(work=fail)
    task_id = committed()
    execution.execute(task, task_id)
    assert TaskRecord.objects.get(pk=task_id).state == State.DEAD
    assert [record.pk for record in task.died] == [task_id]


def test_memory_error_becomes_an_outcome() -> None:
    def work() -> None:
        raise MemoryError

    task_id = committed()
    execution.execute(FakeTask(work=work), task_id)
    assert TaskRecord.objects.get(pk=task_id).state == State.DEAD


@pytest.mark.parametrize("told", [WorkerShutdown(0), WorkerTerminate()])
def test_process_that_is_told_to_end_gives_its_task_back(told: BaseException) -> None:
    def work() -> None:
        raise told

    task_id = committed()
    with pytest.raises(type(told)):
        execution.execute(FakeTask(work=work), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.deliveries, record.attempt) == (State.QUEUED, 0, 0)


def test_commit_that_fails_after_finish_is_a_failure_like_any_other() -> None:
    def work() -> None:
        with execution.fenced():
            execution.finish({"made": 1})
            raise OperationalError("the connection broke before the commit")

    task_id = committed()
    execution.execute(FakeTask(work=work, verdict=Retry(delay_seconds=1)), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.attempt, record.result) == (State.WAITING, 1, None)


def test_extended_lease_is_not_shortened_by_the_heartbeat() -> None:
    leases: list[Any] = []

    def work() -> None:
        execution.extend_lease(500)
        current = execution.current()
        assert current is not None
        heartbeat.renew(current.task_id, fence=current.fence, owner=current.owner)
        leases.append(TaskRecord.objects.get().lease_expires_at)

    execution.execute(FakeTask(work=work), committed())
    assert leases[0] > timezone.now() + timedelta(seconds=400)


def test_result_that_is_no_json_is_not_kept() -> None:
    task_id = committed()
    execution.execute(FakeTask(work=object), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.result) == (State.DONE, None)


def test_fourth_start_is_poison_before_any_work() -> None:
    runs: list[int] = []
    task = FakeTask(work=lambda: runs.append(1))
    task_id = committed()
    TaskRecord.objects.update(deliveries=3)
    execution.execute(task, task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, runs) == (State.DEAD, [])
    assert record.error is not None
    assert record.error["code"] == "poison"


@pytest.mark.parametrize(("seconds", "counted"), [(5, 0), (95, 1)])
def test_a_start_told_to_end_counts_where_it_has_nearly_used_up_its_time(
    seconds: int, counted: int, settings: Any
) -> None:
    settings.CELERY_TASK_TIME_LIMIT = 100
    task_id = committed()

    with time_machine.travel(timezone.now() - timedelta(seconds=seconds)) as clock:

        def work() -> None:
            clock.shift(timedelta(seconds=seconds))
            raise WorkerShutdown

        with pytest.raises(WorkerShutdown):
            execution.execute(FakeTask(work=work), task_id)
    assert TaskRecord.objects.get(pk=task_id).deliveries == counted
