"""Which provider looks at scenes, by `settings.VISION.provider`."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding_api.services.image_analysis.embedded import EmbeddedVision
from apps.onboarding_api.services.image_analysis.port import VisionProvider

PROVIDERS: dict[str, Callable[[], VisionProvider]] = {"embedded": EmbeddedVision}
"""Name in the settings -> who builds the adapter. An adapter plugs in here."""


def get_vision_provider() -> VisionProvider:
    """The provider of this installation. `ImproperlyConfigured` names the setting when it is unknown."""
    name = settings.VISION.provider
    try:
        build = PROVIDERS[name]
    except KeyError as error:
        known = ", ".join(sorted(PROVIDERS))
        raise ImproperlyConfigured(f"VISION_PROVIDER is {name!r}; known providers: {known}") from error
    return build()
