"""One breaker for each service and process, and the one way of a provider call through it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.conf import settings

from apps.onboarding_api.services.circuit_breaker.breaker import CircuitBreaker
from apps.onboarding_api.services.circuit_breaker.link import get_link

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_lock = threading.Lock()
_breakers: dict[str, CircuitBreaker] = {}


def get_circuit_breaker(service: str) -> CircuitBreaker:
    """The breaker of `service`, a name of at most 40 lower-case letters, digits and _ (`ValueError` otherwise)."""
    found = _breakers.get(service)
    if found is not None:
        return found
    if not _NAME.fullmatch(service):
        raise ValueError(f"not a name of a service: {service!r}")
    with _lock:
        return _breakers.setdefault(
            service,
            CircuitBreaker(service=service, config=settings.CIRCUIT_BREAKERS.of(service), link=get_link()),
        )


def admits(service: str) -> float | None:
    """None where a call to `service` would go through now, else the seconds after which to ask again.

    Takes no permit: of several who are told None while the breaker is half open, one gets through.
    """
    return get_circuit_breaker(service).admits()


def services_shown() -> tuple[str, ...]:
    """The closed set that metrics and readiness name."""
    return settings.CIRCUIT_BREAKERS.services


def ask_provider(service: str, provider: Any, call: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """`call(*args, **kwargs)`, a method of `provider`, through the breaker of `service`.

    A provider that says `is_embedded` runs in this process: it cannot be down for the others, so it is asked directly.
    A model that it misses is a fault of this installation (`ProviderUnavailable`), retried and then dead.
    Raises `ServiceParked` where the breaker refuses, else what the provider raises. What was asked for a session is
    written down (`provider_calls`).
    """
    from apps.onboarding_api.services import provider_calls  # it has rows; a breaker alone needs no database

    deed = getattr(call, "__name__", "call")
    ask = partial(provider_calls.noted, service, provider, deed, partial(call, *args, **kwargs))
    if getattr(provider, "is_embedded", False):
        return ask()
    return get_circuit_breaker(service).call(ask)
