"""What the chaos harness found once, and must not come back."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest
from billiard import common
from celery import current_app
from celery.worker.consumer import Consumer as CeleryConsumer
from django.conf import settings

from apps.task_ledger import execution, process, publisher, relay
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
