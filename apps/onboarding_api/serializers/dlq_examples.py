"""Examples of requests to the dead letter queue, as the API's description shows them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

RETRY = OpenApiExample("Retry", request_only=True, value={"reason": "The scanner is back.", "generation": 0})
EDIT = OpenApiExample(
    "Edit and retry",
    request_only=True,
    value={
        "reason": "It named an upload that was replaced.",
        "changes": {"upload_id": "0d9b4a5e-6f0c-4a49-8f57-1f0f6b7f3a11"},
    },
)
REHEARSAL = OpenApiExample(
    "Count only", request_only=True, value={"filters": {"exception_type": "ProviderTimeout"}}
)
BULK = OpenApiExample(
    "Begin",
    request_only=True,
    value={
        "filters": {"cause": "9f3b0c1d2e4a5b67", "since": "2026-11-22T00:00:00Z"},
        "dry_run": False,
        "rate_per_minute": 120,
        "reason": "The provider answers again.",
    },
)
STOP = OpenApiExample("Stop", request_only=True, value={"reason": "The wrong cause was chosen."})
