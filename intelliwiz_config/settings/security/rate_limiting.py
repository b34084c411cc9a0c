"""How often what may be asked, by whom, and what happens while Redis cannot count.

The defaults are figures that neither a person nor a phone meets; they stop programs that have gone wild, and guessing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from intelliwiz_config.settings import env
from intelliwiz_config.settings.security.file_upload import FILE_UPLOAD

_API = "/api/v1/"
_ONBOARDING = f"{_API}onboarding/"
_ID = "[^/]+"
__all__ = ["RATE_LIMITING"]
UNIX = "unix"
"""The word for a proxy that comes in through a Unix socket."""


@dataclass(frozen=True)
class RoutePattern:
    """`path` is a regular expression that the whole path has to match; no `methods`: all of them.

    Groups named `session`, `client` and `resource` in `path` give the policy's partition those values.
    """

    path: str
    methods: tuple[str, ...] = ()
    content_types: tuple[str, ...] = ()
    """Beginnings of content types (`multipart/`); none: whatever is sent."""


@dataclass(frozen=True)
class RatePolicy:
    """At most `quota` in any `window_seconds`, for each value of `partition`.

    `partition` names facts of the request (`user`, `ip`, `account`, `session`, `client`, `resource`); the policy
    applies to requests that have all of them. `unit`: `requests` costs one each, `content-bytes` costs the size of
    the body.
    """

    name: str
    quota: int
    window_seconds: int
    partition: tuple[str, ...]
    routes: tuple[RoutePattern, ...]
    unit: str = "requests"


@dataclass(frozen=True)
class RateLimiting:
    """`critical` routes are refused with 503 while nothing counts exactly; all others get `fallback_quota` in
    `fallback_window_seconds` for each identity, shared by the processes of a host through a file in `state_folder`."""

    policies: tuple[RatePolicy, ...]
    critical: tuple[RoutePattern, ...]
    circuit_breaker_threshold: int
    reset_seconds: float
    probe_seconds: float
    redis_timeout_seconds: float
    fallback_quota: int
    fallback_window_seconds: int
    state_folder: Path
    trusted_proxies: tuple[str, ...]
    unknown_length_bytes: int
    """What a body costs whose length nobody declared: the largest that is taken."""


_TOKEN = RoutePattern(f"{_API}auth/token/", ("POST",))
_ADMIN_LOGIN = RoutePattern("/admin/login/", ("POST",))
_UPLOADS = (
    RoutePattern(f"{_ONBOARDING}(site-audit|documents)/", ("POST",)),
    RoutePattern(f"{_ONBOARDING}conversation/", ("POST",), ("multipart/",)),
    # An upload in pieces counts when it begins, with the size that it declares; its pieces are requests like others.
    RoutePattern(f"{_ONBOARDING}uploads/(resumable|direct)/", ("POST",)),
)
_DECISIONS = (
    RoutePattern(f"{_ONBOARDING}approve/(?P<resource>{_ID})/", ("POST",)),
    RoutePattern(f"{_ONBOARDING}change-sets/(?P<resource>{_ID})/revert/", ("POST",)),
)
_MOST = 1_000_000_000


def _proxies(given: tuple[str, ...]) -> tuple[str, ...]:
    for one in given:
        if one == UNIX:
            continue
        try:
            ip_network(one)
        except ValueError:
            env.problems.append(
                "RATE_LIMITER_TRUSTED_PROXIES must be networks such as 10.0.0.0/8, comma separated, or unix"
            )
            return ()
    return given


RATE_LIMITING = RateLimiting(
    policies=(
        RatePolicy(
            name="ip",
            quota=env.integer("RATE_LIMIT_IP_PER_MINUTE", 1200, low=1, high=_MOST),
            window_seconds=60,
            partition=("ip",),
            routes=(RoutePattern("/api/.*"), RoutePattern("/admin/login/")),
        ),
        RatePolicy(
            name="user",
            quota=env.integer("RATE_LIMIT_USER_PER_MINUTE", 600, low=1, high=_MOST),
            window_seconds=60,
            partition=("user",),
            routes=(RoutePattern("/api/.*"),),
        ),
        RatePolicy(
            name="login",
            quota=env.integer("RATE_LIMIT_LOGIN_PER_5_MINUTES", 10, low=1, high=_MOST),
            window_seconds=300,
            partition=("account", "ip"),
            routes=(_TOKEN, _ADMIN_LOGIN),
        ),
        RatePolicy(
            name="login-ip",
            quota=env.integer("RATE_LIMIT_LOGIN_IP_PER_MINUTE", 30, low=1, high=_MOST),
            window_seconds=60,
            partition=("ip",),
            routes=(_TOKEN, _ADMIN_LOGIN),
        ),
        RatePolicy(
            name="refresh",
            quota=env.integer("RATE_LIMIT_REFRESH_PER_MINUTE", 60, low=1, high=_MOST),
            window_seconds=60,
            partition=("ip",),
            routes=(RoutePattern(f"{_API}auth/token/refresh/", ("POST",)),),
        ),
        RatePolicy(
            name="session",
            quota=env.integer("RATE_LIMIT_SESSION_PER_MINUTE", 300, low=1, high=_MOST),
            window_seconds=60,
            partition=("user", "session"),  # with the user: nobody uses up the session of somebody else
            routes=(RoutePattern(f"{_ONBOARDING}sessions/(?P<session>{_ID})/.*"),),
        ),
        RatePolicy(
            name="decisions",
            quota=env.integer("RATE_LIMIT_DECISIONS_PER_MINUTE", 30, low=1, high=_MOST),
            window_seconds=60,
            partition=("user", "resource"),
            routes=_DECISIONS,
        ),
        RatePolicy(
            name="uploads",
            quota=env.integer("RATE_LIMIT_UPLOADS_PER_5_MINUTES", 10, low=1, high=_MOST),
            window_seconds=300,
            partition=("user",),
            routes=_UPLOADS,
        ),
        RatePolicy(
            name="upload-bytes",
            quota=env.integer("RATE_LIMIT_UPLOAD_BYTES_PER_5_MINUTES", 52_428_800, low=1024, high=10**12),
            window_seconds=300,
            partition=("user",),
            routes=_UPLOADS,
            unit="content-bytes",
        ),
    ),
    critical=(
        _TOKEN,
        _ADMIN_LOGIN,
        *_DECISIONS,
        RoutePattern(f"{_API}admin/.*", ("POST", "PUT", "PATCH", "DELETE")),
    ),
    circuit_breaker_threshold=env.integer("RATE_LIMITER_CIRCUIT_BREAKER_THRESHOLD", 5, low=1, high=10_000),
    reset_seconds=env.number("RATE_LIMITER_RESET_SECONDS", 300, low=1, high=86_400),
    probe_seconds=env.number("RATE_LIMITER_PROBE_SECONDS", 1, low=0.05, high=60),
    redis_timeout_seconds=env.integer("RATE_LIMITER_REDIS_TIMEOUT_MS", 50, low=1, high=10_000) / 1000,
    fallback_quota=env.integer("RATE_LIMITER_FALLBACK_PER_HOUR", 50, low=1, high=1_000),
    fallback_window_seconds=3600,
    state_folder=env.path("DATA_DIR", Path(__file__).resolve().parents[3] / "var") / "run",
    trusted_proxies=_proxies(env.words("RATE_LIMITER_TRUSTED_PROXIES")),
    unknown_length_bytes=FILE_UPLOAD.max_file_bytes,
)

for _policy in RATE_LIMITING.policies:
    for _route in _policy.routes:
        re.compile(_route.path)  # a mistake in this file shows when it loads, not at the first request
