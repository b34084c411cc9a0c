"""A person's changes with their personal values in the session's vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.onboarding_api.services.pii_integration import get_pii_service, normal, placeholders

FORMAT_BOUND = frozenset(
    {"starts_at", "ends_at", "opens_at", "closes_at", "go_live_on", "area_sq_m", "updates", "opening_reading"}
)
"""Fields whose schema leaves no room for a personal value."""
_ASKED_FOR = {"name": "NAME", "phone": "PHONE", "email": "EMAIL"}
"""The fields of a contact are personal as a whole, detected or not."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A whole text as one personal value (`pii_integration.redaction.Personal`)."""

    start: int
    end: int
    kind: str
    normalised: str | None
    valid: bool


def redact_changes(
    changes: Mapping[str, Any], *, session_id: UUID, language: str, known: set[str]
) -> dict[str, Any]:
    """`known`: placeholders that stand in the proposal; a text that is one of them is left as it is."""
    redactor = _Redactor(session_id=session_id, language=language, known=known)
    return {
        section: redactor.walk(patch, name=section, in_contacts=section == "contacts")
        for section, patch in changes.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redactor:
    session_id: UUID
    language: str
    known: set[str]

    def walk(self, value: Any, *, name: str, in_contacts: bool) -> Any:
        if isinstance(value, str):
            return (
                value
                if name in FORMAT_BOUND
                else self._redact(value, _ASKED_FOR.get(name) if in_contacts else None)
            )
        if isinstance(value, Mapping):
            return {key: self.walk(item, name=key, in_contacts=in_contacts) for key, item in value.items()}
        if isinstance(value, list):
            return [self.walk(item, name=name, in_contacts=in_contacts) for item in value]
        return value

    def _redact(self, text: str, kind: str | None) -> str:
        text = text.strip() if kind else text
        if not text or text in self.known:
            return text
        asked: tuple[AskedFor, ...] = ()
        if kind is not None:
            normalised, valid = normal.normalise(kind, text)
            asked = (AskedFor(0, len(text), kind, normalised, valid),)
        found = get_pii_service().redact(
            text, session_id=self.session_id, personal=asked, language=self.language
        )
        return found.text


def placeholders_in(value: Any) -> set[str]:
    """All placeholders in a JSON value."""
    return placeholders.named_in(_texts(value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for item in items for text in _texts(item)]
