"""The limiter of this process."""

from __future__ import annotations

import threading

from django.conf import settings
from django.core.signals import setting_changed

from apps.onboarding_api.services.security.limiter import RateLimiter

_lock = threading.Lock()
_limiter: RateLimiter | None = None


def get_rate_limiter() -> RateLimiter:
    """One for the process, made at the first call. A forked child may use its parent's: what cannot be shared is
    anew."""
    global _limiter  # noqa: PLW0603 -- the one limiter of the process
    found = _limiter
    if found is None:
        with _lock:
            if _limiter is None:
                _limiter = RateLimiter(
                    config=settings.RATE_LIMITING, url=settings.REDIS_URL, secret=settings.SECRET_KEY
                )
            found = _limiter
    return found


def forget(*, setting: str = "RATE_LIMITING", **_: object) -> None:
    """The next call makes a new one."""
    global _limiter  # noqa: PLW0603 -- as above
    if setting in ("RATE_LIMITING", "REDIS_URL", "SECRET_KEY"):
        with _lock:
            if _limiter is not None:
                _limiter.close()
            _limiter = None


setting_changed.connect(forget)
