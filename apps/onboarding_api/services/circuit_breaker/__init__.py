"""Circuit breakers of outside services, on pybreaker, their state shared by all processes through Redis.

`get_circuit_breaker("llm").call(func, fallback=...)`. A refusal parks the task that asked, and spends no attempt.
"""

from apps.onboarding_api.services.circuit_breaker.announcing import forget_on_close, on_close
from apps.onboarding_api.services.circuit_breaker.breaker import BreakerStatus, CircuitBreaker
from apps.onboarding_api.services.circuit_breaker.registry import (
    admits,
    ask_provider,
    get_circuit_breaker,
    services_shown,
)

__all__ = [
    "BreakerStatus",
    "CircuitBreaker",
    "admits",
    "ask_provider",
    "forget_on_close",
    "get_circuit_breaker",
    "on_close",
    "services_shown",
]
