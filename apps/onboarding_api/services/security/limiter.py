"""The rate limiter: all limits of a request decided together, in one round trip, on the clock of Redis.

Without Redis: critical routes are refused (`fail_closed`), all others get a small quota that the processes of the host
share (`fallback`), and what was admitted so is counted in Redis when it is back.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from apps.onboarding_api.services.security import decisions, scripts, telling
from apps.onboarding_api.services.security.breaker import CacheBreaker
from apps.onboarding_api.services.security.decisions import Decision, Limit, LimitState, RequestFacts
from apps.onboarding_api.services.security.host_table import Busy, HostTable, Kind, boot_clock
from apps.onboarding_api.services.security.identity import Names
from apps.onboarding_api.services.security.journal import Admission, Journal
from apps.onboarding_api.services.security.keeper import Keeper
from apps.onboarding_api.services.security.link import CacheAway, Link
from apps.onboarding_api.services.security.matching import Policies, Rule, routes

logger = logging.getLogger("security")

COUNTS = "limit-decisions"
"""The hash in Redis that counts decisions: `allowed`, `refused:<policy>`."""

_PROBED = "limit-probe"
_MICROSECONDS = 1_000_000
_BACKGROUND_SECONDS = 1.0
_SHARED_GRAIN = 1_000
_EVERYBODY = "everybody"


class RateLimiter:
    """One for each process. `config` is a `RateLimiting` (settings module `security.rate_limiting`).

    `check` may be called from any thread, blocks for at most the timeout of the settings, and never raises for what
    Redis does. `clock` is for the breaker, `host_clock` for the fallback; limits in Redis go by the clock of Redis
    alone.
    """

    def __init__(
        self,
        *,
        config: Any,
        url: str,
        secret: str,
        link: Link | None = None,
        clock: Callable[[], float] = time.monotonic,
        host_clock: Callable[[], float] = boot_clock,
    ) -> None:
        self.config = config
        self._names = Names(secret)
        self._policies = Policies(
            config.policies, names=self._names, unknown_length_bytes=config.unknown_length_bytes
        )
        self._critical = routes(config.critical)
        self._link = link or Link(url, timeout_seconds=config.redis_timeout_seconds)
        self.breaker = CacheBreaker(
            threshold=config.circuit_breaker_threshold, reset_seconds=config.reset_seconds, clock=clock
        )
        self.table = HostTable(
            config.state_folder,
            quota=config.fallback_quota,
            window_seconds=config.fallback_window_seconds,
            clock=host_clock,
        )
        self.journal = Journal(config.state_folder, clock=host_clock)
        self._host_clock = host_clock
        self._keeper = Keeper(self.look, seconds=config.probe_seconds)
        if not self.journal.is_empty():
            self._keeper.wake()  # left by processes that ended before Redis was back

    def rules(self, *, method: str, path: str, content_type: str = "") -> tuple[Rule, ...]:
        """The policies on this route; none: the request is not limited, whoever makes it."""
        return self._policies.rules(method=method, path=path, content_type=content_type)

    def is_critical(self, *, method: str, path: str, content_type: str = "") -> bool:
        return any(route.match(method, path, content_type) is not None for route in self._critical)

    def check(self, facts: RequestFacts, *, rules: Sequence[Rule] | None = None) -> Decision:
        """Decide about a request and count it where it is allowed. `rules`, where they are known already."""
        if rules is None:
            rules = self.rules(method=facts.method, path=facts.path, content_type=facts.content_type)
        limits = self._policies.limits(rules, facts)
        critical = self.is_critical(method=facts.method, path=facts.path, content_type=facts.content_type)
        return self.decide(limits, user=facts.user, ip=facts.ip, critical=critical)

    def decide(
        self, limits: Sequence[Limit], *, user: str | None, ip: str | None, critical: bool = False
    ) -> Decision:
        """All of `limits` or none of them. `user` or else `ip` is who the fallback counts."""
        if not limits:
            return decisions.UNLIMITED
        request_id = os.urandom(8)
        decision = self._exact(limits, request_id)
        if decision is None:
            decision = self._fail_closed() if critical else self._fall_back(limits, request_id, user, ip)
            self._keeper.wake()
        if not decision.is_plain:
            telling.tell(decision, limits=limits, who=self._who(user, ip), critical=critical)
        return decision

    def key(self, policy: str, **partition: str) -> str:
        """The name of the log of a limit, for callers that make their `Limit`s themselves."""
        return self._policies.key(policy, partition.keys(), partition.values())

    def counts(self) -> dict[str, int] | None:
        """Exact decisions by outcome, of all processes; None while Redis is away."""
        if self.breaker.state != "closed":
            return None
        try:
            return self._link.hash(COUNTS)
        except CacheAway:
            return None

    def look(self) -> bool:
        """One look for Redis, and counting back when it is there. Whether there is more to do.

        `CacheAway` where Redis is away. Called by the keeper; in tests, by hand.
        """
        if self.breaker.state != "closed" or self.breaker.failures:
            self._link.run(scripts.PROBE, keys=[_PROBED], arguments=[])
            self._came_back()
        n = self.journal.drain(self._count_back)
        if n:
            logger.info("rate limiter: %d admissions made without Redis were counted back", n)
        return self.breaker.state != "closed"

    def close(self) -> None:
        self._keeper.stop()
        self._link.close()

    def _exact(self, limits: Sequence[Limit], request_id: bytes) -> Decision | None:
        """None where Redis is not asked, or does not answer."""
        if not self.breaker.admits():
            return None
        arguments: list[Any] = [request_id]
        for one in limits:
            arguments += (one.quota, one.window_seconds * _MICROSECONDS, _grain(one), one.cost, one.policy)
        try:
            found = self._link.run(
                scripts.DECIDE, keys=[*(one.key for one in limits), COUNTS], arguments=arguments
            )
        except CacheAway as error:
            if self.breaker.failed():
                logger.error("rate limiter: Redis is away (%s), the fallback decides", error)
            return None
        if self.breaker.failures:
            self._came_back()
        states = tuple(_state(one, found[2 + 3 * at : 5 + 3 * at]) for at, one in enumerate(limits))
        return decisions.of_states(states, allowed=bool(found[0]), mode="redis", decided_at=found[1])

    def _fall_back(
        self, limits: Sequence[Limit], request_id: bytes, user: str | None, ip: str | None
    ) -> Decision:
        kind: Kind = "user" if user else "address"
        try:
            taken = self.table.take(kind=kind, identity=self._names.digest([kind, user or ip or _EVERYBODY]))
        except Busy:
            logger.warning("rate limiter: the host's table is busy")
            return self._fallback_decision(allowed=False, remaining=0, seconds=1.0)
        self.table.count("fallback:allowed" if taken.allowed else "fallback:refused")
        if taken.allowed:
            self.journal.add(request_id, limits)
        return self._fallback_decision(
            allowed=taken.allowed, remaining=taken.remaining, seconds=taken.wait_seconds
        )

    def _fallback_decision(self, *, allowed: bool, remaining: int, seconds: float) -> Decision:
        state = LimitState(
            policy="fallback",
            quota=self.config.fallback_quota,
            window_seconds=self.config.fallback_window_seconds,
            remaining=remaining,
            reset_seconds=seconds,
            violated=not allowed,
        )
        return decisions.of_states((state,), allowed=allowed, mode="fallback")

    def _fail_closed(self) -> Decision:
        self.table.count("fail_closed:refused")
        seconds = decisions.whole_seconds(self.config.probe_seconds + self.config.redis_timeout_seconds)
        return Decision(allowed=False, mode="fail_closed", retry_after=seconds)

    def _came_back(self) -> None:
        if self.breaker.succeeded():
            logger.info("rate limiter: Redis is back, limits are exact again")
        self._keeper.wake()  # what was admitted meanwhile is to be counted

    def _count_back(self, admissions: Sequence[Admission]) -> None:
        for one in admissions:
            age = max(0.0, self._host_clock() - one.at)
            due = [limit for limit in one.limits if age < limit.window_seconds and limit.cost > 0]
            if not due:
                continue
            arguments: list[Any] = [one.request_id, math.floor(age * _MICROSECONDS)]
            for limit in due:
                arguments += (limit.window_seconds * _MICROSECONDS, _grain(limit), limit.cost)
            self._link.run(
                scripts.COUNT_BACK,
                keys=[limit.key for limit in due],
                arguments=arguments,
                timeout_seconds=_BACKGROUND_SECONDS,
            )

    def _who(self, user: str | None, ip: str | None) -> str:
        """For the log: the same identity has the same name, and nobody can read it back."""
        kind = "user" if user else "address"
        return f"{kind}:{telling.letters(self._names.digest([kind, user or ip or _EVERYBODY]))}"


def _grain(limit: Limit) -> int:
    return 0 if limit.quota <= scripts.MOST_EXACT else limit.window_seconds * _MICROSECONDS // _SHARED_GRAIN


def _state(limit: Limit, found: Sequence[int]) -> LimitState:
    used, reset, wait = found
    seconds: float | None = (wait or reset) / _MICROSECONDS
    if wait < 0 or (used == 0 and not wait):
        seconds = None
    return LimitState(
        policy=limit.policy,
        quota=limit.quota,
        window_seconds=limit.window_seconds,
        remaining=max(0, limit.quota - used),
        reset_seconds=seconds,
        violated=wait != 0,
        unit=limit.unit,
    )
