"""The log formatter that lets no personal value out.

The FINAL string is scrubbed (message, exception, stack together): scrubbing arguments or messages alone let a planted
address through in three sinks of eleven. Logging is configured before the apps are ready: no model is imported.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Literal

from apps.onboarding_api.services.pii_integration.strict import scrub

MAX_LINE_CHARS = 16_000
"""Longest line that is written; a longer one is cut at this and says so."""

_MOST_SCRUBBED = MAX_LINE_CHARS + 1_000
"""Characters that are looked at. The margin is never written."""

_CUT = " [cut, {} characters]"


class ScrubbingFormatter(logging.Formatter):
    """Text or JSON lines with UTC time and correlation id, scrubbed with the strict policy. Never raises."""

    def __init__(self, style: Literal["text", "json"] = "text") -> None:
        super().__init__()
        if style not in ("text", "json"):
            raise ValueError(f"style must be text or json, not {style!r}")
        self.line_style = style

    def format(self, record: logging.LogRecord) -> str:
        """One scrubbed line (text keeps the line breaks of a traceback; JSON is always one line)."""
        try:
            body = self._body(record)
        except Exception as error:  # noqa: BLE001 -- a log line must never become an error of the work it tells of
            body = f"(message could not be formatted: {type(error).__name__})"
        try:
            body = _bounded(scrub(body[:_MOST_SCRUBBED]), of=len(body))
        except Exception as error:  # noqa: BLE001 -- as above; what cannot be scrubbed is not written
            body = f"(message withheld: it could not be scrubbed, {type(error).__name__})"
        time = (
            datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z")
        )
        correlation_id = str(getattr(record, "correlation_id", "") or "-")[:64]
        if self.line_style == "json":
            return json.dumps(
                {
                    "time": time,
                    "level": record.levelname,
                    "logger": record.name,
                    "correlation_id": correlation_id,
                    "message": body,
                    "source": f"{record.filename}:{record.lineno}",
                    "process": record.process,
                },
                ensure_ascii=False,
            )
        return f"{time} {record.levelname} {record.name} [{correlation_id}] {body}"

    def _body(self, record: logging.LogRecord) -> str:
        """Message, exception and stack in one string. `record.exc_text` is never kept: it would be unscrubbed."""
        parts = [record.getMessage()]
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        elif record.exc_text:
            parts.append(record.exc_text)
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return "\n".join(parts)


def _bounded(text: str, *, of: int) -> str:
    """The first part of a text that is too long, with a mark. Scrubbed before it is cut: half a value cannot remain."""
    if len(text) <= MAX_LINE_CHARS and of <= _MOST_SCRUBBED:
        return text
    kept = text[:MAX_LINE_CHARS]
    return kept + _CUT.format(of)
