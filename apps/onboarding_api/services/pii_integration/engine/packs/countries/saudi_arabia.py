"""Saudi Arabia."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="SA",
    identities=(
        Identity("IDENTITY", r"[12]\d{9}", "IDENTITY", check=checksums.luhn),
        Identity("PASSPORT", r"[A-Z]\d{8}", "PASSPORT"),
    ),
    plates=(r"[A-Z]{1,3}[ -]?\d{1,4}", r"\d{1,4}[ -]?[A-Z]{3}"),
    postcodes=r"\d{5}(?:-\d{4})?",
)
