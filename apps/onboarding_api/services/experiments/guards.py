"""What must not get worse: which guardrails there are, and what each counts.

Harm has to be seen early: all but `completion` and `time` look only at the hours after the exposure that the
experiment names (`guard_hours`); those two wait for the whole window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.onboarding_api.services.statistics.experiments.guardrails import Harm


@dataclass(frozen=True)
class Guard:
    """`unit` is that of the margin."""

    meaning: str
    unit: str
    worse: Harm
    is_share: bool = False
    waits: bool = False


GUARDS: Mapping[str, Guard] = {
    "errors": Guard(
        "failed turns and uploads, and answers that were not understood",
        "events a session",
        Harm.INCREASE,
    ),
    "turns": Guard(
        "answers given, each of which costs a call of the model", "answers a session", Harm.INCREASE
    ),
    "cancelled": Guard("sessions that a person cancelled", "share", Harm.INCREASE, is_share=True),
    "completion": Guard("onboardings completed", "share", Harm.DECREASE, is_share=True, waits=True),
    "time": Guard(
        "hours to completion; who does not complete counts with the whole window",
        "hours",
        Harm.INCREASE,
        waits=True,
    ),
}
NOT_RECORDED = frozenset({"cost"})


def faults(given: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(pointer, problem) of each guardrail that cannot be watched."""
    names = [one.get("metric") for one in given]
    for index, one in enumerate(given):
        name, margin = one.get("metric"), one.get("margin", 0.0)
        if name in NOT_RECORDED:
            yield (
                f"/guardrails/{index}/metric",
                "money is not recorded in this version; watch `turns` instead",
            )
        elif name not in GUARDS or names.index(name) != index:
            yield f"/guardrails/{index}/metric", f"each of {', '.join(GUARDS)} at most once"
        if type(margin) not in (int, float) or not math.isfinite(margin) or margin < 0:
            yield f"/guardrails/{index}/margin", "a number from 0 up is needed"
