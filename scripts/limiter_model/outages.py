"""What a caller feels while Redis is refused, frozen, slow, read-only, emptied, or behind another password."""

from __future__ import annotations

import dataclasses
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from apps.onboarding_api.services.security import Decision, RateLimiter, RequestFacts
from scripts.benches.figures import percentile
from scripts.limiter_model.server import Server
from scripts.limiter_model.slow_door import SlowDoor

THREADS = 4
PAUSE_SECONDS = 0.004
HEALTHY_SECONDS = 1.0
OUTAGE_SECONDS = 2.5
LONGEST_BACK_SECONDS = 10.0
AIM_ADDED_MS, AIM_BACK_SECONDS = 60.0, 2.0


@dataclass(frozen=True)
class Fault:
    name: str
    begin: Callable[[], None]
    end: Callable[[], None]


@dataclass
class Seen:
    """Milliseconds of each check; `faults`: checks of non-critical routes that raised or failed closed."""

    fault: str
    healthy: list[float]
    during: list[float]
    faults: int
    fallback: int
    back_seconds: float


def limiter_for(url: str, folder: Path, *, redis_timeout_seconds: float = 0.05) -> RateLimiter:
    """With the product's own figures, those that settings for tests raise included."""
    config = dataclasses.replace(
        settings.RATE_LIMITING,
        state_folder=folder,
        redis_timeout_seconds=redis_timeout_seconds,
        fallback_quota=50,
    )
    return RateLimiter(config=config, url=url, secret="outages")  # noqa: S106 -- no secret


def faults_of(server: Server, door: SlowDoor) -> list[Fault]:
    return [
        Fault("refused", server.kill, server.start),
        Fault("frozen", server.freeze, server.thaw),
        Fault("slow", door.slow_down, door.hurry),
        Fault("read-only", server.make_read_only, server.make_writable),
        Fault("flushed", server.forget, lambda: None),
        Fault("password", server.change_password, server.change_password_back),
    ]


def live_through(fault: Fault, limiter: RateLimiter, *, outage_seconds: float = OUTAGE_SECONDS) -> Seen:
    """Checks of many users go on in some threads while the fault begins and ends."""
    seen = Seen(fault.name, healthy=[], during=[], faults=0, fallback=0, back_seconds=0.0)
    users, stopped, is_bad = itertools.count(), threading.Event(), threading.Event()
    last_exact = [0.0]

    def ask() -> Decision:
        user = str(next(users) % 997)  # few enough for the table, many enough for their 50
        return limiter.check(RequestFacts(method="GET", path="/api/v1/onboarding/sessions/", user=user))

    def work() -> None:
        while not stopped.is_set():
            into = seen.during if is_bad.is_set() else seen.healthy
            began = time.perf_counter()
            try:
                decision = ask()
            except Exception:  # noqa: BLE001 -- counted: it would have been a 500
                seen.faults += 1
                continue
            finally:
                into.append((time.perf_counter() - began) * 1000)
            seen.faults += decision.mode == "fail_closed"
            seen.fallback += decision.mode == "fallback"
            if decision.mode == "redis":
                last_exact[0] = time.monotonic()
            time.sleep(PAUSE_SECONDS)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    time.sleep(HEALTHY_SECONDS)
    is_bad.set()
    fault.begin()
    time.sleep(outage_seconds)
    fault.end()
    ended = time.monotonic()
    while last_exact[0] < ended and time.monotonic() < ended + LONGEST_BACK_SECONDS:
        time.sleep(0.01)
    seen.back_seconds = time.monotonic() - ended
    stopped.set()
    for thread in threads:
        thread.join()
    return seen


def report(server: Server) -> int:
    """A table of all faults; 0 where none became an error and the limiter came back in time."""
    logging.disable(logging.CRITICAL)
    print("fault       checks  errors  fallback  p99.9 healthy  p99.9 during     back")
    total = errors = 0
    is_kept = True
    with SlowDoor(server) as door:
        for fault in faults_of(server, door):
            limiter = limiter_for(door.url if fault.name == "slow" else server.url, server.folder / "run")
            seen = live_through(fault, limiter)
            limiter.close()
            healthy, during = percentile(seen.healthy, 0.999), percentile(seen.during, 0.999)
            print(
                f"{seen.fault:<10} {len(seen.during):>7} {seen.faults:>7} {seen.fallback:>9} "
                f"{healthy:>11.1f} ms {during:>10.1f} ms {seen.back_seconds:>5.2f} s"
            )
            total += len(seen.healthy) + len(seen.during)
            errors += seen.faults
            is_kept &= during - healthy <= AIM_ADDED_MS and seen.back_seconds <= AIM_BACK_SECONDS
    print(
        f"uptime {(total - errors) / total:.3%}: {errors} errors in {total:,} checks of routes that are not critical"
    )
    return 0 if is_kept and not errors else 1
