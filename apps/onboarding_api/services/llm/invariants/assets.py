"""Assets that are kept together are pointed out."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants.case import Case, Fault, invariant, warning


@invariant(id="assets.grouped", version=1)
def check_grouped(case: Case) -> Iterator[Fault]:
    for at, asset in enumerate(case.items("assets")):
        if "count" in asset:
            message = f"{asset['count']:,} x {asset['kind']} are kept as one item, without a code for each."
            yield warning("assets_grouped", message, f"/assets/{at}")
