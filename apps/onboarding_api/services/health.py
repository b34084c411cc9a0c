"""Readiness: the parts that a turn needs, each asked for a sign of life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from apps.onboarding.models import FlowVersion
from apps.onboarding_api.services.antivirus import scanning, self_test
from apps.onboarding_api.services.circuit_breaker import get_circuit_breaker, services_shown
from apps.onboarding_api.services.pii_integration import second_scan
from apps.task_ledger import pulse

PULSE_MAX_AGE = timedelta(seconds=60)
DEGRADED = "degraded"
_STARTED_AT = timezone.now()
"""Pulses from before this process prove nothing about the workers of now."""


def readiness() -> dict[str, str]:
    """Part -> "ok", "degraded (why)" where turns are still taken, or what is wrong with it."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "redis": _redis,
        "flow": _flow,
        "workers": _workers,
        "breakers": _breakers,
        "second_scan": _second_scan,
    }
    if scanning.is_on():
        checks["scanner"] = _scanner
    found = {}
    for name, check in checks.items():
        try:
            found[name] = check()
        except (Error, redis.RedisError) as error:
            found[name] = f"away ({type(error).__name__})"
    return found


def is_ready(parts: dict[str, str]) -> bool:
    return all(found == "ok" or found.startswith(DEGRADED) for found in parts.values())


def _database() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} migrations to run" if pending else "ok"


def _redis() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
    try:
        memory = client.info("memory")
    finally:
        client.close()
    evicts = memory.get("maxmemory") and memory.get("maxmemory_policy") != "noeviction"
    return f"{DEGRADED} (evicts keys: {memory.get('maxmemory_policy')})" if evicts else "ok"


def _flow() -> str:
    return (
        "ok" if FlowVersion.objects.filter(is_default=True).exists() else "no flow loaded (manage.py prepare)"
    )


def _workers() -> str:
    """Every queue has lately executed a task, sent through the whole chain by the keeper."""
    since = max(timezone.now() - PULSE_MAX_AGE, _STARTED_AT)
    silent = [queue for queue in settings.TASK_QUEUES_EXPECTED if not pulse.felt(queue, since=since)]
    return f"nothing executed lately on: {', '.join(silent)}" if silent else "ok"


def _scanner() -> str:
    """Finds the test file. Where it is optional, files are taken without it and scanned later."""
    said = self_test.look()
    return said if said == "ok" or settings.ANTIVIRUS.mode == "required" else f"{DEGRADED} ({said})"


def _second_scan() -> str:
    """Where a worker has no Presidio, turns go on; nothing that it redacts is given to a model outside."""
    away = second_scan.away()
    faults = ", ".join(sorted(set(away.values())))
    return f"{DEGRADED} (Presidio is away in {len(away)} workers: {faults})" if away else "ok"


def _breakers() -> str:
    """An open breaker stops nothing but its service: what needs it is parked and goes on by itself."""
    states = {service: get_circuit_breaker(service).get_status()["state"] for service in services_shown()}
    troubled = [
        f"{service} {state.replace('_', ' ')}" for service, state in states.items() if state != "closed"
    ]
    return f"{DEGRADED} ({', '.join(troubled)})" if troubled else "ok"
