"""Many dead letters sent back: frozen, canaries first, stopped where the mend is none."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from apps.task_ledger.dead_letters import bulk, redrive
from apps.task_ledger.dead_letters.listing import Filter
from apps.task_ledger.models import BulkRedrive, TaskAction, TaskRecord
from apps.task_ledger.tests import dead

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


def make_dead(n: int, **kwargs: Any) -> list[UUID]:
    return [dead.dead_letter(number=number, **kwargs).pk for number in range(n)]


def run_queued() -> int:
    """Run what was sent back, as workers would."""
    queued = list(TaskRecord.objects.filter(state=State.QUEUED))
    for record in queued:
        dead.run(record)
    return len(queued)


def begin(wanted: Filter | None = None) -> BulkRedrive:
    return bulk.begin(wanted or Filter(), actor=None, rate_per_minute=1_000_000)


def drive(job: BulkRedrive, *, rounds: int = 50) -> list[int]:
    """Advance until it ends; how many were sent in each round that sent any."""
    sent = []
    for _ in range(rounds):
        BulkRedrive.objects.filter(pk=job.pk).update(sent_until=None)  # as if a second had passed
        if n := bulk.advance():
            sent.append(n)
        run_queued()
        job.refresh_from_db()
        if job.state != BulkRedrive.State.RUNNING:
            break
    return sent


def test_one_canary_then_ten_then_the_rest() -> None:
    make_dead(30)
    job = begin()
    assert drive(job)[:2] == [1, 10]
    assert job.state == BulkRedrive.State.DONE
    assert set(TaskRecord.objects.values_list("state", flat=True)) == {State.DONE}


def test_mend_that_is_none_costs_one_canary() -> None:
    make_dead(30, fails=True)
    job = begin()
    assert drive(job) == [1]
    assert (job.state, job.why_stopped) == (BulkRedrive.State.STOPPED, "1 of 1 failed again")
    assert TaskRecord.objects.filter(generation=1).count() == 1


def test_mend_that_helps_the_first_alone_stops_after_eleven() -> None:
    make_dead(30, fails=True)
    dead.dead_letter(number=99)  # died last, so it is the first canary
    job = begin()
    drive(job)
    assert job.state == BulkRedrive.State.STOPPED
    assert TaskRecord.objects.filter(generation=1).count() == 11


def test_next_step_waits_for_the_canary() -> None:
    make_dead(5)
    begin()
    assert [bulk.advance(), bulk.advance(), bulk.advance()] == [1, 0, 0]


def test_rate_holds_back_the_rest() -> None:
    make_dead(60)
    job = bulk.begin(Filter(), actor=None, rate_per_minute=60)
    for _ in range(3):
        bulk.advance()
        run_queued()
    sent = TaskRecord.objects.filter(generation=1).count()
    assert 11 <= sent <= 14
    assert bulk.counts_of(job)["pending"] == 60 - sent


def test_choice_is_frozen_when_it_begins() -> None:
    make_dead(3)
    job = begin()
    later = dead.dead_letter(number=50)
    drive(job)
    later.refresh_from_db()
    assert (job.total, later.state) == (3, State.DEAD)


def test_filter_chooses() -> None:
    make_dead(2, cause="one")
    make_dead(3, cause="two")
    job = begin(Filter(cause="two"))
    drive(job)
    assert TaskRecord.objects.filter(state=State.DEAD).count() == 2
    assert job.filters == {"cause": "two"}


def test_two_bulks_over_the_same_entries_send_each_once() -> None:
    make_dead(20)
    jobs = [begin(), begin()]
    for _ in range(30):
        bulk.advance()
        run_queued()
    assert set(TaskRecord.objects.values_list("generation", "state")) == {(1, State.DONE)}
    skipped = sum(bulk.counts_of(job)["skipped"] for job in jobs)
    assert skipped == 20


def test_two_keepers_at_once_send_each_once() -> None:
    make_dead(40)
    begin()
    together = threading.Barrier(2)

    def keep() -> None:
        for _ in range(12):
            together.wait(timeout=20)
            bulk.advance()
            together.wait(timeout=20)
        connection.close()

    threads = [threading.Thread(target=keep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(12):
        run_queued()
    for thread in threads:
        thread.join(timeout=60)
    assert not TaskRecord.objects.filter(generation__gt=1).exists()


def test_entry_that_somebody_else_sent_back_is_skipped() -> None:
    ids = make_dead(2)
    job = begin()
    redrive.redrive(ids[1])
    drive(job)
    assert bulk.counts_of(job) == {"pending": 0, "sent": 0, "succeeded": 1, "failed": 0, "skipped": 1}


def test_entry_that_does_not_fit_is_skipped_and_says_why() -> None:
    make_dead(1)
    dead.dead_letter(nonsense=1)
    job = begin()
    drive(job)
    assert job.state == BulkRedrive.State.DONE
    assert "unknown" in job.items.get(state="skipped").why


def test_closed_provider_holds_the_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    make_dead(3)
    job = begin()
    monkeypatch.setattr(dead.the_task(), "admitted_in", lambda: 30.0)
    assert drive(job, rounds=3) == []
    assert job.state == BulkRedrive.State.RUNNING
    monkeypatch.setattr(dead.the_task(), "admitted_in", lambda: 0.0)
    drive(job)
    assert job.state == BulkRedrive.State.DONE


def test_stopped_one_sends_no_more() -> None:
    make_dead(5)
    job = begin()
    bulk.advance()
    assert bulk.stop(job.pk, actor=None)
    assert not bulk.stop(job.pk, actor=None)
    run_queued()
    assert bulk.advance() == 0
    assert list(TaskAction.objects.values_list("operation", flat=True)) == ["bulk_stop", "bulk_redrive"]


def test_dry_run_counts_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_dead(2)
    dead.dead_letter(nonsense=1, cause="other")
    monkeypatch.setattr(dead.the_task(), "admitted_in", lambda: 12.0)
    seen = bulk.preview(Filter())
    assert (seen.total, seen.do_not_fit, seen.checked) == (3, 1, 3)
    assert seen.by_cause == {"c1": 2, "other": 1}
    assert seen.waits_for == {dead.NAME: 12.0}
    assert not BulkRedrive.objects.exists()
    assert not TaskAction.objects.exists()


def test_bulk_of_nothing_is_done() -> None:
    job = begin(Filter(since=timezone.now()))
    assert (job.total, job.state) == (0, BulkRedrive.State.DONE)


def test_business_that_breaks_skips_its_task_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(record: TaskRecord) -> None:
        if record.arguments()[1]["number"] == 0:
            raise LookupError("the session is gone")

    monkeypatch.setattr(dead.the_task(), "when_redriven", broken)
    make_dead(3)
    job = begin()
    drive(job)
    assert bulk.counts_of(job)["succeeded"] == 2
    assert job.items.get(state="skipped").why == "its business refused: LookupError"


def test_constraint_that_one_task_breaks_does_not_stop_the_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(record: TaskRecord) -> None:
        if record.arguments()[1]["number"] == 0:
            raise IntegrityError("taken")

    monkeypatch.setattr(dead.the_task(), "when_redriven", broken)
    make_dead(3)
    job = begin()
    drive(job)
    assert bulk.counts_of(job) == {"pending": 0, "sent": 0, "succeeded": 2, "failed": 0, "skipped": 1}


def test_what_somebody_else_sent_back_is_passed_over_at_once() -> None:
    ids = make_dead(25)
    job = begin()
    for task_id in ids[1:]:  # all but the oldest, which is the last
        redrive.redrive(task_id)
    assert bulk.advance() == 1
    assert bulk.counts_of(job) == {"pending": 0, "sent": 1, "succeeded": 0, "failed": 0, "skipped": 24}
