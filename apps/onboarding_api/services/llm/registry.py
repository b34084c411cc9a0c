"""Which provider serves, by `settings.LLM.provider`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding_api.services.llm.embedded import EmbeddedProvider
from apps.onboarding_api.services.llm.service import LlmService

if TYPE_CHECKING:
    from apps.onboarding_api.services.llm.port import LlmProvider

PROVIDERS: dict[str, Callable[[], LlmProvider]] = {"embedded": EmbeddedProvider}
"""Name in the settings -> who builds the adapter. An adapter plugs in here."""


def get_llm_service() -> LlmService:
    """The maker and checker of this installation."""
    name = settings.LLM.provider
    try:
        build = PROVIDERS[name]
    except KeyError as error:
        known = ", ".join(sorted(PROVIDERS))
        raise ImproperlyConfigured(f"LLM_PROVIDER is {name!r}; known providers: {known}") from error
    return LlmService(provider=build())
