"""A person's changes with their personal values in the session's vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.onboarding_api.services.pii_integration import get_pii_service, normal, placeholders
from apps.onboarding_api.services.recommendations import closed_words

FORMAT_BOUND = frozenset(
    {"starts_at", "ends_at", "opens_at", "closes_at", "go_live_on", "area_sq_m", "updates", "opening_reading"}
)
"""Fields whose schema leaves no room for a personal value. Within the attributes of a site there is no schema."""
_SMALLEST_NUMBER_THAT_DIALS = 1_000_000
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
    changes: Mapping[str, Any], *, session_id: UUID, language: str, proposal: Mapping[str, Any]
) -> dict[str, Any]:
    """A text that is a placeholder of the proposal is left as it is.

    `InvalidInput` for codes, roles and units that are not made of plain words: these are not redacted.
    """
    redactor = _Redactor(session_id=session_id, language=language, known=placeholders_in(proposal))
    redacted = {
        section: redactor.walk(patch, name=section, within=section) for section, patch in changes.items()
    }
    closed_words.refuse_others(redacted, proposal=proposal)
    return redacted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redactor:
    session_id: UUID
    language: str
    known: set[str]

    def walk(self, value: Any, *, name: str, within: str) -> Any:
        """`within`: the section, or "attributes", which hold any JSON."""
        if isinstance(value, str):
            if name in FORMAT_BOUND and within != "attributes":
                return value
            return self._redact(value, _ASKED_FOR.get(name) if within == "contacts" else None)
        if isinstance(value, Mapping):
            return {
                key: self.walk(item, name=key, within=key if key == "attributes" else within)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self.walk(item, name=name, within=within) for item in value]
        return self._number(value) if within == "attributes" else value

    def _number(self, value: Any) -> Any:
        """A number that could be a telephone is looked at as text, and stays a number where it is none."""
        if not isinstance(value, int | float) or abs(value) < _SMALLEST_NUMBER_THAT_DIALS:
            return value
        written = str(int(value) if float(value).is_integer() else value)
        redacted = self._redact(written, None)
        return value if redacted == written else redacted

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
