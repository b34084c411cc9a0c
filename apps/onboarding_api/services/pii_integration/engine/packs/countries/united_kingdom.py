"""The United Kingdom."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="GB",
    identities=(
        Identity(
            "IDENTITY",
            r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]",
            "IDENTITY",
            alone=True,
        ),
        Identity("IDENTITY", r"\d{3} ?\d{3} ?\d{4}", "IDENTITY", check=checksums.health_service),
        Identity("LICENCE", r"[A-Z9]{5} ?\d{6} ?[A-Z9]{2}\d[A-Z]{2}", "LICENCE", alone=True),
        Identity("PASSPORT", r"\d{9}", "PASSPORT"),
    ),
    plates=(r"[A-Z]{2}\d{2} ?[A-Z]{3}", r"[A-Z]\d{1,3} ?[A-Z]{3}"),
    postcodes=r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
)
