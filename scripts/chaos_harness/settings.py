"""The local settings, with the harness's own tasks and with all delays shortened by settings alone."""

from dataclasses import dataclass, replace
from pathlib import Path

from intelliwiz_config.settings import env, local
from intelliwiz_config.settings.local import *  # noqa: F403 -- settings are layered so


@dataclass(frozen=True)
class ChaosSettings:
    folder: Path
    """Logs of producers and of the outside service, fuses of failpoints."""
    delay_scale: float
    """Every retry delay and every park is multiplied by it, after the product has decided it."""
    far: bool
    """Workers call themselves processes of another host: of those only the lease tells whether they live."""
    outside_url: str
    llm_url: str


CHAOS = ChaosSettings(
    folder=env.path("CHAOS_FOLDER", local.DATA_DIR),
    delay_scale=env.number("CHAOS_DELAY_SCALE", 0.1, low=0.0001),
    far=env.boolean("CHAOS_FAR", False),
    outside_url=env.text("CHAOS_OUTSIDE_URL"),
    llm_url=env.text("CHAOS_LLM_URL"),
)
CELERY_INCLUDE = [
    "scripts.chaos_harness.tasks",
    "scripts.chaos_harness.llm_task",
    "scripts.chaos_harness.policy_tasks",
]
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
TASK_QUEUES_EXPECTED: tuple[str, ...] = ("conversation", "default")  # type: ignore[no-redef]  # two of the three
# Producers are older code than the workers: their tasks are of payload version 1.
OLDER_CODE = env.boolean("CHAOS_OLDER_CODE", False)
TASK_PAYLOAD_VERSIONS = {} if OLDER_CODE else {"chaos_upcast": 2, "chaos_no_way": 2}

LLM_RESET_SECONDS = env.number("CHAOS_LLM_RESET_SECONDS", 2, low=0.01)
CIRCUIT_BREAKERS = replace(
    local.CIRCUIT_BREAKERS,
    by_service={
        **local.CIRCUIT_BREAKERS.by_service,
        "llm": replace(
            local.CIRCUIT_BREAKERS.by_service["llm"], reset_timeout_seconds=LLM_RESET_SECONDS, probe_seconds=2
        ),
    },
)
