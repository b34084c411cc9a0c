"""Which provider listens, by `settings.SPEECH.provider`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding_api.services.speech_service.embedded import EmbeddedSpeech
from apps.onboarding_api.services.speech_service.port import SpeechProvider

PROVIDERS: dict[str, Callable[[], SpeechProvider]] = {"embedded": EmbeddedSpeech}
"""Name in the settings -> who builds the adapter. An adapter plugs in here."""


def get_speech_provider() -> SpeechProvider:
    """The provider of this installation. `ImproperlyConfigured` names the setting when it is unknown."""
    return _built(settings.SPEECH.provider)


@cache
def _built(name: str) -> SpeechProvider:
    # One per process: an engine that is loaded stays loaded.
    try:
        build = PROVIDERS[name]
    except KeyError as error:
        raise ImproperlyConfigured(
            f"SPEECH_PROVIDER is {name!r}; known providers: {', '.join(sorted(PROVIDERS))}"
        ) from error
    return build()
