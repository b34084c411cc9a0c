"""What the client has already."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning


@invariant(id="existing.code", version=1)
def check_site_code(case: Case) -> Iterator[Fault]:
    """A code is taken unless the proposal says that it updates that very site."""
    updates = case.site.get("updates")
    owner = next((known for known in case.request.existing if known.code == case.site["code"]), None)
    if owner is not None and owner.id != updates:
        message = f'The client has a site with the code {owner.code} already ("{owner.name}").'
        yield blocking("site_code_taken", message, "/site/code")
    if updates is not None and all(known.id != updates for known in case.request.existing):
        yield blocking(
            "site_to_update_unknown", "The site to be updated is none of this client's.", "/site/updates"
        )


@invariant(id="existing.name", version=1)
def check_site_name(case: Case) -> Iterator[Fault]:
    name = case.site["name"].strip().casefold()
    for known in case.request.existing:
        if known.name.strip().casefold() == name and known.id != case.site.get("updates"):
            message = (
                f'The client has a site called "{known.name}" already (code {known.code}). Is it the same?'
            )
            yield warning("site_name_taken", message, "/site/name")
            return
