"""How figures go out: as JSON or as a table, with an entity tag, to nobody but who asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding_api.serializers.strict import StrictSerializer
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import caching, exporting
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.views import openapi

_CACHE = "private, no-cache"
_BAD = 400
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of the figures you have.",
)
AnySerializer = TypeVar("AnySerializer", bound=StrictSerializer)


class CsvRenderer(BaseRenderer):
    """The table of the view's kind of answer; problems are still JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        context = renderer_context or {}
        if data is None:
            return b""
        if context["response"].status_code >= _BAD:
            return bytes(JSONRenderer().render(data))
        return exporting.to_csv(context["view"].kind, data).encode(
            "utf-8-sig"
        )  # spreadsheets look for the mark


class FiguresRenderer(JSONRenderer):
    """JSON that may have been written before: figures are kept as they go out."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if isinstance(data, bytes):
            if self.get_indent(accepted_media_type or "", renderer_context or {}) is None:
                return data
            data = json.loads(data)
        return bytes(super().render(data, accepted_media_type, renderer_context))


class ExportNegotiation(DefaultContentNegotiation):
    """`?export=csv` says more than the Accept header of a browser."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        asked = request.query_params.get("export")
        for renderer in renderers:
            if asked == renderer.format:
                return renderer, renderer.media_type
        found: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return found


class AnalyticsView(APIView):
    """Figures of `kind`; refused where nobody counts."""

    kind = ""
    renderer_classes = [FiguresRenderer, CsvRenderer]
    content_negotiation_class = ExportNegotiation

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        funnel_analytics.require_on()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        finished: Response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(finished, ["Authorization", "Cookie"])
        if response.status_code < _BAD and request.query_params.get("export"):
            name = f"{self.kind}.{request.accepted_renderer.format}"
            finished.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return finished

    def answer(
        self,
        request: Request,
        question: Question,
        make: Callable[[], dict[str, Any]],
        parameters: dict[str, Any],
        *,
        live: dict[str, Any] | None = None,
    ) -> Response:
        """304 where the client has the figures that would be told; else those, computed at most once.

        `live` are figures of this very moment that go out beside the kept ones: they are never kept, and part of the
        entity tag, but for the moment itself.
        """
        tag = caching.tag_of(question, kind=self.kind, parameters=parameters)
        of_now = f"-{caching.mark_of(live)}" if live else ""
        etag = f'"{tag}{of_now}-{request.accepted_renderer.format}"'
        headers = {"ETag": etag, "Cache-Control": _CACHE}
        if _knows(request, etag):
            return Response(status=304, headers=headers)
        told = caching.answered(tag, make, _written)
        if live:
            told = told[:-1] + b"," + _written(live)[1:]  # one object after the other, as one
        return Response(told if _is_json(request) else json.loads(told), headers=headers)


def understood(serializer: type[AnySerializer], request: Request) -> AnySerializer:
    """The parameters, validated; `ValidationError` names what is wrong with them."""
    asked = serializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return asked


def described(shape: Any, *statuses: int) -> dict[Any, Any]:
    """Responses of a route whose figures come as JSON or as a table."""
    return {
        (200, "application/json"): shape,
        (200, "text/csv"): OpenApiTypes.STR,
        304: OpenApiResponse(description="You have these figures."),
        **openapi.problems(400, 401, 404, 409, *statuses),
    }


def _written(told: dict[str, Any]) -> bytes:
    return bytes(JSONRenderer().render(told))


def _is_json(request: Request) -> bool:
    return isinstance(request.accepted_renderer, FiguresRenderer)


def _knows(request: Request, etag: str) -> bool:
    """If-None-Match, compared weakly (RFC 9110, 13.1.2)."""
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or etag in {one.strip().removeprefix("W/") for one in header.split(",")}
