"""The United States."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="US",
    identities=(
        Identity("PASSPORT", r"[A-Z]?\d{8,9}", "PASSPORT"),
        Identity("LICENCE", r"[A-Z]{0,2}\d{6,14}|[A-Z]\d{3}-\d{4}-\d{4}", "LICENCE"),
    ),
    plates=(r"[A-Z\d]{1,4}[ -]?[A-Z\d]{2,5}",),
    postcodes=r"\d{5}(?:-\d{4})?",
)
