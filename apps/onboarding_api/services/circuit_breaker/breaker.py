"""One breaker: asks whether a call may be made, makes it without holding anything, tells what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict, TypeVar

from pybreaker import CircuitBreakerError

from apps.onboarding.errors import DomainError, ServiceParked
from apps.onboarding_api.services.circuit_breaker.alone import Alone
from apps.onboarding_api.services.circuit_breaker.announcing import announce
from apps.onboarding_api.services.circuit_breaker.failures import class_of, says_down
from apps.onboarding_api.services.circuit_breaker.link import Link
from apps.onboarding_api.services.circuit_breaker.shared import Shared
from apps.onboarding_api.services.circuit_breaker.states import Admission, Reply, Snapshot, State

T = TypeVar("T")


class BreakerStatus(TypedDict):
    """JSON-ready. `opened_at` in ISO 8601, UTC, None while closed; `retry_in_seconds` until a probe may be made;
    `shared`: whether Redis said so, or this process decides alone; `last_error_class` of the last counted failure."""

    service: str
    state: State
    failures: int
    fail_max: int
    reset_timeout: float
    successes: int
    opened_at: str | None
    retry_in_seconds: float
    shared: bool
    last_error_class: str


class CircuitBreaker:
    """Closed: calls go through, `failure_threshold` failures in a row open it. Open: calls are refused for
    `reset_timeout_seconds`. Half open: one call at a time, of all processes together, goes through as a probe;
    `success_threshold` successes close it, a failure opens it anew.

    `config` is a `BreakerSettings` of the settings. A closed breaker costs one round trip to Redis for a call that
    succeeds; a failure, and the first success after one, cost a second.
    """

    def __init__(self, *, service: str, config: Any, link: Link) -> None:
        self.service = service
        self.config = config
        self._shared = Shared(service=service, config=config, link=link)
        self._alone = Alone(service=service, config=config)

    def call(
        self,
        func: Callable[..., T],
        *args: Any,
        fallback: Callable[[], T] | None = None,
        **kwargs: Any,
    ) -> T:
        """`func(*args, **kwargs)`, where it is admitted.

        Refused, or a probe that failed: `fallback()` where one is given, else `ServiceParked`; neither counts as the
        caller's own failure. A failure while the breaker is closed is raised as it came, so that retries deal with it.
        """
        token = secrets.token_hex(8)
        asked = self._settle(self._shared.admit(token=token), lambda: self._alone.admit(token=token))
        if asked.decision == "refused":
            if fallback is not None:
                return fallback()
            raise self._parked(asked.snapshot) from CircuitBreakerError(
                f"{self.service} is {asked.snapshot.state}"
            )
        is_probe = asked.decision == "probe"
        admission = Admission(token=token if is_probe else "", failures=asked.snapshot.failures)
        try:
            result = func(*args, **kwargs)
        except BaseException as error:
            snapshot = self._note(error, admission)
            if snapshot is None or not is_probe:
                raise
            if fallback is None:
                raise self._parked(snapshot, error) from error
        else:
            self._note_success(admission)
            return result
        return fallback()

    def get_status(self) -> BreakerStatus:
        """The breaker as it stands; changes nothing."""
        found, is_shared = self._read()
        return BreakerStatus(
            service=self.service,
            state=found.state,
            failures=found.failures,
            fail_max=self.config.failure_threshold,
            reset_timeout=self.config.reset_timeout_seconds,
            successes=found.successes,
            opened_at=datetime.fromtimestamp(found.opened_at, UTC).isoformat() if found.opened_at else None,
            retry_in_seconds=round(found.wait_seconds or found.probe_seconds, 3),
            shared=is_shared,
            last_error_class=found.last_error_class,
        )

    def admits(self) -> float | None:
        """None where a call made now would go through, else the seconds after which to ask again. Takes no permit."""
        found, _ = self._read()
        return None if found.admits else self._park_seconds(found)

    def transitions(self) -> Mapping[str, int] | None:
        """State -> how often it was changed to by all processes, since Redis last forgot; None where it is away."""
        return self._shared.transitions()

    def _note(self, error: BaseException, admission: Admission) -> Snapshot | None:
        """Count the error; None where it says nothing about the service."""
        if says_down(error):
            name = class_of(error)
            shared = self._shared.fail(admission, error_class=name)
            return self._settle(shared, lambda: self._alone.fail(admission, error_class=name)).snapshot
        if admission.is_probe:
            self._settle(self._shared.release(admission), lambda: self._alone.release(admission))
        return None

    def _note_success(self, admission: Admission) -> None:
        if admission.is_probe or admission.failures:
            self._settle(self._shared.succeed(admission), lambda: self._alone.succeed(admission))

    def _settle(self, shared: Reply | None, alone: Callable[[], Reply]) -> Reply:
        """What Redis said, or where it said nothing what this process decides; a change is announced."""
        reply = alone() if shared is None else shared
        if shared is not None:
            self._alone.mirror(shared.snapshot)
        if reply.change:
            announce(
                self.service,
                change=reply.change,
                snapshot=reply.snapshot,
                config=self.config,
                is_shared=shared is not None,
            )
        return reply

    def _read(self) -> tuple[Snapshot, bool]:
        shared = self._shared.read()
        return self._settle(shared, self._alone.read).snapshot, shared is not None

    def _parked(self, snapshot: Snapshot, error: BaseException | None = None) -> ServiceParked:
        asked_for = error.extra.get("retry_after") if isinstance(error, DomainError) else None
        seconds = max(self._park_seconds(snapshot), float(asked_for or 0))
        return ServiceParked(service=self.service, park_seconds=seconds)

    def _park_seconds(self, snapshot: Snapshot) -> float:
        return snapshot.park_seconds(reset_timeout_seconds=self.config.reset_timeout_seconds)
