"""Tasks against services that fail: breakers, and what a refusal costs the task that met it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.onboarding.errors import ProviderTimeout, ServiceParked
from apps.onboarding_api.services.circuit_breaker import forget_on_close, get_circuit_breaker, on_close
from apps.onboarding_api.tests.breaker_world import Config, Service
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.parking import release
from apps.task_ledger.verdict import Park
from background_tasks.onboarding_base_task import OnboardingLLMTask


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
