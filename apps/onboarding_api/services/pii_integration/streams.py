"""Restoring values in what comes piece by piece: the tokens of a model, the fragments of a tool call.

A piece may end anywhere, inside a placeholder or inside a character. What could still become a placeholder is held
back until it is one or cannot be one any more; everything before it goes out at once.
"""

from __future__ import annotations

import codecs
import json
from typing import Any
from uuid import UUID

import regex

from apps.onboarding_api.services.pii_integration import placeholders, vault

_OPENING = "[REDACTED"
_UNFINISHED = regex.compile(r"\[REDACTED(?:\\++|_[A-Z]{0,40}+(?:_(?:[1-9]\d{0,6}+)?)?)?")
"""What may follow the opening before a placeholder, or an escape, is whole."""


class StreamRestorer:
    """`feed` pieces, then `finish`: together they give what restoring the whole text at once would give.

    The session's values are read once, when the stream begins. No value of another session can appear: placeholders
    that this session does not know go out as they came.
    """

    def __init__(self, session_id: UUID | str, *, form: vault.Form = "given") -> None:
        self._values = _values_of(session_id, form)
        self._held = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def feed(self, piece: str | bytes) -> str:
        """The part of the text that is certain by now. Bytes are UTF-8, split anywhere."""
        text = self._held + (piece if isinstance(piece, str) else self._decoder.decode(piece))
        certain = _certain(text)
        self._held = text[certain:]
        return placeholders.fill(text[:certain], self._values.get)

    def finish(self) -> str:
        """What was held back: the stream is over, so it can become nothing more."""
        text = self._held + self._decoder.decode(b"", final=True)
        self._held = ""
        return placeholders.fill(text, self._values.get)


def restore_arguments(session_id: UUID | str, arguments: str, *, form: vault.Form = "normalised") -> Any:
    """The arguments of a tool call, a whole JSON text, parsed and with the session's values in every string.

    Parsed first, so that a value with quotes or line breaks cannot change the shape. `ValueError` where it is no JSON.
    """
    return vault.restore_json(session_id, json.loads(arguments), form=form)


def _values_of(session_id: UUID | str, form: vault.Form) -> dict[str, str]:
    session = vault.as_session(session_id)
    if session is None:
        return {}
    return {
        kept.placeholder: kept.value.given if form == "given" else kept.value.normalised
        for kept in vault.everything(session)
    }


def _certain(text: str) -> int:
    """How much of the text no further piece can change."""
    start = text.rfind("[")
    if start < 0:
        return len(text)
    tail = text[start:]
    if len(tail) < len(_OPENING):
        return start if _OPENING.startswith(tail) else len(text)
    return start if _UNFINISHED.fullmatch(tail) else len(text)
