"""Why a file is not taken. The reasons are a closed list: clients may rely on them, metrics count by them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from apps.onboarding.errors import UnsupportedMedia


class Reason(StrEnum):
    """`extra["reason"]` of every refusal."""

    TYPE_NOT_TAKEN = "type_not_taken"
    """The extension is not taken here."""
    CONTENT_MISMATCH = "content_mismatch"
    """Extension, libmagic and structure do not agree."""
    DAMAGED = "damaged"
    """The right type, but cut off or broken."""
    UNSUPPORTED_VARIANT = "unsupported_variant"
    """The right container, but its contents are not what is taken: a film in an m4a, a lossless JPEG."""

    POLYGLOT = "polyglot"
    """Also a file of another type."""
    SCRIPT = "script"
    """Program code, markup or actions in it."""
    MACRO = "macro"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    """Unpacks to, or is made of, more than any honest file."""
    EMBEDDED_FILE = "embedded_file"
    EXTERNAL_CONTENT = "external_content"
    """Opening it would fetch something from elsewhere."""
    UNSAFE_ENTRY = "unsafe_entry"
    """An entry of an archive points out of it, or two entries stand in one place."""


class HostileFile(UnsupportedMedia):
    """More than what it says it is. `extra["reason"]` says what."""

    code = "hostile_file"
    user_message = "This file holds more than it should. Please send one without programs or attachments."


_ENCRYPTED: dict[str, Any] = {
    "user_message": "This file is protected by a password. Please send a copy without one.",
    "next_actions": ("remove_password", "send_another_file"),
}


def mismatch(detail: str) -> UnsupportedMedia:
    return UnsupportedMedia(detail, reason=Reason.CONTENT_MISMATCH)


def damaged(detail: str) -> UnsupportedMedia:
    return UnsupportedMedia(detail, reason=Reason.DAMAGED)


def unsupported(detail: str) -> UnsupportedMedia:
    return UnsupportedMedia(detail, reason=Reason.UNSUPPORTED_VARIANT)


def hostile(reason: Reason, detail: str) -> HostileFile:
    if reason is Reason.ENCRYPTED:
        return HostileFile(detail, reason=reason, **_ENCRYPTED)
    return HostileFile(detail, reason=reason)
