"""Spain."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="ES",
    identities=(
        Identity(
            "IDENTITY",
            r"(?:\d{8}|\d{2}\.\d{3}\.\d{3})[ -]?[A-Z]",
            "IDENTITY",
            check=checksums.spanish_letter,
            alone=True,
        ),
        Identity(
            "IDENTITY", r"[XYZ][ -]?\d{7}[ -]?[A-Z]", "IDENTITY", check=checksums.spanish_letter, alone=True
        ),
        Identity("PASSPORT", r"[A-Z]{3}\d{6}", "PASSPORT"),
    ),
    plates=(r"\d{4}[ -]?[BCDFGHJ-NPR-TV-Z]{3}", r"[A-Z]{1,2}[ -]?\d{4}[ -]?[A-Z]{1,2}"),
    postcodes=r"\d{5}",
)
