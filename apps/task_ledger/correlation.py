"""The correlation id of the work at hand: one value from request through task, log line and event."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("correlation_id", default="")
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def current() -> str:
    """The correlation id of this context, or an empty string outside any."""
    return _current.get()


def accept(candidate: str | None) -> str:
    """`candidate` where it is a sane value (8 to 64 letters, digits, dots, dashes), else a new one."""
    return candidate if candidate and _SANE.fullmatch(candidate) else uuid.uuid4().hex


@contextmanager
def correlated(correlation_id: str) -> Iterator[str]:
    token = _current.set(correlation_id)
    try:
        yield correlation_id
    finally:
        _current.reset(token)


class CorrelationFilter(logging.Filter):
    """Puts the correlation id on every log record as `correlation_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = current() or "-"
        return True
