"""Why a document gives no text."""

from __future__ import annotations

from apps.onboarding.errors import TooLarge, UnsupportedMedia


class DocumentUnreadable(UnsupportedMedia):
    code = "document_unreadable"
    user_message = "This document cannot be opened. It may be damaged. Please send another copy."


class DocumentEncrypted(UnsupportedMedia):
    code = "document_encrypted"
    user_message = "This document is protected by a password. Please send a copy without one."
    next_actions = ("remove_password", "send_another_file")


class DocumentTooComplex(TooLarge):
    code = "document_too_complex"
    user_message = "This document unpacks to more than we can read. Please send a smaller part of it."
    next_actions = ("send_smaller",)
