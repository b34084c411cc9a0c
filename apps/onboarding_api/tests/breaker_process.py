"""A process that has a breaker and does what it is told, line by line; what came of it goes out as JSON.

`fail N`, `ok N`: so many calls, one word for each: answered, raised, parked. `hold`: one call that says "inside" and
goes on with the next line, `fail` or `ok`. `status`: the breaker's status.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn


def main() -> None:
    told = json.loads(sys.argv[1])
    _skew_clocks(told["skew"])
    from apps.onboarding_api.services.circuit_breaker.breaker import CircuitBreaker
    from apps.onboarding_api.services.circuit_breaker.link import Link
    from apps.onboarding_api.tests.breaker_world import Config

    breaker = CircuitBreaker(
        service=told["service"], config=Config(**told["config"]), link=Link(told["url"], pause_seconds=0.05)
    )
    _tell("ready")
    for line in sys.stdin:
        word, _, times = line.strip().partition(" ")
        if word == "status":
            _tell(breaker.get_status())
        else:
            what = {"fail": _fail, "ok": _answer, "hold": _hold}[word]
            _tell([_try(breaker, what) for _ in range(int(times or 1))])


def _try(breaker: Any, what: Callable[[], str]) -> str:
    from apps.onboarding.errors import ProviderTimeout, ServiceParked

    try:
        return breaker.call(what)
    except ServiceParked:
        return "parked"
    except ProviderTimeout:
        return "raised"


def _answer() -> str:
    return "answered"


def _fail() -> NoReturn:
    from apps.onboarding.errors import ProviderTimeout

    raise ProviderTimeout("no answer in time")


def _hold() -> str:
    _tell("inside")
    return _fail() if sys.stdin.readline().strip() == "fail" else _answer()


def _tell(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _skew_clocks(seconds: float) -> None:
    """Every clock that tells the time of day is off by so much; no clock that only measures is."""
    from unittest.mock import patch

    real = time.time
    time.time = lambda: real() + seconds

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Skewed:
            return cls.fromtimestamp(real() + seconds, tz or UTC)

    patch("pybreaker.datetime", Skewed).start()


if __name__ == "__main__":
    main()
