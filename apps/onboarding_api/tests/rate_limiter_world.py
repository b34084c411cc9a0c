"""Limiters for tests: a Redis of their own to break, a clock to turn, and time that passes by making logs older."""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.onboarding_api.services.security import Decision, RateLimiter, RequestFacts
from intelliwiz_config.settings.security.rate_limiting import RateLimiting, RatePolicy, RoutePattern
from scripts.limiter_model.server import Server

ANYWHERE = (RoutePattern("/api/.*"),)
CRITICAL = RoutePattern("/api/critical/", ("POST",))
_ENTRY = struct.Struct(">ddd")


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def policy(
    name: str, quota: int, *, window: int = 60, by: tuple[str, ...] = ("user",), **more: Any
) -> RatePolicy:
    return RatePolicy(
        name=name,
        quota=quota,
        window_seconds=window,
        partition=by,
        routes=more.pop("routes", ANYWHERE),
        **more,
    )


def config(folder: Path, *policies: RatePolicy, **more: Any) -> RateLimiting:
    """The product's figures, with these policies and one critical route."""
    given: dict[str, Any] = {
        "policies": policies or (policy("user", 3),),
        "critical": (CRITICAL,),
        "state_folder": folder,
        "fallback_quota": 50,
        "probe_seconds": 3_600.0,  # tests look for Redis by hand, unless they say otherwise
        **more,
    }
    return dataclasses.replace(settings.RATE_LIMITING, **given)


@dataclass
class World:
    """`clock` is the breaker's, `host_clock` the fallback's."""

    server: Server
    folder: Path
    clock: Clock = field(default_factory=Clock)
    host_clock: Clock = field(default_factory=Clock)
    made: list[RateLimiter] = field(default_factory=list)

    def limiter(self, *policies: RatePolicy, **more: Any) -> RateLimiter:
        """Each is as another process would have it."""
        made = RateLimiter(
            config=config(self.folder / "run", *policies, **more),
            url=self.server.url,
            secret="of tests",
            clock=self.clock,
            host_clock=self.host_clock,
        )
        self.made.append(made)
        return made

    def let_pass(self, seconds: float) -> None:
        """As if every admission in Redis had been made so much earlier."""
        client: Any = self.server.client
        for key in client.scan_iter("limit:*"):
            for place, raw in enumerate(client.lrange(key, 0, -1)):
                at, before, total = _ENTRY.unpack(raw[: _ENTRY.size])
                client.lset(
                    key, place, _ENTRY.pack(at - round(seconds * 1e6), before, total) + raw[_ENTRY.size :]
                )

    def close(self) -> None:
        for one in self.made:
            one.close()


def ask(limiter: RateLimiter, *, user: str | None = "7", path: str = "/api/x/", **more: Any) -> Decision:
    given = {"method": "GET", "ip": "192.0.2.1", **more}
    return limiter.check(RequestFacts(path=path, user=user, **given))


def allowed(limiter: RateLimiter, times: int, **more: Any) -> int:
    return sum(ask(limiter, **more).allowed for _ in range(times))


def open_breaker(limiter: RateLimiter) -> None:
    """Redis must be away already."""
    for n in range(limiter.config.circuit_breaker_threshold):
        ask(limiter, user=f"opens-{n}")
    assert limiter.breaker.state == "open"
