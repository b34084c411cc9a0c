"""Which provider reads text, by `settings.VISION.provider`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding_api.services.ocr_service.embedded import EmbeddedOcr
from apps.onboarding_api.services.ocr_service.guarded import WithBreaker
from apps.onboarding_api.services.ocr_service.port import OcrProvider

PROVIDERS: dict[str, Callable[[], OcrProvider]] = {"embedded": EmbeddedOcr}
"""Name in the settings -> who builds the adapter. An adapter plugs in here."""


def get_ocr_provider() -> OcrProvider:
    """The provider of this installation. `ImproperlyConfigured` names the setting when it is unknown."""
    return _built(settings.VISION.provider)


@cache
def _built(name: str) -> OcrProvider:
    # One per process: an engine that is loaded stays loaded.
    try:
        build = PROVIDERS[name]
    except KeyError as error:
        known = ", ".join(sorted(PROVIDERS))
        raise ImproperlyConfigured(f"VISION_PROVIDER is {name!r}; known providers: {known}") from error
    return WithBreaker(build())
