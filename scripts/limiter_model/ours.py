"""The product's limiter behind the questions of `peer`."""

from __future__ import annotations

import dataclasses
import logging
import sys
import tempfile
from pathlib import Path

from apps.onboarding_api.services.security import Limit, RateLimiter
from intelliwiz_config.settings.security.rate_limiting import RATE_LIMITING
from scripts.limiter_model.peer import Check, serve


def check_of(url: str, folder: Path) -> Check:
    # A second instead of 50 ms: fifty threads of one interpreter are late, and that is not what is compared.
    config = dataclasses.replace(RATE_LIMITING, state_folder=folder, redis_timeout_seconds=1.0)
    limiter = RateLimiter(config=config, url=url, secret="of a bench")  # noqa: S106 -- no secret

    def check(key: str, quotas: tuple[int, ...]) -> bool:
        limits = [
            Limit(
                policy="bench", key=limiter.key("bench", key=key, at=str(at)), quota=quota, window_seconds=60
            )
            for at, quota in enumerate(quotas)
        ]
        return limiter.decide(limits, user=key, ip=None).allowed

    return check


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        serve(check_of(sys.argv[1], Path(folder)), "ours")
