"""Problems that are answered outside Django: the same body, with a correlation id of our own."""

from __future__ import annotations

import json

from apps.onboarding_api import exception_handler
from apps.task_ledger import correlation

_OWN = frozenset({"Content-Type", "Content-Length"})


def problem(error: Exception) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body, of an error that the API would answer. Who sends it ends the connection: what else
    comes on it is the rest of what was refused."""
    with correlation.correlated(correlation.accept(None)) as made:
        told = exception_handler.to_problem(error, {})
    if told is None:
        raise error
    body = json.dumps(told.data).encode()
    headers = [
        *((name, value) for name, value in told.headers.items() if name not in _OWN),
        ("Content-Type", exception_handler.MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Correlation-ID", made),
    ]
    return told.status_code, headers, body
