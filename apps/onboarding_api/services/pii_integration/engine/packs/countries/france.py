"""France."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="FR",
    identities=(
        Identity(
            "IDENTITY",
            r"[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3}(?: ?\d\d)",
            "IDENTITY",
            check=checksums.french_number,
            alone=True,
        ),
        Identity("PASSPORT", r"\d{2}[A-Z]{2}\d{5}", "PASSPORT"),
        Identity("IDENTITY", r"\d{12}|[A-Z\d]{9}", "IDENTITY"),
        Identity("LICENCE", r"\d{12}", "LICENCE"),
    ),
    plates=(r"\d{1,4} ?[A-Z]{2,3} ?\d{2}",),
    plates_alone=(r"[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}",),
    postcodes=r"\d{5}",
)
