"""`dashboard/`: what a page shows that somebody looks at: now, the last days, one session from end to end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding_api.serializers import analytics_queries as asks
from apps.onboarding_api.serializers import analytics_serializers as shapes
from apps.onboarding_api.services import access, funnel_analytics
from apps.onboarding_api.services.funnel_analytics import heatmap
from apps.onboarding_api.views import analytics_cells
from apps.onboarding_api.views.analytics_answers import IF_NONE_MATCH, AnalyticsView, described, understood
from apps.onboarding_api.views.analytics_cells import Addresses
from apps.onboarding_api.views.funnel_analytics_views import HeatmapView
from apps.onboarding_api.views.people import signed_in


class RealtimeView(AnalyticsView):
    """Who is where now, what happened in the last hour, and how fresh the figures are. Never kept."""

    kind = "realtime"

    @extend_schema(
        operation_id="dashboard_funnel_realtime",
        parameters=[asks.AudienceQuerySerializer],
        responses=described(shapes.RealtimeSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.AudienceQuerySerializer, request)
        return Response(funnel_analytics.now(asked.question(signed_in(request))))


class DashboardHeatmapView(HeatmapView):
    """The heat map of `analytics/`, at the address of the dashboard."""

    @extend_schema(
        operation_id="dashboard_drop_off_heatmap",
        parameters=[asks.HeatmapQuerySerializer, IF_NONE_MATCH],
        responses=described(shapes.HeatmapSerializer),
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class OverviewView(AnalyticsView):
    """The whole dashboard in one answer: funnel, trend, cohorts, what changed, heat map, and now."""

    kind = "overview"

    @extend_schema(
        operation_id="dashboard_overview",
        parameters=[asks.HeatmapQuerySerializer, IF_NONE_MATCH],
        responses=described(shapes.OverviewSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = understood(asks.HeatmapQuerySerializer, request)
        days = heatmap.RANGES[asked.validated_data["range"]]
        question = heatmap.last_days(asked.question(signed_in(request)), days)
        where = Addresses(question, request.query_params)

        def make() -> dict[str, Any]:
            return analytics_cells.open_funnel(funnel_analytics.figures_of_dashboard(question), where)

        live = {"now": funnel_analytics.now(question)}
        return self.answer(request, question, make, asked.parameters, live=live)


class ReplayView(AnalyticsView):
    """One session from its first event to its last: states, questions, redacted answers, waits, faults."""

    kind = "replay"

    @extend_schema(
        operation_id="dashboard_session_replay",
        parameters=[asks.ReplayQuerySerializer],
        responses=described(shapes.ReplaySerializer),
    )
    def get(self, request: Request, session_id: UUID) -> Response:
        understood(asks.ReplayQuerySerializer, request)
        session = access.visible_session(signed_in(request), session_id)
        return Response(funnel_analytics.replay_session(session))
