"""Circuit breakers: when a service counts as down, how long it is left alone, what proves it well again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from intelliwiz_config.settings import env
from intelliwiz_config.settings.llm import LLM
from intelliwiz_config.settings.speech import SPEECH
from intelliwiz_config.settings.vision import VISION

_PROBE_MARGIN_SECONDS = 5
"""A probe may take the provider's whole timeout; its permit outlives that, so that no second one starts beside it."""


@dataclass(frozen=True)
class BreakerSettings:
    """One breaker. `probe_seconds`: how long one probe may keep the others out; after that it counts as lost."""

    failure_threshold: int
    reset_timeout_seconds: float
    success_threshold: int
    probe_seconds: float


@dataclass(frozen=True)
class CircuitBreakers:
    """`by_service` holds the services that have figures of their own; `default` is for any other. `services` are those
    that metrics and readiness show."""

    by_service: Mapping[str, BreakerSettings]
    default: BreakerSettings
    services: tuple[str, ...]
    redis_pause_seconds: float
    """After a failed command Redis is left alone for so long; each process decides for itself meanwhile."""

    def of(self, service: str) -> BreakerSettings:
        return self.by_service.get(service, self.default)


_DEFAULT = BreakerSettings(
    failure_threshold=env.integer("BREAKER_DEFAULT_FAILURES", 5, low=1, high=10_000),
    reset_timeout_seconds=env.number("BREAKER_DEFAULT_RESET_SECONDS", 60, low=0.1, high=86_400),
    success_threshold=env.integer("BREAKER_DEFAULT_SUCCESSES", 2, low=1, high=1_000),
    probe_seconds=env.number("BREAKER_PROBE_SECONDS", 30, low=0.1, high=3_600),
)


def _probing(timeout_seconds: float) -> float:
    return max(_DEFAULT.probe_seconds, timeout_seconds + _PROBE_MARGIN_SECONDS)


def _named(services: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"[a-z][a-z0-9_]{0,39}", service) for service in services):
        env.problems.append(
            "BREAKER_SERVICES must be names of lower-case letters, digits and _, at most 40 long"
        )
    return services


CIRCUIT_BREAKERS = CircuitBreakers(
    by_service={
        "llm": BreakerSettings(
            failure_threshold=env.integer("BREAKER_LLM_FAILURES", 3, low=1, high=10_000),
            reset_timeout_seconds=env.number("BREAKER_LLM_RESET_SECONDS", 120, low=0.1, high=86_400),
            success_threshold=env.integer("BREAKER_LLM_SUCCESSES", 2, low=1, high=1_000),
            probe_seconds=_probing(LLM.timeout_seconds),
        ),
        "speech": BreakerSettings(
            failure_threshold=env.integer("BREAKER_SPEECH_FAILURES", 5, low=1, high=10_000),
            reset_timeout_seconds=env.number("BREAKER_SPEECH_RESET_SECONDS", 60, low=0.1, high=86_400),
            success_threshold=env.integer("BREAKER_SPEECH_SUCCESSES", 3, low=1, high=1_000),
            probe_seconds=_probing(SPEECH.timeout_seconds),
        ),
        "vision": BreakerSettings(
            failure_threshold=env.integer("BREAKER_VISION_FAILURES", 5, low=1, high=10_000),
            reset_timeout_seconds=env.number("BREAKER_VISION_RESET_SECONDS", 60, low=0.1, high=86_400),
            success_threshold=env.integer("BREAKER_VISION_SUCCESSES", 3, low=1, high=1_000),
            probe_seconds=_probing(VISION.timeout_seconds),
        ),
    },
    default=_DEFAULT,
    services=tuple(dict.fromkeys(("llm", "speech", "vision", *_named(env.words("BREAKER_SERVICES"))))),
    redis_pause_seconds=1.0,
)
