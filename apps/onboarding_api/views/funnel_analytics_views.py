"""`analytics/`: the funnel, its heat map, its cohorts, and the sessions behind every figure."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding_api.serializers import analytics_queries as asks
from apps.onboarding_api.serializers import analytics_serializers as shapes
from apps.onboarding_api.serializers.keyset import Keyset
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import heatmap, opening, slices
from apps.onboarding_api.views import analytics_cells
from apps.onboarding_api.views.analytics_answers import (
    IF_NONE_MATCH,
    AnalyticsView,
    described,
    understood,
)
from apps.onboarding_api.views.analytics_cells import Addresses
from apps.onboarding_api.views.people import signed_in

_SESSIONS = Keyset(name="funnel_sessions", time="started_at")


class FunnelView(AnalyticsView):
    """The funnel of the sessions that started in a window: rates with their intervals, times, trend, cohorts."""

    kind = "funnel"

    @extend_schema(
        operation_id="analytics_funnel",
        parameters=[asks.WindowQuerySerializer, IF_NONE_MATCH],
        responses=described(shapes.FunnelSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.WindowQuerySerializer, request)
        question = asked.question(signed_in(request))
        where = Addresses(question, request.query_params)

        def make() -> dict[str, Any]:
            return analytics_cells.open_funnel(funnel_analytics.funnel(question), where)

        return self.answer(request, question, make, asked.parameters)


class HeatmapView(AnalyticsView):
    """When people give up: 24 hours x the stages they had reached."""

    kind = "heatmap"

    @extend_schema(
        operation_id="analytics_drop_off_heatmap",
        parameters=[asks.HeatmapQuerySerializer, IF_NONE_MATCH],
        responses=described(shapes.HeatmapSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.HeatmapQuerySerializer, request)
        days = heatmap.RANGES[asked.validated_data["range"]]
        question = heatmap.last_days(asked.question(signed_in(request)), days)
        where = Addresses(question, request.query_params)

        def make() -> dict[str, Any]:
            return analytics_cells.open_heatmap(funnel_analytics.drop_off_heatmap(question), where)

        return self.answer(request, question, make, asked.parameters)


class CohortComparisonView(AnalyticsView):
    """How cohorts differ, with p-values adjusted for their number, and why the whole changed."""

    kind = "comparison"

    @extend_schema(
        operation_id="analytics_cohort_comparison",
        parameters=[asks.ComparisonQuerySerializer, IF_NONE_MATCH],
        responses=described(shapes.ComparisonSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.ComparisonQuerySerializer, request)
        question = asked.question(signed_in(request))

        def make() -> dict[str, Any]:
            told = funnel_analytics.compare(question, asked.validated_data["by"], stage=asked.stage_index)
            return analytics_cells.open_comparison(told, question, request.query_params)

        return self.answer(request, question, make, asked.parameters)


class SliceView(AnalyticsView):
    """Any two cohorts at once: one cell for each pair of values."""

    kind = "slice"

    @extend_schema(
        operation_id="analytics_slice",
        parameters=[asks.SliceQuerySerializer, IF_NONE_MATCH],
        responses=described(shapes.SliceSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.SliceQuerySerializer, request)
        question = asked.question(signed_in(request))
        where = Addresses(question, request.query_params)

        def make() -> dict[str, Any]:
            return analytics_cells.open_slice(slices.cut(question, asked.validated_data["by"]), where)

        return self.answer(request, question, make, asked.parameters)


class FunnelSessionsView(AnalyticsView):
    """The sessions behind a figure, the last started first, each with the rule by which it counts as it does."""

    kind = "sessions"

    @extend_schema(
        operation_id="analytics_sessions",
        parameters=[asks.SessionsQuerySerializer],
        responses=described(shapes.FunnelSessionPageSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.SessionsQuerySerializer, request)
        question = asked.question(signed_in(request))
        page = _SESSIONS.page(
            request,
            opening.sessions(question, asked.cell(question)),
            limit=asked.validated_data["limit"],
            cursor=asked.validated_data.get("cursor"),
            show=lambda rows: [opening.row(fact) for fact in rows],
        )
        links = [f'<{page[rel]}>; rel="{rel}"' for rel in ("next", "previous") if page[rel]]
        return Response(page, headers={"Link": ", ".join(links)} if links else None)
