"""All rules of the engine, the surest first."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import (
    cards,
    documents,
    email,
    network,
    phones,
    secrets,
)
from apps.onboarding_api.services.pii_integration.engine.scene import Rule

ALL: tuple[Rule, ...] = (
    network.credentials,
    secrets.secrets,
    email.emails,
    network.addresses,
    documents.ibans,
    cards.cards,
    cards.social_security,
    cards.aadhaar,
    cards.spoken_addresses,
    documents.tax_numbers,
    documents.passports,
    documents.plates,
    documents.birth_dates,
    documents.positions,
    phones.phones,
)
