"""All rules of the engine."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.email import emails
from apps.onboarding_api.services.pii_integration.engine.network import addresses, credentials
from apps.onboarding_api.services.pii_integration.engine.scene import Rule
from apps.onboarding_api.services.pii_integration.engine.secrets import secrets

ALL: tuple[Rule, ...] = (emails, addresses, credentials, secrets)
