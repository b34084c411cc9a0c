"""The last look before anything leaves the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.onboarding.errors import SafetyRefused


def refuse_personal(value: Any) -> None:
    """Raises `SafetyRefused` where a text in `value` (any JSON) is not proven free of personal data."""
    # Imported here: the detection engine is loaded only where an outside provider is configured.
    from apps.onboarding_api.services.pii_integration import get_pii_service

    service = get_pii_service()
    for text in dict.fromkeys(texts_of(value)):
        found = service.redact(text)
        if found.counts or not found.safe_for_llm:
            raise SafetyRefused("a text for an outside provider was not proven free of personal data")


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from texts_of(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from texts_of(item)
