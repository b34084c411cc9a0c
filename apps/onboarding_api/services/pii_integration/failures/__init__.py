"""Failures as they may be kept and shown: what code wrote stays, what a value could have brought goes.

Patterns alone cannot promise this (a name in no list looks like any word), so texts are not searched for what is
personal but for what the code itself could have said.
"""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.failures.arguments_view import arguments_view, secrets_of
from apps.onboarding_api.services.pii_integration.failures.error_text import (
    FailureText,
    clean_user_message,
    describe,
)

__all__ = ["FailureText", "arguments_view", "clean_user_message", "describe", "secrets_of"]
