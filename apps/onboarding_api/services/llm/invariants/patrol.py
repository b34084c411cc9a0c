"""A round can be walked before the next one begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from apps.onboarding_api.services.llm.invariants import said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning


@invariant(id="patrol.feasible", version=1)
def check_feasible(case: Case) -> Iterator[Fault]:
    """Checkpoints x minutes each, shared by those who patrol, fit in the shortest interval."""
    checkpoints = case.items("checkpoints")
    if not checkpoints:
        return
    shortest = min(point["interval_minutes"] for point in checkpoints)
    walkers = max(
        sum(post["guards_per_shift"] for post in case.items("posts") if post["kind"] == "patrol"), 1
    )
    often = Counter(point["interval_minutes"] for point in checkpoints)
    load = (
        sum(count / interval for interval, count in often.items())
        * case.policy.minutes_per_checkpoint
        / walkers
    )
    if load > 1 + 1e-9:
        minutes = len(checkpoints) * case.policy.minutes_per_checkpoint
        message = (
            f"{len(checkpoints)} checkpoints take about {minutes} minutes, which {walkers} on patrol "
            f"cannot walk every {shortest} minutes."
        )
        yield blocking("patrol_not_feasible", message, "/checkpoints")


@invariant(id="patrol.as_answered", version=1)
def check_interval_agrees(case: Case) -> Iterator[Fault]:
    """Rounds as often as was asked for."""
    answer = case.answers.get("patrol_interval")
    wanted = (
        answer.get("minutes") if isinstance(answer, Mapping) else said.count(case.answers, "patrol_interval")
    )
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        return
    for at, point in enumerate(case.items("checkpoints")):
        if point["interval_minutes"] > wanted:
            message = f"Rounds every {point['interval_minutes']} minutes, but every {wanted} were asked for."
            yield warning("patrol_less_often", message, f"/checkpoints/{at}/interval_minutes")
            return
