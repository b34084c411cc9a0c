"""Committing, publishing and taking back."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from apps.task_ledger import execution, process, publisher, pulse, reaper, relay, sealing
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from background_tasks.maintenance_tasks import ledger_pulse

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def test_task_of_a_rolled_back_transaction_does_not_exist() -> None:
    with transaction.atomic():
        enqueue("ledger_pulse")
        transaction.set_rollback(True)
    assert not TaskRecord.objects.exists()


def test_delay_writes_a_row_and_gives_its_id() -> None:
    receipt = ledger_pulse.delay()
    record = TaskRecord.objects.get(pk=UUID(receipt.id))
    assert (record.name, record.state, receipt.ready()) == ("ledger_pulse", State.QUEUED, False)


def test_countdown_becomes_the_due_time_of_the_row() -> None:
    record = TaskRecord.objects.get(pk=ledger_pulse.apply_async(countdown=90).task_id)
    assert record.due_at > timezone.now() + timedelta(seconds=80)
    assert record.published_at is None


def test_same_idempotency_key_commits_one_task() -> None:
    first = enqueue("ledger_pulse", idempotency_key="once")
    assert enqueue("ledger_pulse", idempotency_key="once").pk == first.pk
    assert TaskRecord.objects.count() == 1


def test_arguments_are_sealed_and_bound_to_their_row() -> None:
    record = enqueue("ledger_pulse", kwargs={"secret": "a-private-word"})
    assert b"a-private-word" not in bytes(record.sealed_payload)
    assert record.arguments() == ([], {"secret": "a-private-word"})
    record.id = uuid4()
    with pytest.raises(sealing.CannotOpen):
        record.arguments()


def test_old_key_still_opens_after_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    record = enqueue("ledger_pulse", kwargs={"word": "kept"})
    monkeypatch.setattr(settings, "SEALING_KEYS", (("new", b"n" * 32), *settings.SEALING_KEYS))
    assert record.arguments() == ([], {"word": "kept"})


def test_relay_publishes_what_the_fast_path_could_not() -> None:
    record = enqueue("ledger_pulse")
    TaskRecord.objects.update(published_at=None, due_at=timezone.now())
    assert relay.publish_due() == 1
    record.refresh_from_db()
    assert record.published_at is not None
    assert record.due_at > timezone.now()
    assert relay.publish_due() == 0


def test_relay_waits_twice_as_long_before_each_further_publication() -> None:
    enqueue("ledger_pulse")
    delays = []
    for _ in range(3):
        TaskRecord.objects.update(due_at=timezone.now())
        relay.publish_due()
        delays.append((TaskRecord.objects.get().due_at - timezone.now()).total_seconds())
    assert delays[0] < delays[1] < delays[2]


def test_task_that_no_code_knows_any_more_is_dead() -> None:
    enqueue("ledger_pulse")
    TaskRecord.objects.update(name="removed_long_ago", due_at=timezone.now())
    assert relay.publish_due() == 0
    record = TaskRecord.objects.get()
    assert record.error is not None
    assert (record.state, record.error["code"]) == (State.DEAD, "unknown_task")


def test_row_says_queued_before_its_message_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    enqueue("ledger_pulse")
    TaskRecord.objects.update(state=State.WAITING, due_at=timezone.now())
    elsewhere = connections["default"].copy()

    def look(record: TaskRecord) -> None:
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT state FROM task_ledger_taskrecord WHERE id = %s", [record.pk])
            seen.extend(row[0] for row in cursor.fetchall())

    monkeypatch.setattr(publisher, "publish", look)
    relay.publish_due()
    elsewhere.close()
    assert seen == ["queued"]


def test_waiting_task_is_queued_again_when_due() -> None:
    enqueue("ledger_pulse")
    TaskRecord.objects.update(state=State.WAITING, due_at=timezone.now(), attempt=1)
    assert relay.publish_due() == 1
    assert TaskRecord.objects.get().state == State.QUEUED


def test_expired_lease_is_taken_back() -> None:
    enqueue("ledger_pulse")
    TaskRecord.objects.update(
        state=State.RUNNING, deliveries=1, owner="elsewhere|1|1", lease_expires_at=timezone.now()
    )
    assert reaper.take_back() == 1
    assert TaskRecord.objects.get().state == State.QUEUED


def test_live_lease_of_another_host_is_left_alone() -> None:
    enqueue("ledger_pulse")
    later = timezone.now() + timedelta(minutes=1)
    TaskRecord.objects.update(
        state=State.RUNNING, deliveries=1, owner="elsewhere|1|1", lease_expires_at=later
    )
    assert reaper.take_back() == 0


def test_dead_process_of_this_host_is_found_before_its_lease_expires() -> None:
    gone = subprocess.Popen(["/bin/true"])
    owner = f"{process.this_host()}|{gone.pid}|{process.start_of(gone.pid) or '1'}"
    gone.wait()
    enqueue("ledger_pulse")
    later = timezone.now() + timedelta(minutes=5)
    TaskRecord.objects.update(state=State.RUNNING, deliveries=1, owner=owner, lease_expires_at=later)
    assert reaper.take_back() == 1


def test_living_process_of_this_host_keeps_its_task() -> None:
    enqueue("ledger_pulse")
    later = timezone.now() + timedelta(minutes=5)
    TaskRecord.objects.update(
        state=State.RUNNING, deliveries=1, owner=process.owner(), lease_expires_at=later
    )
    assert reaper.take_back() == 0


def test_living_process_of_this_host_keeps_its_task_beyond_the_lease() -> None:
    enqueue("ledger_pulse")
    late = timezone.now() - timedelta(seconds=30)
    TaskRecord.objects.update(state=State.RUNNING, deliveries=1, owner=process.owner(), lease_expires_at=late)
    assert reaper.take_back() == 0
    never_ended = timezone.now() - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 1)
    TaskRecord.objects.update(lease_expires_at=never_ended)
    assert reaper.take_back() == 1


def test_one_task_that_cannot_be_put_in_order_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(record: TaskRecord) -> None:
        raise ValueError("no")

    monkeypatch.setattr(ledger_pulse, "when_dead", refuse)
    for deliveries in (3, 1):
        record = enqueue("ledger_pulse")
        TaskRecord.objects.filter(pk=record.pk).update(
            state=State.RUNNING, deliveries=deliveries, owner="elsewhere|1|1", lease_expires_at=timezone.now()
        )
    assert reaper.take_back() == 2
    assert set(TaskRecord.objects.values_list("state", flat=True)) == {State.DEAD, State.QUEUED}


def test_worker_that_dies_at_every_start_makes_its_task_dead() -> None:
    enqueue("ledger_pulse")
    for _ in range(settings.TASK_LEDGER.max_deliveries):
        assert execution._claim(TaskRecord.objects.get().pk) is not None
        TaskRecord.objects.update(lease_expires_at=timezone.now(), owner="elsewhere|1|1")
        reaper.take_back()
    record = TaskRecord.objects.get()
    assert record.state == State.DEAD
    assert record.error is not None
    assert record.error["code"] == "poison"


def test_pulse_is_sent_once_per_interval_to_each_queue() -> None:
    pulse.send_due()
    pulse.send_due()
    queues = sorted(TaskRecord.objects.filter(name=pulse.TASK).values_list("queue", flat=True))
    assert queues == sorted(settings.TASK_QUEUES_EXPECTED)


def test_queue_counts_as_alive_only_when_it_executed() -> None:
    pulse.send_due()
    since = timezone.now() - timedelta(minutes=1)
    assert not pulse.felt("default", since=since)
    TaskRecord.objects.filter(queue="default").update(state=State.DONE, finished_at=timezone.now())
    assert pulse.felt("default", since=since)
