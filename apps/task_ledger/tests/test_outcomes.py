"""What becomes of a run that failed, and what is remembered of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.task_ledger import execution, heartbeat, relay
from apps.task_ledger.dead_letters import index, listing, upkeep
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskAttempt, TaskRecord
from apps.task_ledger.tests import dead
from apps.task_ledger.tests.fakes import FakeTask
from apps.task_ledger.verdict import Again, Park, Retry, Verdict

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def failing(verdict: Verdict) -> FakeTask:
    def work() -> None:
        raise ValueError("no")

    return FakeTask(work=work, verdict=verdict)


def run(verdict: Verdict, record: TaskRecord) -> TaskRecord:
    execution.execute(failing(verdict), record.pk)
    record.refresh_from_db()
    return record


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [(Retry(5), "retried"), (Park(5), "parked"), (Again(None), "retried")],
)
def test_every_failed_run_leaves_a_row_of_history(verdict: Verdict, outcome: str) -> None:
    record = run(verdict, enqueue("ledger_pulse"))
    kept = TaskAttempt.objects.get(task=record)
    assert (kept.outcome, kept.fence, kept.error["code"]) == (outcome, 1, "fake")
    assert kept.started_at is not None


def test_lost_connection_starts_again_at_once_and_spends_no_attempt() -> None:
    record = run(Again(else_delay_seconds=9), enqueue("ledger_pulse"))
    assert (record.state, record.attempt, record.deliveries) == (State.QUEUED, 0, 1)
    assert record.due_at <= timezone.now()


def test_connection_lost_at_every_start_becomes_a_retry() -> None:
    record = enqueue("ledger_pulse")
    for _ in range(settings.TASK_LEDGER.max_deliveries):
        run(Again(else_delay_seconds=9), record)
    assert (record.state, record.attempt, record.deliveries) == (State.WAITING, 1, 0)


def test_connection_lost_at_every_start_of_the_last_attempt_is_dead() -> None:
    record = enqueue("ledger_pulse")
    for _ in range(settings.TASK_LEDGER.max_deliveries):
        run(Again(else_delay_seconds=None), record)
    assert record.state == State.DEAD


def test_parked_task_names_its_service_until_it_is_queued_again() -> None:
    record = run(Park(0, service="llm"), enqueue("ledger_pulse"))
    assert (record.state, record.parked_on) == (State.PARKED, "llm")
    relay.publish_due()
    record.refresh_from_db()
    assert (record.state, record.parked_on) == (State.QUEUED, "")


def test_task_is_expired_at_its_deadline_and_not_started() -> None:
    record = enqueue(dead.NAME, deadline_at=timezone.now())
    dead.ran.clear()
    dead.run(record)
    assert (record.state, record.cause, dead.ran) == (State.EXPIRED, "deadline_passed"[:16], [])


def test_retry_beyond_the_deadline_expires_at_it() -> None:
    deadline = timezone.now() + timedelta(seconds=30)
    record = run(Retry(3600), enqueue("ledger_pulse", deadline_at=deadline))
    assert record.due_at == deadline
    TaskRecord.objects.update(deadline_at=timezone.now(), due_at=timezone.now())
    relay.publish_due()
    record.refresh_from_db()
    assert record.error is not None
    assert record.state == State.EXPIRED
    assert "the last failure was fake" in record.error["message"]


def test_tasks_get_the_deadline_of_their_name() -> None:
    assert enqueue("ledger_pulse").deadline_at is None
    deadline = enqueue(dead.NAME).deadline_at
    assert deadline is not None
    assert deadline > timezone.now() + timedelta(hours=settings.TASK_LEDGER.deadline_hours - 1)


def test_dead_letter_is_in_the_index_until_it_is_sent_back() -> None:
    index.reconcile()
    record = dead.dead_letter()
    assert index.newest(10) == [record.pk]
    index.remove([record.pk])
    assert index.newest(10) == []


def test_index_that_redis_forgot_is_made_anew() -> None:
    index.reconcile()
    records = [dead.dead_letter() for _ in range(3)]
    index._client().delete(index.KEY)
    assert index.reconcile() == 3
    assert set(index.newest(10)) == {record.pk for record in records}
    assert index.reconcile() == 0


def test_index_keeps_the_newest_and_the_table_keeps_all(monkeypatch: pytest.MonkeyPatch) -> None:
    index.reconcile()
    small = settings.DEAD_LETTERS.__class__(index_size=2, retention_days=7, redrives_per_minute=600)
    monkeypatch.setattr(settings, "DEAD_LETTERS", small)
    records = [dead.dead_letter() for _ in range(5)]
    assert index.newest(10) == [records[4].pk, records[3].pk]
    assert listing.totals().dead == 5
    assert index.reconcile() == 0


@pytest.mark.parametrize("call", [index.size, lambda: index.put(dead.dead_letter())])
def test_index_away_is_no_fault(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    index._client.cache_clear()
    try:
        assert call() is None
    finally:
        index._client.cache_clear()


def test_dead_letter_that_nobody_mends_expires_and_stays() -> None:
    record = dead.dead_letter()
    TaskRecord.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert upkeep.expire() == 1
    record.refresh_from_db()
    assert record.state == State.EXPIRED
    assert listing.find().count() == 1


def test_same_fault_is_one_cause_with_first_and_last_seen() -> None:
    records = [dead.dead_letter(cause="one") for _ in range(3)] + [dead.dead_letter(cause="two")]
    groups = listing.group_by_cause()
    assert [(group.cause, group.count) for group in groups] == [("one", 3), ("two", 1)]
    assert (groups[0].first_seen, groups[0].last_seen) == (records[0].finished_at, records[2].finished_at)
    assert groups[0].message == "no"


def test_exception_class_is_found_whole_or_by_its_last_part() -> None:
    dead.dead_letter()
    for name in ("builtins.ValueError", "ValueError"):
        assert listing.find(listing.Filter(error_class=name)).count() == 1
    assert listing.find(listing.Filter(error_class="KeyError")).count() == 0


def test_part_of_a_last_part_finds_nothing() -> None:
    """Whoever clears `ValueError` does not mean `OddValueError`, let alone every `Error`."""
    dead.dead_letter()
    TaskRecord.objects.update(error_class="shop.OddValueError")
    found = {name: listing.find(listing.Filter(error_class=name)).count() for name in ("ValueError", "Error")}
    assert found == {"ValueError": 0, "Error": 0}
    assert listing.find(listing.Filter(error_class="OddValueError")).count() == 1


@pytest.mark.parametrize("seconds", [1e12, float("inf"), float("nan"), -5.0])
def test_provider_that_asks_for_nonsense_is_asked_again_within_a_week(seconds: float) -> None:
    record = run(Retry(seconds), enqueue("ledger_pulse"))
    assert record.state == State.WAITING
    assert record.due_at < timezone.now() + timedelta(days=8)


def test_task_that_cannot_judge_its_failure_is_dead_and_says_so() -> None:
    class Clumsy(FakeTask):
        def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
            raise LookupError("no such strategy")

    record = enqueue("ledger_pulse")
    execution.execute(Clumsy(work=failing(Retry(1)).work), record.pk)
    record.refresh_from_db()
    assert record.error is not None
    assert (record.state, record.error["class"]) == (State.DEAD, "builtins.ValueError")
    assert "LookupError" in record.error["message"]


def test_refusals_that_repeat_are_remembered_once() -> None:
    record = enqueue("ledger_pulse")
    for _ in range(4):
        TaskRecord.objects.update(state=State.QUEUED)
        run(Park(1, service="llm"), record)
    assert TaskAttempt.objects.filter(task=record).count() == 1


def test_start_that_a_living_process_gave_back_does_not_count() -> None:
    record = enqueue("ledger_pulse")
    claimed = execution._claim(record.pk)
    assert claimed is not None
    assert claimed.last_started_at is not None
    heartbeat._give_back(record.pk, claimed.owner, claimed.last_started_at)
    record.refresh_from_db()
    assert (record.state, record.deliveries) == (State.QUEUED, 0)


def test_due_retry_goes_before_what_only_waits_in_its_queue() -> None:
    for _ in range(6):
        enqueue("ledger_pulse")
    retry = enqueue("ledger_pulse")
    TaskRecord.objects.update(due_at=timezone.now() - timedelta(seconds=60))
    TaskRecord.objects.filter(pk=retry.pk).update(state=State.WAITING, due_at=timezone.now())
    assert [record.pk for record in relay._take_due(1)] == [retry.pk]


def test_backlog_is_published_batch_after_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(7):
        enqueue("ledger_pulse")
    TaskRecord.objects.update(published_at=None, due_at=timezone.now())
    monkeypatch.setattr(relay, "_BATCH", 3)
    monkeypatch.setattr(relay.publish_due, "__kwdefaults__", {"limit": 3})
    assert relay.publish_all_due() == 7


def test_one_key_committed_at_once_is_one_task() -> None:
    together, found = threading.Barrier(6), []

    def commit() -> None:
        together.wait(timeout=20)
        with transaction.atomic():
            found.append(enqueue("ledger_pulse", idempotency_key="once").pk)
        connection.close()

    threads = [threading.Thread(target=commit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(found) == 6
    assert len(set(found)) == 1
