"""A task that asks the language model through the product's breaker."""

from __future__ import annotations

import urllib.error
import urllib.request

from celery import shared_task

from apps.onboarding.errors import ProviderUnavailable
from apps.onboarding_api.services import circuit_breaker
from apps.task_ledger.verdict import Verdict
from background_tasks.onboarding_base_task import OnboardingLLMTask
from background_tasks.onboarding_retry_strategies import llm_api_task_config
from scripts.chaos_harness import effects
from scripts.chaos_harness.asked import chaos
from scripts.chaos_harness.scaling import scaled


class AskingTask(OnboardingLLMTask):
    """A park's seconds come from the breaker, whose reset time is scaled by settings already."""

    abstract = True
    services = ("llm",)

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        return scaled(super().decide_failure(error, attempt=attempt), parks=False)


@shared_task(base=AskingTask, name="chaos_llm", **llm_api_task_config())
def ask_model(key: str) -> None:
    circuit_breaker.get_circuit_breaker("llm").call(_ask)
    effects.write(key)


def _ask() -> None:
    try:
        with urllib.request.urlopen(chaos().llm_url, timeout=5):
            pass
    except (urllib.error.URLError, TimeoutError) as error:
        raise ProviderUnavailable("the language model does not answer", service="llm") from error
