"""Every entrance has a post."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant


@invariant(id="entrances.guarded", version=1)
def check_entrances(case: Case) -> Iterator[Fault]:
    """By count: as many posts of kind `gate` as entrances, and as many of `vehicle_gate` as vehicle gates."""
    for slot, kind, words in (
        ("entrances", "gate", "entrances"),
        ("vehicle_gates", "vehicle_gate", "vehicle gates"),
    ):
        needed = said.count(case.answers, slot) or 0
        posts = sum(post["kind"] == kind for post in case.items("posts"))
        if posts < needed:
            message = f"There are {needed} {words}, but only {posts} of them have a post."
            yield blocking("entrance_without_post", message, "/posts")
