"""India."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Country, Identity

_STATES = """AN|AP|AR|AS|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TG|TN|TR|
TS|UK|UP|WB""".replace("\n", "")

PACK = Country(
    region="IN",
    identities=(
        Identity("PAN", r"[A-Z]{3}[ABCFGHLJPTK][A-Z] ?\d{4} ?[A-Z]", "PAN", alone=True),
        Identity(
            "LICENCE", rf"(?:{_STATES})[ -]?\d{{2}}[ -]?(?:19|20)\d{{2}}[ -]?\d{{7}}", "LICENCE", alone=True
        ),
        Identity("PASSPORT", r"[A-PR-WYZ][1-9]\d ?\d{4}[1-9]", "PASSPORT"),
        Identity("IDENTITY", r"[A-Z]{3}\d{7}", "IDENTITY"),
    ),
    plates_alone=(
        rf"(?:{_STATES})[ -]?\d{{1,2}}[ -]?(?:[A-Z][ -]?)?[A-Z]{{1,3}}[ -]?\d{{4}}",
        r"\d{2}[ -]?BH[ -]?\d{4}[ -]?[A-Z]{1,2}",
    ),
    postcodes=r"[1-9]\d{2} ?\d{3}",
)
