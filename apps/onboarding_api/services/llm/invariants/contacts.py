"""Somebody can be called, and no personal value stands in the clear."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning

PLACEHOLDER = re.compile(r"\[REDACTED_[A-Z][A-Z_]*?(?:_\d+)?\]")
_UNNAMED = "Emergency contact"


@invariant(id="contacts.reachable", version=1)
def check_reachable(case: Case) -> Iterator[Fault]:
    """There is a contact, and each has a telephone or an e-mail address that is valid as far as is known."""
    contacts = case.items("contacts")
    if not contacts:
        yield blocking("contact_missing", "There is nobody to call in an emergency.", "/contacts")
    for at, contact in enumerate(contacts):
        ways = [contact[way] for way in ("phone", "email") if contact[way]]
        if not ways:
            message = f"Contact {contact['code']} has neither telephone nor e-mail."
            yield blocking("contact_unreachable", message, f"/contacts/{at}")
        elif all(case.request.facts.get(way) is False for way in ways):
            message = f"Neither telephone nor e-mail of contact {contact['code']} is valid."
            yield warning("contact_invalid", message, f"/contacts/{at}")


@invariant(id="contacts.placeholders", version=1)
def check_placeholders(case: Case) -> Iterator[Fault]:
    """Personal values belong in the vault: here stand their placeholders."""
    for at, contact in enumerate(case.items("contacts")):
        for field in ("name", "phone", "email"):
            written = contact[field]
            if not written or PLACEHOLDER.fullmatch(written) or (field == "name" and written == _UNNAMED):
                continue
            message = f"The {field} of contact {contact['code']} stands in the clear instead of in the vault."
            yield blocking("contact_in_clear", message, f"/contacts/{at}/{field}")
