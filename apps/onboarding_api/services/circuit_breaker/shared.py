"""The state that all processes share, by the scripts. Every method answers None where Redis is away."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from apps.onboarding_api.services.circuit_breaker import scripts
from apps.onboarding_api.services.circuit_breaker.link import Link
from apps.onboarding_api.services.circuit_breaker.states import Admission, Reply, Snapshot


class Shared:
    """`config` is a `BreakerSettings` (settings module `circuit_breaker`)."""

    def __init__(self, *, service: str, config: Any, link: Link) -> None:
        self._config = config
        self._link = link
        self._keys = tuple(f"breaker:{service}:{part}" for part in ("state", "permit", "transitions"))

    def admit(self, *, token: str) -> Reply | None:
        return self._run(scripts.ADMIT, token, max(1, round(self._config.probe_seconds * 1000)))

    def fail(self, admission: Admission, *, error_class: str) -> Reply | None:
        return self._run(scripts.FAIL, admission.token, self._config.failure_threshold, error_class)

    def succeed(self, admission: Admission) -> Reply | None:
        return self._run(scripts.SUCCEED, admission.token, self._config.success_threshold)

    def release(self, admission: Admission) -> Reply | None:
        return self._run(scripts.RELEASE, admission.token)

    def read(self) -> Reply | None:
        return self._run(scripts.READ)

    def transitions(self) -> Mapping[str, int] | None:
        """State -> how often it was changed to, since Redis last forgot."""
        found = self._link.counts(self._keys[2])
        return None if found is None else {state: int(n) for state, n in found.items()}

    def _run(self, script: str, *arguments: Any) -> Reply | None:
        reset_ms = math.ceil(self._config.reset_timeout_seconds * 1000)
        found = self._link.run(script, keys=self._keys, reset_ms=reset_ms, arguments=arguments)
        return None if found is None else _reply(found)


def _reply(found: Any) -> Reply:
    decision, change, state, failures, successes, wait_ms, opened_ms, permit_ms, last_error = found
    snapshot = Snapshot(
        state=state,
        failures=failures,
        successes=successes,
        wait_seconds=wait_ms / 1000,
        opened_at=opened_ms / 1000 if opened_ms and state != "closed" else None,
        probe_seconds=permit_ms / 1000,
        last_error_class=last_error,
    )
    return Reply(decision=decision, change=change or None, snapshot=snapshot)
