"""A process of the comparison: random operations through the real limiter, written down as they were answered.

Started by `comparing` with one argument, a JSON object. Its clocks are off by `skew` seconds.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import random
import sys
import time
from pathlib import Path
from typing import Any

from apps.onboarding_api.services.security import Limit, RateLimiter
from apps.onboarding_api.services.security.link import Link
from intelliwiz_config.settings.security.rate_limiting import RATE_LIMITING

# Quotas and windows at which about half of the operations are refused; the second shares entries, the third is bytes.
_WINDOWS = {"user": 1, "address": 3, "bytes": 2}
_QUOTAS = {"user": 25, "address": 2_500, "bytes": 40_000}
_IDENTITIES = {"user": 24, "address": 3, "bytes": 12}
_NUMBERED = """
local function decide() {script} end
local answer = decide()
answer[#answer + 1] = redis.call('INCR', 'model:sequence')
return answer
"""


class NumberedLink(Link):
    """Numbers the decisions in the order in which Redis made them, and remembers the last answer."""

    answer: Any = None

    def run(self, script: str, **given: Any) -> Any:
        self.answer = super().run(_NUMBERED.replace("{script}", script), **given)
        return self.answer


def main() -> None:
    given = json.loads(sys.argv[1])
    logging.disable(logging.CRITICAL)  # a line for each refusal would be most of the work
    shift_clocks(given["skew"])
    chance = random.Random(given["seed"])
    link = NumberedLink(given["url"], timeout_seconds=30)  # what is late here is the machine, not the limiter
    config = dataclasses.replace(RATE_LIMITING, state_folder=Path(given["folder"]))
    limiter = RateLimiter(config=config, url=given["url"], secret="model", link=link)  # noqa: S106 -- no secret
    with Path(given["log"]).open("w", encoding="ascii") as log:
        for _ in range(given["operations"]):
            limits = _limits(chance, limiter)
            decision = limiter.decide(limits, user="somebody", ip=None)
            if decision.mode != "redis":
                raise SystemExit("Redis did not answer")
            *found, number = link.answer
            asked = [(one.key, one.quota, one.window_seconds, one.cost) for one in limits]
            log.write(
                json.dumps([number, found[1], found[0], asked, found[2:]], separators=(",", ":")) + "\n"
            )


def shift_clocks(seconds: float) -> None:
    """Every clock of this process that tells the time or counts it."""
    for name in ("time", "monotonic"):
        original = getattr(time, name)
        setattr(time, name, lambda original=original: original() + seconds)


def _limits(chance: random.Random, limiter: RateLimiter) -> list[Limit]:
    """Three stacked limits, now and then fewer, each of an identity by chance."""
    found = []
    for policy in chance.sample(sorted(_QUOTAS), k=chance.choices((1, 2, 3), weights=(1, 2, 7))[0]):
        cost = chance.randint(0, 4_000) if policy == "bytes" else 1
        if policy == "bytes" and chance.random() < 0.002:
            cost = _QUOTAS[policy] + 1
        found.append(
            Limit(
                policy=policy,
                key=limiter.key(policy, identity=str(chance.randrange(_IDENTITIES[policy]))),
                quota=_QUOTAS[policy],
                window_seconds=_WINDOWS[policy],
                cost=cost,
            )
        )
    return found


if __name__ == "__main__":
    main()
