"""The United Arab Emirates."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="AE",
    identities=(
        Identity("IDENTITY", r"784[ -](?:19|20)\d\d[ -]\d{7}[ -]\d", "IDENTITY", alone=True),
        Identity("PASSPORT", r"[A-Z]{1,2}\d{7}", "PASSPORT"),
    ),
    plates=(r"(?:[A-Z]{1,3}|\d{1,2})[ -]?\d{1,5}",),
)
