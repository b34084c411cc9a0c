"""Pieces of the OpenAPI description that many routes share."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.views import APIView

from apps.onboarding_api.serializers import examples
from apps.onboarding_api.serializers.conversation_serializers import ProblemSerializer

_MEANING = {
    400: "What was sent cannot be used.",
    401: "Not signed in.",
    403: "Not allowed.",
    404: "Not there, or not yours to see.",
    409: "Collides with the present state.",
    410: "It was there, and will not be again.",
    412: "Changed meanwhile; `differing` shows what stands there now.",
    413: "Too large.",
    415: "This content type is not taken here.",
    422: "Understood, but it cannot be done as asked.",
    428: "Send If-Match.",
    429: "More than a quota allows; RateLimit and Retry-After tell which, and when it fits.",
    460: "The piece is not what its checksum says; send it again.",
    503: "Not ready.",
}

PREFER_WAIT = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="`wait=N`: seconds to wait, default 5, at most 25.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key and body is done once and answered alike; another body under it is 422.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="The session's ETag."
)


def documents(view: Callable[..., Any], api_view: type[APIView]) -> None:
    """An asynchronous view that stands before `api_view` is documented as that."""
    view.cls = api_view  # type: ignore[attr-defined]  # where the generator looks for it
    view.initkwargs = {}  # type: ignore[attr-defined]  # ... and for what `as_view` was given


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Problem answers by status."""
    return {
        (status, "application/problem+json"): OpenApiResponse(
            ProblemSerializer,
            _MEANING[status],
            examples=[examples.TURN_IN_PROGRESS] if status == HTTPStatus.CONFLICT else None,
        )
        for status in statuses
    }
