"""The log formatter that lets no personal value out.

The FINAL string is scrubbed (message, exception, stack together): scrubbing arguments or messages alone let a planted
address through in three sinks of eleven. Before that, what recognition could miss goes by shape: exceptions keep only
the words of the code, and Django's lines about requests only the words of its routes. Logging is configured before the
apps are ready: no model is imported.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from apps.onboarding_api.services.pii_integration import shape
from apps.onboarding_api.services.pii_integration.strict import scrub

if TYPE_CHECKING:
    from apps.onboarding_api.services.pii_integration.failures import FailureText

MAX_LINE_CHARS = 16_000
"""Longest line that is written; a longer one is cut at this and says so."""

_MARGIN = 1_000
_MOST_SCRUBBED = MAX_LINE_CHARS + _MARGIN
"""Characters that are looked at. Of a text that goes on, the last of them (the margin) are never written."""

_REFUSALS = "django.security."
"""Django's loggers of refused requests, one for each kind. Their messages repeat what the client sent."""

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
        """Message, exception and stack in one string. `record.exc_text` is another formatter's: never written."""
        parts = [_message(record)]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(_told(record.exc_info[1]).traceback)
        elif record.exc_text:
            parts.append("(the text of an exception, withheld)")
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return "\n".join(parts)


def _message(record: logging.LogRecord) -> str:
    """The message with exceptions among its arguments described, and Django's lines about requests by shape."""
    of_request = record.name.startswith(_REFUSALS) or record.name == "django.request"
    if isinstance(record.msg, BaseException):
        return _shown(record.msg, of_request=False)
    if record.name.startswith(_REFUSALS) and not record.args:
        return f"refused: {record.name.removeprefix(_REFUSALS)}"
    if not record.args:
        return str(record.msg)
    if isinstance(record.args, Mapping):
        return str(record.msg) % {key: _shown(one, of_request=of_request) for key, one in record.args.items()}
    return str(record.msg) % tuple(_shown(one, of_request=of_request) for one in record.args)


def _shown(value: Any, *, of_request: bool) -> Any:
    if isinstance(value, BaseException):
        told = _told(value)
        return f"{told.error_class}: {told.message}" if told.message else told.error_class
    return shape.argument_of_django(value) if of_request else value


def _told(error: BaseException) -> FailureText:
    # Read at the first exception that is logged: the sentences it knows are not needed while logging is configured.
    from apps.onboarding_api.services.pii_integration import failures

    return failures.describe(error)


def _bounded(text: str, *, of: int) -> str:
    """The first part of a scrubbed text that is too long, with a mark.

    Where the raw text was cut, half a value may stand at the end of the scrubbed one, however short that has become:
    the margin is taken off there, and the word that this cuts.
    """
    if of > _MOST_SCRUBBED:
        kept = text[: max(0, len(text) - _MARGIN)][:MAX_LINE_CHARS]
        # With no space in it, it is one word: nothing of it stays.
        return kept[: max(kept.rfind(" "), kept.rfind("\n"), 0)] + _CUT.format(of)
    return text if len(text) <= MAX_LINE_CHARS else text[:MAX_LINE_CHARS] + _CUT.format(of)
