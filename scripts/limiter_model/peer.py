"""A limiter of somebody else in a process of its own: answers one line of JSON for each line of input.

Called with the name and the address of a Redis. It runs in an environment that has nothing of the product.
`{"do": "speed", "n": 200, "key": "a"}`: seconds of each check of three stacked limits, one caller.
`{"do": "together", "threads": 50, "quota": 10, "key": "b"}`: how many of so many threads get through one limit.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

QUOTAS = (1_000, 990, 980)
Check = Callable[[str, tuple[int, ...]], bool]
"""Whether a request of `key` passes all limits, each of so many in a minute."""


def of_limits(url: str) -> Check:
    import limits  # type: ignore[import-not-found]  # there only where this runs

    storage = limits.storage.storage_from_string(url.replace("unix://", "redis+unix://"))
    strategy = limits.strategies.MovingWindowRateLimiter(storage)

    def check(key: str, quotas: tuple[int, ...]) -> bool:
        items = [limits.RateLimitItemPerMinute(quota) for quota in quotas]
        return all(strategy.hit(item, key, str(at)) for at, item in enumerate(items))

    return check


def of_django_ratelimit(url: str) -> Check:
    request_of = _django(url)
    from django_ratelimit.core import is_ratelimited  # type: ignore[import-not-found]  # as above

    def check(key: str, quotas: tuple[int, ...]) -> bool:
        request = request_of(key)
        return not any(
            is_ratelimited(request, group=f"{key}-{at}", key="ip", rate=f"{quota}/m", increment=True)
            for at, quota in enumerate(quotas)
        )

    return check


def of_drf(url: str) -> Check:
    request_of = _django(url)
    from rest_framework.throttling import SimpleRateThrottle

    class Throttle(SimpleRateThrottle):
        def __init__(self, scope: str, quota: int) -> None:
            self.scope, self.rate = scope, f"{quota}/min"
            super().__init__()

        def get_cache_key(self, request: Any, view: Any) -> str:  # noqa: ARG002 -- the framework's signature
            return f"{self.scope}-{self.get_ident(request)}"

    def check(key: str, quotas: tuple[int, ...]) -> bool:
        request = request_of(key)
        view: Any = None  # a throttle of this kind does not look at it
        return all(
            Throttle(f"{key}-{at}", quota).allow_request(request, view) for at, quota in enumerate(quotas)
        )

    return check


def _django(url: str) -> Callable[[str], Any]:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="of a bench",  # noqa: S106 -- no secret
        CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}},
        INSTALLED_APPS=[],
    )
    django.setup()
    from django.test import RequestFactory

    factory = RequestFactory()
    return lambda _: factory.get("/")


PEERS: dict[str, tuple[Callable[[str], Check], str]] = {
    "limits": (of_limits, "limits"),
    "django-ratelimit": (of_django_ratelimit, "django-ratelimit"),
    "DRF throttles": (of_drf, "djangorestframework"),
}


def serve(check: Check, label: str) -> None:
    """Until input ends."""
    check("warm", QUOTAS)
    print(json.dumps({"label": label}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(
            json.dumps(_speed(check, asked) if asked["do"] == "speed" else _together(check, asked)),
            flush=True,
        )


def _speed(check: Check, asked: dict[str, Any]) -> dict[str, Any]:
    seconds = []
    for _ in range(asked["n"]):
        began = time.perf_counter()
        check(asked["key"], QUOTAS)
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds}


def _together(check: Check, asked: dict[str, Any]) -> dict[str, Any]:
    start = threading.Barrier(asked["threads"])

    def once(_: int) -> bool:
        start.wait()
        return check(asked["key"], (asked["quota"],))

    with ThreadPoolExecutor(asked["threads"]) as pool:
        return {"admitted": sum(pool.map(once, range(asked["threads"])))}


if __name__ == "__main__":
    build, distribution = PEERS[sys.argv[1]]
    serve(build(sys.argv[2]), f"{sys.argv[1]} {importlib.metadata.version(distribution)}")
