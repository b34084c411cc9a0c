"""Germany."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

PACK = Country(
    region="DE",
    identities=(
        Identity("IDENTITY", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", "IDENTITY", check=checksums.german_tax),
        Identity("IDENTITY", r"[CFGHJ-NPRTV-Z\d]{9}\d?", "IDENTITY"),
        Identity("PASSPORT", r"[CFGHJK][CFGHJ-NPRTV-Z\d]{8}\d?", "PASSPORT"),
        Identity("LICENCE", r"[A-Z\d]{11}", "LICENCE"),
    ),
    plates=(r"[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4}[EH]?",),
    postcodes=r"(?:D-)?\d{5}",
)
