"""Tasks against services that fail: breakers, and what a refusal costs the task that met it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.onboarding.errors import ProviderTimeout, ServiceParked
from apps.onboarding_api.services.circuit_breaker import forget_on_close, get_circuit_breaker, on_close
from apps.onboarding_api.services.conversation import processing
from apps.onboarding_api.tests.breaker_world import Config, Service
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.execution import execute
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.parking import release
from apps.task_ledger.verdict import Park
from background_tasks import onboarding_tasks
from background_tasks.dead_letter_queue import dlq_handler
from background_tasks.onboarding_base_task import OnboardingLLMTask
from background_tasks.onboarding_retry_strategies import get_retry_strategy


@pytest.fixture
def llm() -> Iterator[Service]:
    """A service with the figures of the language model and a name of its own."""
    config = get_circuit_breaker("llm").config
    one = Service(
        config=Config(config.failure_threshold, config.reset_timeout_seconds, config.success_threshold)
    )
    yield one
    one.forget()


class Step(OnboardingLLMTask):
    name = "a_step"


def test_circuit_breaker_opens_after_threshold(llm: Service) -> None:
    for _ in range(3):
        assert llm.breaker.get_status()["state"] == "closed"
        with pytest.raises(ProviderTimeout):
            llm.breaker.call(llm.time_out)
    status = llm.breaker.get_status()
    assert (status["state"], status["failures"], status["fail_max"]) == ("open", 3, 3)
    assert 119 < status["retry_in_seconds"] <= 120
    with pytest.raises(ServiceParked):
        llm.breaker.call(llm.answer)
    assert llm.calls == 3


def test_circuit_breaker_uses_fallback_when_open(llm: Service) -> None:
    llm.open()
    assert llm.breaker.call(llm.answer, fallback=lambda: "by the rules") == "by the rules"
    assert llm.calls == 3


@pytest.mark.parametrize("attempt", [0, 4, 99])
def test_refusal_parks_the_task_whatever_attempts_it_has_left(llm: Service, attempt: int) -> None:
    llm.open()
    with pytest.raises(ServiceParked) as refusal:
        llm.breaker.call(llm.answer)
    verdict = Step().decide_failure(refusal.value, attempt=attempt)
    assert isinstance(verdict, Park)
    assert (verdict.service, verdict.delay_seconds) == (llm.name, refusal.value.park_seconds)


def test_probe_that_fails_parks_its_task_as_well(llm: Service) -> None:
    llm.half_open()
    with pytest.raises(ServiceParked) as refusal:
        llm.breaker.call(llm.time_out)
    assert isinstance(Step().decide_failure(refusal.value, attempt=4), Park)


@pytest.mark.django_db
def test_parked_tasks_are_due_as_soon_as_the_breaker_closes(llm: Service) -> None:
    llm.half_open()
    parked = TaskRecord.objects.create(
        name="a_step", queue="default", sealed_payload=b"x", state=TaskRecord.State.PARKED,
        parked_on=llm.name, due_at=timezone.now() + timedelta(seconds=120),
    )  # fmt: skip
    on_close(release)
    try:
        llm.breaker.call(llm.answer)
        parked.refresh_from_db()
        assert parked.due_at > timezone.now() + timedelta(seconds=100)
        llm.breaker.call(llm.answer)
    finally:
        forget_on_close(release)
    parked.refresh_from_db()
    assert parked.due_at <= timezone.now() + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "ceilings"),
    [
        ("database", [1, 2, 4, 8, 16, 30, 30]),
        ("network", [3, 6, 12, 24, 48, 96, 192, 300]),
        ("llm", [5, 15, 45, 135, 405, 600]),
    ],
)
def test_exponential_backoff_retry(kind: str, ceilings: list[int]) -> None:
    strategy = get_retry_strategy(kind)
    for retry_count, ceiling in enumerate(ceilings):
        delays = [strategy.calculate_delay(retry_count) for _ in range(50)]
        assert ceiling / 2 <= min(delays) <= max(delays) <= ceiling
        assert len(set(delays)) > 1


@pytest.mark.django_db(transaction=True)
def test_retries_of_a_task_wait_longer_each_time_and_then_end() -> None:
    record = enqueue("process_conversation_step", kwargs={"conversation_id": str(uuid4())})
    step = onboarding_tasks.process_conversation_step
    waits = []
    for _ in range(step.max_retries):
        TaskRecord.objects.update(state=TaskRecord.State.QUEUED)
        with patch.object(processing, "process_step", side_effect=ProviderTimeout("slow")):
            execute(step, record.pk)
        record.refresh_from_db()
        assert record.state == TaskRecord.State.WAITING
        waits.append((record.due_at - timezone.now()).total_seconds())
    assert record.attempt == 4
    for wait, ceiling in zip(waits, [5, 15, 45, 135], strict=True):
        assert ceiling / 2 - 1 < wait <= ceiling
    TaskRecord.objects.update(state=TaskRecord.State.QUEUED)
    with patch.object(processing, "process_step", side_effect=ProviderTimeout("slow")):
        execute(step, record.pk)
    record.refresh_from_db()
    assert record.state == TaskRecord.State.DEAD


@pytest.mark.django_db(transaction=True)
def test_dlq_captures_failed_tasks() -> None:
    """A task that fails for good is in the queue, with its cause and history, and shows no value."""
    record = enqueue("process_conversation_step", kwargs={"conversation_id": "x", "user_input": "asha@x.com"})
    execute(onboarding_tasks.process_conversation_step, record.pk)
    [entry] = dlq_handler.list_dlq_tasks(limit=10, task_name_filter="process_conversation_step")
    assert (entry["task_id"], entry["state"], entry["retry_count"]) == (str(record.pk), "dead", 0)
    whole = dlq_handler.get_dlq_task(str(record.pk))
    assert whole is not None
    assert [attempt["outcome"] for attempt in whole["attempts"]] == ["dead"]
    assert whole["cause"]
    assert "asha" not in str(whole)


@pytest.mark.django_db(transaction=True)
def test_capture_by_hand_twice_at_once_is_one_entry() -> None:
    together, taken = threading.Barrier(4), []

    def capture() -> None:
        together.wait(timeout=20)
        taken.append(dlq_handler.send_to_dlq("job-7", "some_task", [1], {}, ValueError("no"), 2, "c1"))
        connection.close()

    threads = [threading.Thread(target=capture) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert taken == [True] * 4
    assert [entry["task_id"] for entry in dlq_handler.list_dlq_tasks(limit=10)] == ["job-7"]
