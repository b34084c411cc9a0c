"""Problems that are answered outside Django: the same body, with a correlation id of our own."""

from __future__ import annotations

import json

from apps.onboarding.errors import DomainError
from apps.onboarding_api import exception_handler
from apps.task_ledger import correlation


def problem(error: DomainError) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body. Who sends it ends the connection: what else comes on it is the rest of what was
    refused."""
    with correlation.correlated(correlation.accept(None)) as made:
        told = exception_handler.of_domain(error)
    body = json.dumps(told).encode()
    headers = [
        ("Content-Type", exception_handler.MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Correlation-ID", made),
    ]
    return told["status"], headers, body
