"""What the chaos harness found once, and must not come back."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from billiard import common
from celery import current_app
from celery.worker.consumer import Consumer as CeleryConsumer
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from apps.task_ledger import execution, heartbeat, outcomes, process, publisher, reaper, relay
from apps.task_ledger.consumer import Consumer
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.tests import dead
from apps.task_ledger.tests.fakes import FakeTask

State = TaskRecord.State
database = pytest.mark.django_db(transaction=True)


def committed() -> UUID:
    return enqueue(dead.NAME).pk


def leave(code: int = 3) -> None:
    sys.exit(code)


@database
def test_task_that_exits_by_itself_is_dead_and_not_run_for_ever() -> None:
    task_id = committed()
    execution.execute(FakeTask(work=leave), task_id)
    assert TaskRecord.objects.get(pk=task_id).state == State.DEAD


@database
def test_task_of_a_child_that_got_sigterm_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "_should_have_exited", [True])
    task_id = committed()
    with pytest.raises(SystemExit):
        execution.execute(FakeTask(work=leave), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.deliveries) == (State.QUEUED, 0)


@database
def test_start_that_ends_by_the_hard_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        monkeypatch.setattr(settings, "CELERY_TASK_TIME_LIMIT", 0)
        sys.exit(-241)

    monkeypatch.setattr(common, "_should_have_exited", [True])
    task_id = committed()
    with pytest.raises(SystemExit):
        execution.execute(FakeTask(work=work), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.deliveries) == (State.QUEUED, 1)


@database
def test_error_of_the_clean_up_after_sigterm_is_not_the_tasks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        raise ConnectionError("closed by the tear-down")

    monkeypatch.setattr(common, "_should_have_exited", [True])
    task_id = committed()
    with pytest.raises(ConnectionError):
        execution.execute(FakeTask(work=work), task_id)
    assert TaskRecord.objects.get(pk=task_id).state == State.QUEUED


@database
@pytest.mark.parametrize(
    "result", [{"x": float("nan")}, {"x": "a\x00b"}, object()], ids=["nan", "nul", "object"]
)
def test_result_that_cannot_be_kept_does_not_undo_the_work(result: Any) -> None:
    task_id = committed()
    execution.execute(FakeTask(work=lambda: result), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.result) == (State.DONE, None)


@database
def test_broker_that_is_away_for_long_does_not_make_pauses_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(record: TaskRecord) -> None:
        raise publisher.PublishFailed("away")

    task_id = committed()
    monkeypatch.setattr(publisher, "publish", refuse)
    TaskRecord.objects.update(due_at="2020-01-01T00:00Z")
    for _ in range(30):
        with pytest.raises(publisher.PublishFailed):
            relay.publish_due()
    assert TaskRecord.objects.get(pk=task_id).publishes == 1


@database
def test_outcome_that_could_not_be_written_is_given_back_by_its_living_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("the server is away")

    def fail() -> None:
        raise ValueError("no")

    task_id = committed()
    monkeypatch.setattr(outcomes, "write_failure", away)
    with pytest.raises(OperationalError):
        execution.execute(FakeTask(work=fail), task_id)
    assert TaskRecord.objects.get(pk=task_id).state == State.RUNNING
    heartbeat.beat_once(heartbeat._work_of(os.getpid()))
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.owner, record.deliveries) == (State.QUEUED, "", 0)


@database
def test_start_of_another_process_is_not_given_back() -> None:
    task_id = committed()
    started = timezone.now()
    TaskRecord.objects.filter(pk=task_id).update(
        state=State.RUNNING, owner="other|1|1", last_started_at=started, lease_expires_at=started
    )
    heartbeat.let_go(task_id, owner=process.owner(), started_at=started)
    heartbeat.beat_once(heartbeat._work_of(os.getpid()))
    assert TaskRecord.objects.get(pk=task_id).state == State.RUNNING


@database
def test_claim_that_came_through_while_the_connection_broke_is_taken_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs: list[int] = []
    real = execution._claim_once

    def claim_and_break(*arguments: Any) -> None:
        monkeypatch.setattr(execution, "_claim_once", real)
        real(*arguments)
        raise OperationalError("the answer did not arrive")

    task_id = committed()
    monkeypatch.setattr(execution, "_claim_once", claim_and_break)
    execution.execute(FakeTask(work=lambda: runs.append(1)), task_id)
    record = TaskRecord.objects.get(pk=task_id)
    assert (record.state, record.deliveries, runs) == (State.DONE, 1, [1])


def test_heart_beats_on_after_a_fault_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[str] = []

    def fault_then_end(_: object) -> None:
        beats.append("beat")
        raise RuntimeError("a fault that nobody thought of") if len(beats) == 1 else SystemExit

    monkeypatch.setattr(heartbeat, "beat_once", fault_then_end)
    monkeypatch.setattr(settings, "TASK_LEDGER", replace(settings.TASK_LEDGER, heartbeat_seconds=0))
    work = heartbeat._Work(let_go={uuid4(): ("host|1|1", timezone.now())})
    with pytest.raises(SystemExit):
        heartbeat._beat(work)
    assert len(beats) == 2


@database
def test_run_beyond_the_hard_limit_is_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[UUID] = []
    monkeypatch.setattr(heartbeat, "renew", lambda task_id, **_: renewed.append(task_id))
    task_id = committed()
    with heartbeat.beating(task_id, fence=1, owner=process.owner()):
        heartbeat.beat_once(heartbeat._work_of(os.getpid()))
    monkeypatch.setattr(settings, "CELERY_TASK_TIME_LIMIT", 0)
    with heartbeat.beating(task_id, fence=1, owner=process.owner()):
        heartbeat.beat_once(heartbeat._work_of(os.getpid()))
    assert renewed == [task_id]


@database
def test_reaper_takes_nothing_from_a_process_that_has_started_it_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task_id = committed()
    dead_owner = f"{process.this_host()}|999999|1"
    later = timezone.now() + timedelta(minutes=1)
    TaskRecord.objects.update(state=State.RUNNING, owner=dead_owner, lease_expires_at=later)

    def look_and_lose(owner: str) -> bool:
        TaskRecord.objects.update(owner=process.owner(), fence=2)  # another keeper and a worker were quicker
        return process.is_gone(owner)

    monkeypatch.setattr(reaper, "is_gone", look_and_lose)
    assert reaper.take_back() == 0
    assert TaskRecord.objects.get(pk=task_id).state == State.RUNNING


def test_dead_process_that_nobody_waited_for_is_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process.start_of(child.pid) == ""
    child.wait()


class Unreadable:
    """A message that breaks Celery when it is looked into."""

    def __init__(self) -> None:
        self.rejected = 0

    def reject_log_error(self, *_: Any) -> None:
        self.rejected += 1


@pytest.mark.parametrize("error", [KeyError("id"), ValueError("0 of 3"), TypeError("unhashable")])
def test_message_that_cannot_be_read_is_refused(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def handler(self: Any) -> Any:
        def handle(message: Any) -> None:
            raise error

        return handle

    monkeypatch.setattr(CeleryConsumer, "create_task_handler", handler)
    consumer = object.__new__(Consumer)
    consumer.connection_errors = ()
    message = Unreadable()
    consumer.create_task_handler()(message)
    assert message.rejected == 1


def test_workers_use_that_consumer() -> None:
    assert current_app.conf.worker_consumer == "apps.task_ledger.consumer:Consumer"
