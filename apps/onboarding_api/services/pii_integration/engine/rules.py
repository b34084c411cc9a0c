"""All rules of the engine, the surest first."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine import (
    addresses,
    cards,
    documents,
    email,
    identifiers,
    known,
    names,
    network,
    ocr,
    phones,
    readings,
    secrets,
    spoken_email,
)
from apps.onboarding_api.services.pii_integration.engine.scene import Rule

ALL: tuple[Rule, ...] = (
    known.known_values,
    network.credentials,
    secrets.secrets,
    email.emails,
    spoken_email.spoken_emails,
    network.addresses,
    documents.ibans,
    cards.cards,
    cards.split_cards,
    cards.social_security,
    cards.aadhaar,
    cards.spoken_addresses,
    documents.identities,
    documents.plates,
    documents.birth_dates,
    documents.positions,
    readings.across_lines,
    readings.spelled,
    addresses.homes,
    phones.phones,
    identifiers.in_identifiers,
    ocr.smudged,
    names.names,
)
