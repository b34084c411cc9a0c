"""The last look before anything leaves the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from apps.onboarding.errors import SafetyRefused
from apps.onboarding_api.services import provider_calls

_SMALLEST_THAT_DIALS = 1_000_000
"""Numbers below have too few digits for a telephone, a card or an identity."""


def refuse_personal(value: Any, *, session_id: UUID | None = None) -> None:
    """Raises `SafetyRefused` where a text or number in `value` (any JSON) is not proven free of personal data.

    What the session knows is looked for as well: that of `session_id`, else the one providers are asked for now.
    """
    # Imported here: the detection engine is loaded only where an outside provider is configured.
    from apps.onboarding_api.services.pii_integration import get_pii_service

    texts = list(dict.fromkeys(texts_of(value)))
    if not get_pii_service().are_clean(texts, session_id=session_id or provider_calls.session_asked_for()):
        raise SafetyRefused("a text for an outside provider was not proven free of personal data")


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of fields and large numbers too. `SafetyRefused` for what is no JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from texts_of(name)
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, int | float):
        if not abs(value) < _SMALLEST_THAT_DIALS:  # so that NaN is looked at too
            yield str(int(value) if isinstance(value, int) or value.is_integer() else value)
    elif value is not None:
        raise SafetyRefused(f"a {type(value).__name__} for an outside provider cannot be looked through")
