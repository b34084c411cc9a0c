"""What the person said is what stands in the proposal."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, invariant, warning

TAKEN_OVER = (
    ("site_name", "name"),
    ("site_type", "site_type"),
    ("city", "city"),
    ("go_live_date", "go_live_on"),
)


@invariant(id="answers.kept", version=1)
def check_site_fields(case: Case) -> Iterator[Fault]:
    """A field that differs from its answer is pointed out: a model may have changed it, or a person amended
    it."""
    for slot, field in TAKEN_OVER:
        answer = said.text(case.answers, slot)
        if answer and (case.site[field] or "") != answer[: len(answer) if field != "name" else 200]:
            message = f"The answer to {slot.replace('_', ' ')} stands differently in the proposal."
            yield warning("differs_from_answer", message, f"/site/{field}")
    floors = said.count(case.answers, "floors")
    if floors is not None and case.site["floors"] is not None and case.site["floors"] < floors:
        yield warning("differs_from_answer", f"{floors} floors were answered.", "/site/floors")
