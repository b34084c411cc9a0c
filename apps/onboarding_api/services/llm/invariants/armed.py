"""Arms only where arms were approved."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning


@invariant(id="armed.approved", version=1)
def check_armed(case: Case) -> Iterator[Fault]:
    approved = said.says_yes(case.answers, "armed_guards")
    armed = [(at, post) for at, post in enumerate(case.items("posts")) if post["armed"]]
    for at, post in armed:
        if not approved:
            message = f"Post {post['code']} is armed, but armed guards were not answered."
            yield blocking("armed_without_approval", message, f"/posts/{at}/armed")
    if approved and not armed:
        yield warning("armed_missing", "Armed guards were answered, but no post is armed.", "/posts")
