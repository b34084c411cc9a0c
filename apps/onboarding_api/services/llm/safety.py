"""The last look before anything leaves the process."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.onboarding.errors import SafetyRefused
from apps.onboarding.texts import texts_of
from apps.onboarding_api.services import provider_calls


def refuse_personal(value: Any, *, session_id: UUID | None = None) -> None:
    """Raises `SafetyRefused` where a text or number in `value` (any JSON) is not proven free of personal data.

    What the session knows is looked for as well: that of `session_id`, else the one providers are asked for now.
    """
    # Imported here: the detection engine is loaded only where an outside provider is configured.
    from apps.onboarding_api.services.pii_integration import get_pii_service

    texts = list(dict.fromkeys(texts_of(value, other=_refuse)))
    if not get_pii_service().are_clean(texts, session_id=session_id or provider_calls.session_asked_for()):
        raise SafetyRefused("a text for an outside provider was not proven free of personal data")


def _refuse(value: Any) -> None:
    raise SafetyRefused(f"a {type(value).__name__} for an outside provider cannot be looked through")
