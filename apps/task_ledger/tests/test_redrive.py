"""Sending a dead letter back, editing it, putting it away: once, whoever asks how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from apps.task_ledger.dead_letters import redrive
from apps.task_ledger.dead_letters.errors import NotDead, RedriveRefused
from apps.task_ledger.models import TaskAction, TaskAttempt, TaskRecord
from apps.task_ledger.payloads import CannotBind
from apps.task_ledger.tests import dead

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def show(task: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"names": sorted(kwargs)}


def test_redriven_task_runs_again_with_its_arguments() -> None:
    record = dead.dead_letter(number=7)
    redrive.redrive(record.pk)
    assert dead.run(record).state == State.DONE
    assert (record.result, record.generation, record.error) == ({"number": 7}, 1, None)


def test_history_of_failed_runs_outlives_the_redrive() -> None:
    record = dead.dead_letter(fails=True)
    redrive.redrive(record.pk)
    dead.run(record)
    kept = TaskAttempt.objects.filter(task=record).order_by("pk").values_list("generation", "outcome")
    assert list(kept) == [(0, "dead"), (1, "dead")]


def test_second_click_finds_it_dead_no_more() -> None:
    record = dead.dead_letter()
    redrive.redrive(record.pk, generation=0)
    with pytest.raises(NotDead):
        redrive.redrive(record.pk, generation=0)
    assert TaskRecord.objects.get(pk=record.pk).generation == 1


def test_click_on_a_page_from_before_another_failure_does_nothing() -> None:
    record = dead.dead_letter(fails=True)
    redrive.redrive(record.pk)
    dead.run(record)
    with pytest.raises(NotDead):
        redrive.redrive(record.pk, generation=0)


def test_ten_admins_at_once_make_one_redrive() -> None:
    record = dead.dead_letter()
    together = threading.Barrier(10)
    ended: list[str] = []

    def click() -> None:
        together.wait(timeout=10)
        try:
            redrive.redrive(record.pk, generation=0)
            ended.append("sent")
        except NotDead:
            ended.append("not dead")
        finally:
            connection.close()

    _in_threads(click, 10)
    assert sorted(ended) == ["not dead"] * 9 + ["sent"]
    assert TaskAction.objects.count() == 1


def test_killed_before_the_commit_leaves_it_dead() -> None:
    record = dead.dead_letter()
    with transaction.atomic():
        redrive.redrive(record.pk)
        transaction.set_rollback(True)
    record.refresh_from_db()
    assert (record.state, record.generation, TaskAction.objects.count()) == (State.DEAD, 0, 0)


def test_expired_one_can_still_be_sent_back() -> None:
    record = dead.dead_letter(number=1)
    TaskRecord.objects.update(state=State.EXPIRED)
    redrive.redrive(record.pk)
    assert dead.run(record).state == State.DONE


@pytest.mark.parametrize("state", ["done", "queued", "discarded"])
def test_what_is_not_dead_is_not_sent_back(state: str) -> None:
    record = dead.dead_letter()
    TaskRecord.objects.update(state=state)
    with pytest.raises(NotDead):
        redrive.redrive(record.pk)


def test_unknown_id_is_not_dead() -> None:
    with pytest.raises(NotDead):
        redrive.redrive(uuid4())


def test_arguments_that_no_longer_fit_are_flagged() -> None:
    record = dead.dead_letter(no_such_argument=1)
    with pytest.raises(CannotBind, match="1 of them unknown"):
        redrive.redrive(record.pk)
    assert TaskRecord.objects.get(pk=record.pk).state == State.DEAD


def test_task_whose_code_is_gone_is_flagged() -> None:
    record = dead.dead_letter()
    TaskRecord.objects.update(name="removed_long_ago")
    with pytest.raises(CannotBind):
        redrive.redrive(record.pk)


def test_business_may_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(record: TaskRecord) -> None:
        raise RedriveRefused("the person has gone on")

    monkeypatch.setattr(dead.the_task(), "when_redriven", refuse)
    record = dead.dead_letter()
    with pytest.raises(RedriveRefused):
        redrive.redrive(record.pk)
    assert TaskRecord.objects.get(pk=record.pk).state == State.DEAD


def test_edited_task_runs_with_the_new_arguments_and_defaults() -> None:
    record = dead.dead_letter(number=1, fails=True, word="private")
    actor = User.objects.create(username="someone")
    redrive.edit_and_redrive(
        record.pk, changes={"fails": None, "number": 5}, actor=actor, reason="bad number", show=show
    )
    dead.ran.clear()
    assert dead.run(record).state == State.DONE
    assert dead.ran == [{"number": 5, "fails": False, "word": "private"}]


def test_edit_writes_who_did_what_without_values() -> None:
    record = dead.dead_letter(number=1, word="private")
    actor = User.objects.create(username="someone")
    redrive.edit_and_redrive(record.pk, changes={"word": "other"}, actor=actor, reason="typo", show=show)
    action = TaskAction.objects.get()
    assert (action.operation, action.actor, action.reason) == ("edit", actor, "typo")
    assert action.details["changed"] == ["word"]
    assert "private" not in str(action.details)
    assert "other" not in str(action.details["after"])


def test_edit_mends_arguments_that_no_longer_fit() -> None:
    record = dead.dead_letter(no_such_argument=1)
    redrive.edit_and_redrive(
        record.pk, changes={"no_such_argument": None, "number": 3}, actor=None, reason="", show=show
    )
    assert dead.run(record).result == {"number": 3}


def test_edit_that_does_not_fit_changes_nothing() -> None:
    record = dead.dead_letter(number=1)
    sealed = bytes(record.sealed_payload)
    with pytest.raises(CannotBind):
        redrive.edit_and_redrive(record.pk, changes={"nonsense": 1}, actor=None, reason="", show=show)
    record.refresh_from_db()
    assert (record.state, bytes(record.sealed_payload)) == (State.DEAD, sealed)


def test_discarded_one_is_final_and_accounted_for() -> None:
    record = dead.dead_letter()
    redrive.discard(record.pk, actor=None, reason="not wanted")
    record.refresh_from_db()
    assert record.state == State.DISCARDED
    with pytest.raises(NotDead):
        redrive.redrive(record.pk)
    assert TaskAction.objects.get().operation == "discard"


def test_record_of_a_deed_cannot_be_changed() -> None:
    redrive.discard(dead.dead_letter().pk, actor=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        TaskAction.objects.update(reason="something else")


def _in_threads(work: Callable[[], None], n: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
