"""The public words of tasks, and the decision about a retry."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from apps.onboarding.errors import InvalidInput, ProviderUnavailable
from apps.task_ledger.verdict import Again, Dead, Park, Retry
from background_tasks import onboarding_retry_strategies as strategies
from background_tasks.onboarding_base_task import OnboardingLLMTask
from background_tasks.onboarding_tasks import process_conversation_step


@pytest.mark.parametrize(
    ("kind", "retries", "ceilings"),
    [
        ("database", 3, [1, 2, 4, 8, 16, 30, 30]),
        ("network", 5, [3, 6, 12, 24, 48, 96, 192, 300]),
        ("llm", 4, [5, 15, 45, 135, 405, 600, 600]),
    ],
)
def test_delays_grow_to_the_cap(kind: str, retries: int, ceilings: list[float]) -> None:
    strategy = strategies.get_retry_strategy(kind)
    assert strategy.max_retries == retries
    assert [strategy.ceiling(n) for n in range(len(ceilings))] == ceilings


def test_exponential_backoff_retry() -> None:
    strategy = strategies.get_retry_strategy("llm")
    delays = [strategy.calculate_delay(1) for _ in range(500)]
    assert min(delays) >= 7.5
    assert max(delays) <= 15
    assert max(delays) - min(delays) > 5, "jitter must spread retries"


def test_configuration_reaches_the_task() -> None:
    assert process_conversation_step.max_retries == 4
    assert strategies.network_task_config()["retry_backoff_max"] == 300


def task() -> OnboardingLLMTask:
    made = OnboardingLLMTask()
    made.name = "sample"
    return made


def test_transient_fault_is_retried_and_asked_delay_obeyed() -> None:
    verdict = task().decide_failure(ProviderUnavailable("busy", retry_after=400), attempt=0)
    assert isinstance(verdict, Retry)
    assert verdict.delay_seconds >= 400


def test_lost_connection_starts_again_within_its_attempt() -> None:
    verdict = task().decide_failure(OperationalError("gone"), attempt=0)
    assert isinstance(verdict, Again)
    assert verdict.else_delay_seconds is not None


def test_lost_connection_on_the_last_attempt_starts_again_or_is_dead() -> None:
    assert task().decide_failure(OperationalError("gone"), attempt=9) == Again(else_delay_seconds=None)


def test_last_attempt_is_dead() -> None:
    assert task().decide_failure(ProviderUnavailable("busy"), attempt=4) == Dead()


@pytest.mark.parametrize("error", [InvalidInput("no"), KeyError("bug"), ZeroDivisionError()])
def test_what_no_retry_can_mend_is_dead_at_once(error: Exception) -> None:
    assert task().decide_failure(error, attempt=0) == Dead()


def test_breaker_refusal_parks_and_spends_nothing() -> None:
    error = ProviderUnavailable("open")
    error.park_seconds = 30  # type: ignore[attr-defined]  # what a breaker's refusal carries
    assert task().decide_failure(error, attempt=4) == Park(delay_seconds=30)


def test_failure_is_described_without_personal_data() -> None:
    described = task().task_failure(ValueError("bad answer of jane.doe@example.com"))
    assert described["status"] == "failed"
    assert "jane" not in str(described)


def test_safe_execute_names_known_faults_and_raises_unknown_ones() -> None:
    def refuse() -> None:
        raise InvalidInput("no")

    def break_down() -> None:
        raise KeyError("bug")

    assert task().safe_execute(lambda: 5)["result"] == 5
    assert task().safe_execute(refuse)["error"]["code"] == "invalid_input"
    with pytest.raises(KeyError):
        task().safe_execute(break_down)
